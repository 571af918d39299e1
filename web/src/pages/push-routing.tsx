import { Alert, Button, NativeSelect, Paper, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { useMarket } from '../api/market.ts'
import type { PushReport, PushWish } from '../api/routes.ts'
import { useDraft } from '../parts/draft.ts'
import { LocalNumberInput } from '../parts/local-number-input.tsx'
import { digitsOf, fullDigits } from '../parts/number.ts'
import classes from '../parts/parts.module.css'
import { PushPreview } from '../parts/push-preview.tsx'
import { PushChanges } from '../parts/push-report.tsx'
import { RouteResult } from '../parts/route-result.tsx'
import { instantIn, zoneLabel } from '../parts/time.ts'
import { useFocusInvalid } from '../parts/use-focus-invalid.ts'

const EMPTY = { number: '', last: '', operator: '', type: 'Mobile', expires: '', why: '' }

type Problems = { readonly number?: string; readonly operator?: string; readonly expires?: string }
type Asked = { readonly wish: PushWish; readonly why: string }

/** porting-manager.md, "Push Routing": shows what would change before it is pushed, and what is so afterwards. */
export function PushRoutingPage() {
  const market = useMarket()
  const queries = useQueryClient()
  const form = useRef<HTMLFormElement>(null)
  const { values, set, clear } = useDraft('push-routing', EMPTY)
  const [problems, setProblems] = useState<Problems>({})
  const [asked, setAsked] = useState<Asked>()
  const [pushed, setPushed] = useState<{ readonly wish: PushWish; readonly report: PushReport }>()
  useFocusInvalid(form, problems)
  const expires = instantIn(market.time_zone, values.expires)
  const send = (event: FormEvent) => {
    event.preventDefault()
    const missing: Problems = {
      ...(digitsOf(values.number) === '' && { number: 'Enter the number to route, without country code.' }),
      ...(values.operator === '' && { operator: 'Choose the operator that serves the number.' }),
      ...(values.expires !== '' && !expires && { expires: 'Enter the day and the time, or leave it empty.' }),
    }
    setProblems(missing)
    if (Object.keys(missing).length > 0) return
    const entry = {
      first_number: fullDigits(values.number, market),
      ...(digitsOf(values.last) !== '' && { last_number: fullDigits(values.last, market) }),
      operator: values.operator,
      number_type: values.type === 'Fixed' ? ('fixed' as const) : ('mobile' as const),
    }
    setAsked({
      wish: { routes: [entry], ...(expires && { expires_at: expires.toISOString() }) },
      why: values.why.trim(),
    })
  }
  const done = (wish: PushWish, report: PushReport) => {
    setPushed({ wish, report })
    setAsked(undefined)
    clear()
    void queries.invalidateQueries({ queryKey: ['routes'] })
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
              <LocalNumberInput
                label="Phone Number (Without country code)"
                value={values.number}
                onChange={(number) => set('number', number)}
                error={problems.number}
              />
              <TextInput
                label="Last Number"
                description="Of a range. Empty: the number above alone."
                inputMode="tel"
                autoComplete="off"
                value={values.last}
                onChange={({ currentTarget }) => set('last', currentTarget.value)}
              />
              <NativeSelect
                label="Operator"
                required
                withAsterisk={false}
                value={values.operator}
                error={problems.operator}
                onChange={({ currentTarget }) => set('operator', currentTarget.value)}
                data={[
                  { value: '', label: 'Choose an operator' },
                  ...market.operators.map(({ code, name }) => ({ value: code, label: `${code} — ${name}` })),
                ]}
              />
              <NativeSelect
                label="Type"
                value={values.type}
                onChange={({ currentTarget }) => set('type', currentTarget.value)}
                data={['Mobile', 'Fixed']}
              />
              <TextInput
                type="datetime-local"
                label="Expires"
                description={`Afterwards its numbers have again what they had before. Empty: it holds until the next change. In ${zoneLabel(market.time_zone)}.`}
                value={values.expires}
                error={problems.expires}
                onChange={({ currentTarget }) => set('expires', currentTarget.value)}
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
              <PushChanges wish={pushed.wish} report={pushed.report} />
            </Alert>
            <RouteResult msisdn={pushed.wish.routes[0]?.first_number ?? ''} />
          </Stack>
        )}
        {!pushed && (
          <p className={classes.hint}>
            Nothing is written by Submit alone: what would change is shown first, and asked once more.
          </p>
        )}
      </div>
      {asked && (
        <PushPreview
          wish={asked.wish}
          why={asked.why}
          onDone={(report) => done(asked.wish, report)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  )
}
