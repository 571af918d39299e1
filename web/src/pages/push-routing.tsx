import { Alert, Button, NativeSelect, Paper, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Market, useMarket } from '../api/market.ts'
import { Missing } from '../api/reason.ts'
import { type PushReport, type PushWish, pushRoute } from '../api/routes.ts'
import { AskForm } from '../parts/ask-form.tsx'
import { useDraft } from '../parts/draft.ts'
import { LocalNumberInput } from '../parts/local-number-input.tsx'
import { digitsOf, fullDigits } from '../parts/number.ts'
import classes from '../parts/parts.module.css'
import { PushPreview } from '../parts/push-preview.tsx'
import { PushChanges } from '../parts/push-report.tsx'
import { RouteResult } from '../parts/route-result.tsx'
import { instantIn, zoneLabel } from '../parts/time.ts'

const EMPTY = { number: '', last: '', operator: '', type: 'Mobile', expires: '', why: '' }
const LABELS = {
  first_number: 'Phone Number',
  last_number: 'Last Number',
  operator: 'Operator',
  number_type: 'Type',
  expires_at: 'Expires',
}

/** What is to be written, and what the server says of it: that it would change, or that it has changed. */
type Push = { readonly wish: PushWish; readonly report: PushReport }

/** porting-manager.md, "Push Routing": shows what would change before it is pushed, and what is so afterwards. */
export function PushRoutingPage() {
  const market = useMarket()
  const queries = useQueryClient()
  const { values, set, clear } = useDraft('push-routing', EMPTY)
  const [asked, setAsked] = useState<Push>()
  const [pushed, setPushed] = useState<Push>()
  const why = values.why.trim()
  const push = useMutation({
    mutationFn: ({ wish, report }: Push) => pushRoute({ ...wish, confirmed_count: report.numbers }, {}, why),
    onSuccess: (report, { wish }) => {
      setPushed({ wish, report })
      clear()
      void queries.invalidateQueries({ queryKey: ['routes'] })
    },
    // a refusal stands beside its field, which is not in the dialog
    onSettled: () => setAsked(undefined),
  })
  const preview = useMutation({
    mutationFn: async () => {
      const wish = wishOf(values, market)
      return { wish, report: await pushRoute(wish, { dry_run: true }, why) }
    },
    onMutate: () => push.reset(),
    onSuccess: setAsked,
  })

  return (
    <>
      <h1>Push Routing</h1>
      <div className={classes.formAndResult}>
        <Paper withBorder p="lg">
          <AskForm
            name="Push Routing"
            error={preview.error ?? push.error}
            labels={LABELS}
            onSend={() => preview.mutate()}
          >
            {(reasons) => (
              <>
                <Text size="sm" c="dimmed">
                  For emergency corrections, initial provisioning, or when routing after a port has failed.
                </Text>
                <LocalNumberInput
                  label="Phone Number (Without country code)"
                  value={values.number}
                  onChange={(number) => set('number', number)}
                  error={reasons.first_number}
                />
                <TextInput
                  label="Last Number"
                  description="Of a range. Empty: the number above alone."
                  inputMode="tel"
                  autoComplete="off"
                  maxLength={30}
                  value={values.last}
                  error={reasons.last_number}
                  onChange={({ currentTarget }) => set('last', currentTarget.value)}
                />
                <NativeSelect
                  label="Operator"
                  required
                  withAsterisk={false}
                  value={values.operator}
                  error={reasons.operator}
                  onChange={({ currentTarget }) => set('operator', currentTarget.value)}
                  data={[
                    { value: '', label: 'Choose an operator' },
                    ...market.operators.map(({ code, name }) => ({ value: code, label: `${code} — ${name}` })),
                  ]}
                />
                <NativeSelect
                  label="Type"
                  value={values.type}
                  error={reasons.number_type}
                  onChange={({ currentTarget }) => set('type', currentTarget.value)}
                  data={['Mobile', 'Fixed']}
                />
                <TextInput
                  type="datetime-local"
                  label="Expires"
                  description={`Afterwards its numbers have again what they had before. Empty: it holds until the next change. In ${zoneLabel(market.time_zone)}.`}
                  value={values.expires}
                  error={reasons.expires_at}
                  onChange={({ currentTarget }) => set('expires', currentTarget.value)}
                />
                <TextInput
                  label="Why"
                  description="Kept in the audit. An administrator needs it to set aside the route of a port."
                  value={values.why}
                  maxLength={500}
                  onChange={({ currentTarget }) => set('why', currentTarget.value)}
                />
                <Button type="submit" loading={preview.isPending}>
                  Submit
                </Button>
              </>
            )}
          </AskForm>
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
          {...asked}
          isRunning={push.isPending}
          onConfirm={() => push.mutate(asked)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  )
}

/** What was typed as the native API takes it. Throws Missing for what only the form can know. */
function wishOf(values: typeof EMPTY, market: Market): PushWish {
  const expires = instantIn(market.time_zone, values.expires)
  const missing = {
    ...(digitsOf(values.number) === '' && { first_number: 'Enter the number to route, without country code.' }),
    ...(values.operator === '' && { operator: 'Choose the operator that serves the number.' }),
    ...(values.expires !== '' && !expires && { expires_at: 'Enter the day and the time, or leave it empty.' }),
  }
  if (Object.keys(missing).length > 0) throw new Missing(missing)
  const entry = {
    first_number: fullDigits(values.number, market),
    ...(digitsOf(values.last) !== '' && { last_number: fullDigits(values.last, market) }),
    operator: values.operator,
    number_type: values.type === 'Fixed' ? ('fixed' as const) : ('mobile' as const),
  }
  return { routes: [entry], ...(expires && { expires_at: expires.toISOString() }) }
}
