import { Alert, Button, NativeSelect, Paper, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { ask } from '../api/client.ts'
import { useMarket } from '../api/market.ts'
import { messageOf, reasonsByField } from '../api/reason.ts'
import { routingInWords, useRoute } from '../api/routes.ts'
import { Confirm, Named } from '../parts/confirm.tsx'
import { useDraft } from '../parts/draft.ts'
import { LocalNumberInput } from '../parts/local-number-input.tsx'
import { digitsOf, fullDigits, numberText } from '../parts/number.ts'
import classes from '../parts/parts.module.css'
import { RouteResult } from '../parts/route-result.tsx'

const EMPTY = { number: '', operator: '', type: 'Mobile', why: '' }

/** porting-manager.md, "Push Routing": shows what is so now before it is overwritten, and what is so afterwards. */
export function PushRoutingPage() {
  const market = useMarket()
  const queries = useQueryClient()
  const form = useRef<HTMLFormElement>(null)
  const { values, set, clear } = useDraft('push-routing', EMPTY)
  const [problems, setProblems] = useState<{ number?: string; operator?: string }>({})
  const [isAsking, setIsAsking] = useState(false)
  const [pushed, setPushed] = useState<{ msisdn: string; message: string }>()
  const msisdn = fullDigits(values.number, market)
  const push = useMutation({
    mutationFn: () =>
      ask(
        'pushRoute',
        {
          params: { msisdn, operator: values.operator, type: values.type === 'Fixed' ? 'fixed' : 'mobile' },
          query: {},
        },
        { why: values.why.trim() },
      ),
    onSuccess: ({ message }) => {
      setPushed({ msisdn, message })
      setIsAsking(false)
      clear()
      void queries.invalidateQueries({ queryKey: ['routes'] })
    },
  })
  const reasons = reasonsByField(push.error, ['msisdn', 'operator', 'type'])
  const send = (event: FormEvent) => {
    event.preventDefault()
    const missing = {
      ...(digitsOf(values.number) === '' && { number: 'Enter the number to route, without country code.' }),
      ...(values.operator === '' && { operator: 'Choose the operator that serves the number.' }),
    }
    setProblems(missing)
    push.reset()
    if (Object.keys(missing).length === 0) setIsAsking(true)
    else requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
  }

  return (
    <>
      <h1>Push Routing</h1>
      <div className={classes.formAndResult}>
        <Paper withBorder p="lg">
          <form onSubmit={send} ref={form} noValidate>
            <Stack>
              <Text size="sm" c="dimmed">
                For emergency corrections, initial provisioning, or when routing after a port has failed.
              </Text>
              {push.error && !isAsking && (
                <Alert color="stop" role="alert" title="The route was not written">
                  {messageOf(push.error)}
                </Alert>
              )}
              <LocalNumberInput
                label="Phone Number (Without country code)"
                value={values.number}
                onChange={(number) => set('number', number)}
                error={problems.number ?? reasons.msisdn}
              />
              <NativeSelect
                label="Operator"
                required
                withAsterisk={false}
                value={values.operator}
                error={problems.operator ?? reasons.operator}
                onChange={({ currentTarget }) => set('operator', currentTarget.value)}
                data={[
                  { value: '', label: 'Choose an operator' },
                  ...market.operators.map(({ code, name }) => ({ value: code, label: `${code} — ${name}` })),
                ]}
              />
              <NativeSelect
                label="Type"
                value={values.type}
                error={reasons.type}
                onChange={({ currentTarget }) => set('type', currentTarget.value)}
                data={['Mobile', 'Fixed']}
              />
              <TextInput
                label="Why"
                description="Kept in the audit. An administrator needs it to set aside the route of a port."
                value={values.why}
                maxLength={500}
                onChange={({ currentTarget }) => set('why', currentTarget.value)}
              />
              <Button type="submit">Submit</Button>
            </Stack>
          </form>
        </Paper>
        {pushed && (
          <Stack>
            <Alert color="go" role="status" title="Route written">
              {pushed.message}
            </Alert>
            <RouteResult msisdn={pushed.msisdn} />
          </Stack>
        )}
        {!pushed && <p className={classes.hint}>What the number is routed to now is shown before you confirm.</p>}
      </div>
      {isAsking && (
        <Confirm
          title="Push Routing"
          action="Write the route"
          color="stop"
          isRunning={push.isPending}
          error={push.error}
          onConfirm={() => push.mutate()}
          onClose={() => setIsAsking(false)}
        >
          <Named>{numberText(msisdn, market)}</Named>
          <NowAndThen msisdn={msisdn} operator={values.operator} />
        </Confirm>
      )}
    </>
  )
}

function NowAndThen({ msisdn, operator }: { readonly msisdn: string; readonly operator: string }) {
  const { operators } = useMarket()
  const now = useRoute(msisdn)
  const name = operators.find(({ code }) => code === operator)?.name ?? operator
  return (
    <dl className={classes.fields}>
      <div>
        <dt>Now</dt>
        <dd aria-live="polite">
          {now.data ? routingInWords(now.data.Event).verdict : now.error ? messageOf(now.error) : 'Asking …'}
        </dd>
      </div>
      <div>
        <dt>Then</dt>
        <dd>
          Calls go to {operator} ({name}), from the next query on.
        </dd>
      </div>
    </dl>
  )
}
