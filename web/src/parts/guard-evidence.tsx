import { Loader, Stack, Text } from '@mantine/core'
import { type Guard, useGuard } from '../api/ports.ts'
import type { Tone } from '../words.ts'
import evidence from './evidence.module.css'
import { GuardInputs } from './guard-inputs.tsx'
import { Refused } from './refused.tsx'
import { Said } from './said.tsx'
import { ToneBadge } from './state-badge.tsx'
import { Timestamp } from './timestamp.tsx'

type MadeCheck = Guard['checks'][number]

// biome-ignore format: a table
const VERDICTS: Readonly<Record<MadeCheck['verdict'], readonly [label: string, tone: Tone]>> = {
  pass:    ['Passed',      'done'],
  fail:    ['Failed',      'failed'],
  unknown: ['Look at it',  'act'],
  wait:    ['Waiting',     'waiting'],
  skipped: ['Not needed',  'over'],
}

// biome-ignore format: a table
const CHECK_LABELS: Readonly<Record<string, string>> = {
  ours:        'Numbers',
  lock:        'Lock',
  proof:       'PIN or account number',
  risk:        'Risk',
  eligibility: 'Answer of the BSS',
  notice:      'Notice to the customer',
}

// biome-ignore format: a table
const BASES: Readonly<Record<NonNullable<Guard['basis']>, string>> = {
  operator: 'a person decided',
  policy:   'by the policy of this deployment',
  silence:  'by our silence',
  rule:     'by a rule that leaves no choice',
}

/** What the guard found on a port-out and what it looked at, and on what basis it was decided. */
export function GuardEvidence({ guard }: { readonly guard: Guard }) {
  return (
    <>
      <Decision guard={guard} />
      <Checks checks={guard.checks} look="whole" />
    </>
  )
}

/** In short, for whoever is about to decide: asked for when it is shown. */
export function EvidenceOf({ msgidentifier }: { readonly msgidentifier: string }) {
  const guard = useGuard(msgidentifier)
  return (
    <Stack gap={0} component="section" aria-label="Evidence">
      {guard.isPending && <Loader size="sm" aria-label="Asking for the evidence" />}
      {guard.error && !guard.data && <Refused error={guard.error} what="The evidence" again={() => guard.refetch()} />}
      {guard.data && (
        <>
          <Decision guard={guard.data} />
          <Checks checks={guard.data.checks} look="short" />
        </>
      )}
    </Stack>
  )
}

function Decision({ guard }: { readonly guard: Guard }) {
  const { state, held_because, basis, decided_at, decided_by } = guard
  return (
    <Stack gap={2} mb="xs" role="status" aria-label="Decision">
      {state === 'due' && <Text size="sm">The guard is looking at it; nobody is asked yet.</Text>}
      {held_because !== null && (
        <Text size="sm">
          {state === 'held' ? 'Left to you: ' : 'It was left to a person: '}
          <Said>{held_because}</Said>
        </Text>
      )}
      {basis !== null && decided_at !== null && (
        <Text size="sm">
          Decided <Timestamp at={decided_at} /> by {decided_by}: {BASES[basis]}
        </Text>
      )}
      {state !== 'settled' && (
        <Text size="xs" c="dimmed">
          Our answer counts until <Timestamp at={guard.answer_due_at} />
        </Text>
      )}
    </Stack>
  )
}

type ChecksProps = { readonly checks: readonly MadeCheck[]; readonly look: 'whole' | 'short' }

function Checks({ checks, look }: ChecksProps) {
  if (checks.length === 0) return <Text size="sm">No check was made.</Text>
  return (
    <ol className={evidence.list} aria-label="Checks" data-look={look}>
      {checks.map((check) => {
        const [label, tone] = VERDICTS[check.verdict]
        return (
          <li key={check.number}>
            <ToneBadge tone={tone} label={label} />
            <div>
              <strong>{CHECK_LABELS[check.name] ?? check.name}:</strong>{' '}
              <span className={evidence.found} data-failed={check.verdict === 'fail' || undefined}>
                <Said>{check.said}</Said>
              </span>
              {look === 'whole' && <GuardInputs check={check} />}
            </div>
            {look === 'whole' && (
              <span className={evidence.when}>
                <Timestamp at={check.at} />
              </span>
            )}
          </li>
        )
      })}
    </ol>
  )
}
