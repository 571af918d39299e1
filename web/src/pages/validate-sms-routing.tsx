import { Alert, Button, Checkbox, Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core'
import { type FormEvent, useRef, useState } from 'react'
import { ask } from '../api/client.ts'
import { useMarket } from '../api/market.ts'
import { messageOf } from '../api/reason.ts'
import { SMS_PROVIDERS } from '../api/tables.gen.ts'
import { useDraft } from '../parts/draft.ts'
import { LocalNumberInput } from '../parts/local-number-input.tsx'
import { digitsOf, fullDigits, numberText } from '../parts/number.ts'
import classes from '../parts/parts.module.css'
import { type SmsOutcome, SmsResults } from '../parts/sms-results.tsx'
import { useFocusInvalid } from '../parts/use-focus-invalid.ts'

type Run = { readonly number: string; readonly outcomes: readonly SmsOutcome[] }
const EMPTY: { number: string; providers: readonly string[] } = { number: '', providers: [] }
const NO_RUN: { run: Run | null } = { run: null }

/** porting-manager.md, "Validate SMS Routing": one call for each chosen provider, a row for each answer (contract O-41). */
export function ValidateSmsRoutingPage() {
  const market = useMarket()
  const { values, set } = useDraft('validate-sms-routing', EMPTY)
  const { values: kept, set: keep } = useDraft('validate-sms-routing.results', NO_RUN)
  const [problems, setProblems] = useState<{ number?: string; providers?: string }>({})
  const [isRunning, setIsRunning] = useState(false)

  const form = useRef<HTMLFormElement>(null)
  useFocusInvalid(form, problems)

  const check = async (event: FormEvent) => {
    event.preventDefault()
    const missing = {
      ...(digitsOf(values.number) === '' && { number: 'Enter the number to send to.' }),
      ...(values.providers.length === 0 && { providers: 'Choose at least one provider.' }),
    }
    setProblems(missing)
    if (Object.keys(missing).length > 0) return
    const chosen = SMS_PROVIDERS.filter((name) => values.providers.includes(name))
    let outcomes: readonly SmsOutcome[] = chosen.map((provider) => ({ provider, kind: 'waiting' }))
    const show = () => keep('run', { number: values.number, outcomes })
    setIsRunning(true)
    show()
    await Promise.all(
      chosen.map(async (provider) => {
        const outcome = await sendThrough(provider, values.number)
        outcomes = outcomes.map((one) => (one.provider === provider ? outcome : one))
        show()
      }),
    )
    setIsRunning(false)
  }

  return (
    <>
      <h1>Validate SMS Routing</h1>
      <div className={classes.formAndResult}>
        <Paper withBorder p="lg">
          <form onSubmit={check} ref={form} noValidate>
            <Stack>
              <LocalNumberInput
                label="Target number"
                value={values.number}
                onChange={(number) => set('number', number)}
                error={problems.number}
              />
              <Checkbox.Group
                label="Providers"
                description="Each sends “Test from” and its name to the number"
                value={[...values.providers]}
                onChange={(providers) => set('providers', providers)}
                error={problems.providers}
              >
                <SimpleGrid cols={{ base: 2, xs: 3 }} spacing="xs" mt="xs">
                  {SMS_PROVIDERS.map((name) => (
                    <Checkbox key={name} value={name} label={name} />
                  ))}
                </SimpleGrid>
              </Checkbox.Group>
              <Group gap="xs">
                <Button variant="default" size="compact-sm" onClick={() => set('providers', [...SMS_PROVIDERS])}>
                  All
                </Button>
                <Button variant="default" size="compact-sm" onClick={() => set('providers', [])}>
                  None
                </Button>
              </Group>
              <Button type="submit" loading={isRunning}>
                Check Routing
              </Button>
            </Stack>
          </form>
        </Paper>
        <Stack component="section" aria-label="Results">
          <Alert color="ocean" title="Accepted is not delivered">
            <Text size="sm">
              Green says that the provider took the message. Use a test device or the SMSc log to see that it arrived.
            </Text>
          </Alert>
          {kept.run && (
            <SmsResults
              number={numberText(fullDigits(kept.run.number, market), market)}
              outcomes={isRunning ? kept.run.outcomes : kept.run.outcomes.map(leftAlone)}
            />
          )}
        </Stack>
      </div>
    </>
  )
}

/** Nobody waits any longer for an answer that had not come when the page was left. */
function leftAlone(outcome: SmsOutcome): SmsOutcome {
  if (outcome.kind !== 'waiting') return outcome
  const reason = 'The page was left before the answer came. The message may have been sent: look before you repeat it.'
  return { provider: outcome.provider, kind: 'refused', reason }
}

async function sendThrough(provider: string, number: string): Promise<SmsOutcome> {
  try {
    const answer = await ask('validateSms', { body: { phone_number: number.trim(), Operator: provider } })
    return { provider, kind: answer.result === 'Sent' ? 'accepted' : 'error', answer }
  } catch (error) {
    return { provider, kind: 'refused', reason: messageOf(error) }
  }
}
