import { Accordion, Loader, Paper, Stack, Text, Title } from '@mantine/core'
import { useMarket } from '../api/market.ts'
import { type RouteAnswer, routingInWords, useRoute } from '../api/routes.ts'
import { numberText } from './number.ts'
import classes from './parts.module.css'
import { Refused } from './refused.tsx'
import { RouteWhy } from './route-why.tsx'

/** The answer of np_api label for label (porting-manager.md, "Routing Query"), and what it means above it; below it, why. */
export function RouteResult({ msisdn }: { readonly msisdn: string }) {
  const market = useMarket()
  const route = useRoute(msisdn)
  const name = numberText(msisdn, market)
  return (
    <Stack>
      <Paper withBorder p="lg" component="section" aria-label={`Routing of ${name}`} aria-live="polite">
        {route.isFetching && !route.data && <Loader aria-label={`Asking for the routing of ${name}`} />}
        {route.error && <Refused error={route.error} what={`Routing of ${name}`} again={() => route.refetch()} />}
        {route.data && <Shown name={name} answer={route.data} />}
      </Paper>
      {route.data && <RouteWhy msisdn={msisdn} />}
    </Stack>
  )
}

function Shown({ name, answer }: { readonly name: string; readonly answer: RouteAnswer }) {
  const { verdict, tone } = routingInWords(answer.Event)
  return (
    <Stack gap="md">
      <div>
        <Title order={2} size="h3" className={classes.number}>
          {name}
        </Title>
        <span className={`${classes.state} ${classes.verdict}`} data-tone={tone}>
          {verdict}
        </span>
      </div>
      <dl className={classes.fields}>
        <Field name="Event.E164Address">{answer.Event.E164Address}</Field>
        <Field name="Event.NAPTRAddress">{answer.Event.NAPTRAddress}</Field>
        <Field name="Event.NAPTROrder">{answer.Event.NAPTROrder}</Field>
        <Field name="Event.NAPTRPreference">{answer.Event.NAPTRPreference}</Field>
        <Field name="MatchedProfiles">{answer.MatchedProfiles.join(', ')}</Field>
      </dl>
      {'HSS' in answer && (
        <section>
          <Title order={3} size="h5" mb={4}>
            HSS subscription
          </Title>
          {answer.HSS ? (
            <dl className={classes.fields}>
              {Object.entries(answer.HSS).map(([key, value]) => (
                <Field key={key} name={key}>
                  {typeof value === 'object' ? JSON.stringify(value) : String(value)}
                </Field>
              ))}
            </dl>
          ) : (
            <Text size="sm" c="dimmed">
              {answer.hss_error ?? 'The HSS has no subscription for this number.'}
            </Text>
          )}
        </section>
      )}
      <Accordion variant="contained" order={3}>
        <Accordion.Item value="raw">
          <Accordion.Control>The answer as it came</Accordion.Control>
          <Accordion.Panel>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
            <pre className={classes.json} tabIndex={0}>
              {JSON.stringify(answer, null, 2)}
            </pre>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Stack>
  )
}

function Field({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children || '(empty)'}</dd>
    </div>
  )
}
