import { Alert, Button, Checkbox, Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { useMarket } from '../api/market.ts'
import { Missing, messageOf } from '../api/reason.ts'
import { SMS_PROVIDERS } from '../api/tables.gen.ts'
import { AskForm } from '../parts/ask-form.tsx'
import { useDraft } from '../parts/draft.ts'
import { LocalNumberInput } from '../parts/local-number-input.tsx'
import { digitsOf, fullDigits, numberText } from '../parts/number.ts'
import classes from '../parts/parts.module.css'
import { type SmsOutcome, SmsResults } from '../parts/sms-results.tsx'

type Run = { readonly number: string; readonly outcomes: readonly SmsOutcome[] }
const EMPTY: { number: string; providers: readonly string[] } = { number: '', providers: [] }
const NO_RUN: { run: Run | null } = { run: null }
const LABELS = { number: 'Target number', providers: 'Providers' }
/** By which each checkbox says what is wrong with all of them. */
const PROVIDERS_PROBLEM = 'providers-problem'

/** porting-manager.md, "Validate SMS Routing": one call for each chosen provider, a row for each answer (contract O-41). */
export function ValidateSmsRoutingPage() {
  const market = useMarket()
  const { values, set } = useDraft('validate-sms-routing', EMPTY)
  const { values: kept, set: keep } = useDraft('validate-sms-routing.results', NO_RUN)
  const run = useMutation({
    mutationFn: async () => {
      const missing = {
        ...(digitsOf(values.number) === '' && { number: 'Enter the number to send to.' }),
        ...(values.providers.length === 0 && { providers: 'Choose at least one provider.' }),
      }
      if (Object.keys(missing).length > 0) throw new Missing(missing)
      const chosen = SMS_PROVIDERS.filter((name) => values.providers.includes(name))
      let outcomes: readonly SmsOutcome[] = chosen.map((provider) => ({ provider, kind: 'waiting' }))
      const show = () => keep('run', { number: values.number, outcomes })
      show()
      await Promise.all(
        chosen.map(async (provider) => {
          const outcome = await sendThrough(provider, values.number)
          outcomes = outcomes.map((one) => (one.provider === provider ? outcome : one))
          show()
        }),
      )
    },
  })
  const choose = (providers: readonly string[]) => {
    set('providers', providers)
    // what was wrong with the choice is so no longer
    if (run.error) run.reset()
  }

  return (
    <>
      <h1>Validate SMS Routing</h1>
      <div className={classes.formAndResult}>
        <Paper withBorder p="lg">
          <AskForm name="Validate SMS Routing" error={run.error} labels={LABELS} onSend={() => run.mutate()}>
            {(reasons) => (
              <>
                <LocalNumberInput
                  label="Target number"
                  value={values.number}
                  onChange={(number) => set('number', number)}
                  error={reasons.number}
                />
                <Checkbox.Group
                  label="Providers"
                  description="Each sends “Test from” and its name to the number"
                  value={[...values.providers]}
                  onChange={choose}
                  error={reasons.providers}
                  errorProps={{ id: PROVIDERS_PROBLEM }}
                >
                  <SimpleGrid cols={{ base: 2, xs: 3 }} spacing="xs" mt="xs">
                    {SMS_PROVIDERS.map((name) => (
                      <Checkbox
                        key={name}
                        value={name}
                        label={name}
                        {...(reasons.providers && { 'aria-invalid': true, 'aria-describedby': PROVIDERS_PROBLEM })}
                      />
                    ))}
                  </SimpleGrid>
                </Checkbox.Group>
                <Group gap="xs">
                  <Button variant="default" size="compact-sm" onClick={() => choose(SMS_PROVIDERS)}>
                    All
                  </Button>
                  <Button variant="default" size="compact-sm" onClick={() => choose([])}>
                    None
                  </Button>
                </Group>
                <Button type="submit" loading={run.isPending}>
                  Check Routing
                </Button>
              </>
            )}
          </AskForm>
        </Paper>
        <Stack component="section" aria-label="Results">
          <Alert color="ocean" role="note" title="Accepted is not delivered">
            <Text size="sm">
              Green says that the provider took the message. Use a test device or the SMSc log to see that it arrived.
            </Text>
          </Alert>
          {kept.run && (
            <SmsResults
              number={numberText(fullDigits(kept.run.number, market), market)}
              outcomes={run.isPending ? kept.run.outcomes : kept.run.outcomes.map(leftAlone)}
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
