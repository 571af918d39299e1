import { Accordion, Button, Loader, Text } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import type { Answer } from '../api/client.ts'
import { Fact } from './fact.tsx'
import { Check, Cross } from './icon.tsx'
import classes from './parts.module.css'
import { Timestamp } from './timestamp.tsx'

type SmsAnswer = Answer<'validateSms'>

/** What came of one provider. `refused`: our own server said no, so nothing was sent. */
export type SmsOutcome =
  | { readonly provider: string; readonly kind: 'waiting' }
  | { readonly provider: string; readonly kind: 'accepted' | 'error'; readonly answer: SmsAnswer }
  | { readonly provider: string; readonly kind: 'refused'; readonly reason: string }

const WORDS = { waiting: 'Waiting', accepted: 'Accepted', error: 'Error', refused: 'No answer' } as const

/** A row for each provider, green or red; opened, it shows what the provider's support will ask for. */
export function SmsResults({
  number,
  outcomes,
}: {
  readonly number: string
  readonly outcomes: readonly SmsOutcome[]
}) {
  return (
    <>
      <Text size="sm" role="status">
        Test messages to <strong className={classes.number}>{number}</strong>:{' '}
        {outcomes.filter(({ kind }) => kind === 'accepted').length} of {outcomes.length} accepted
      </Text>
      <Accordion variant="separated" multiple order={2} className={classes.results}>
        {outcomes.map((outcome) => (
          <Accordion.Item key={outcome.provider} value={outcome.provider} data-kind={outcome.kind}>
            <Accordion.Control icon={<Sign kind={outcome.kind} />}>
              <span className={classes.eventHead}>
                <strong>{outcome.provider}</strong>
                <span>{WORDS[outcome.kind]}</span>
              </span>
            </Accordion.Control>
            <Accordion.Panel>
              <Debug outcome={outcome} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </>
  )
}

function Sign({ kind }: { readonly kind: SmsOutcome['kind'] }) {
  if (kind === 'waiting') return <Loader size={16} aria-label="Waiting for the provider" />
  return kind === 'accepted' ? <Check size={16} /> : <Cross size={16} />
}

function Debug({ outcome }: { readonly outcome: SmsOutcome }) {
  if (outcome.kind === 'waiting') return <Text size="sm">The provider has not answered yet.</Text>
  if (outcome.kind === 'refused') return <Text size="sm">{outcome.reason}</Text>
  const { answer } = outcome
  return (
    <>
      <dl className={classes.fields}>
        <Fact name="Message id">{answer['x-message-id'] || 'none given'}</Fact>
        <Fact name="Transaction id">{answer['x-transaction-id'] || 'none given'}</Fact>
        <Fact name="Answered">
          <Timestamp at={answer['x-message-timestamp']} />
        </Fact>
        <Fact name="Provider's answer">{answer['x-provider-response'] || 'none given'}</Fact>
      </dl>
      {/* a browser has no clipboard for a page that came over plain HTTP */}
      {'clipboard' in navigator && <CopyAnswer answer={answer} />}
    </>
  )
}

function CopyAnswer({ answer }: { readonly answer: SmsAnswer }) {
  const { copy, copied } = useClipboard()
  return (
    <Button mt="sm" size="compact-sm" variant="default" onClick={() => copy(JSON.stringify(answer, null, 2))}>
      <span aria-live="polite">{copied ? 'Copied' : 'Copy for the provider'}</span>
    </Button>
  )
}
