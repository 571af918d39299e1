import { Text } from '@mantine/core'
import type { PortDetail } from '../api/ports.ts'
import type { Tone } from '../words.ts'
import { counted, timesOf } from './count.ts'
import evidence from './evidence.module.css'
import { RetrySteps } from './retry-steps.tsx'
import { Said } from './said.tsx'
import { ToneBadge } from './state-badge.tsx'
import { distanceOf, instantOf, now } from './time.ts'
import { Timestamp } from './timestamp.tsx'
import { useTicking } from './use-ticking.ts'

type Checklist = PortDetail['checklist']
type Step = Checklist['steps'][number]

// biome-ignore format: a table
const STEP_STATES: Readonly<Record<Exclude<Step['state'], 'not_required'>, readonly [label: string, tone: Tone]>> = {
  confirmed: ['Confirmed', 'done'],
  waiting:   ['Waiting',   'waiting'],
  failed:    ['Failed',    'failed'],
}

type Props = { readonly msgidentifier: string; readonly checklist: Checklist }

/** What proves that a port works, step by step; what has failed can be tried again once it is mended (contract O-09). */
export function ProofOfPort({ msgidentifier, checklist: { state, steps } }: Props) {
  useTicking()
  if (state === 'imported') return <Text size="sm">Imported as ported: nothing was to be proved here.</Text>
  const left = steps.filter((step) => step.state !== 'confirmed' && step.state !== 'not_required').length
  const skipped = steps.filter((step) => step.state === 'not_required').map(({ title }) => title)
  return (
    <>
      <Text size="sm" role="status" aria-label="Proof of port" mb="xs">
        {left === 0 ? 'Every step is confirmed.' : `${counted(left, 'step')} still to be confirmed.`}
      </Text>
      <ol className={evidence.list} aria-label="Steps">
        {steps.map((step) =>
          step.state === 'not_required' ? null : (
            <li key={step.step}>
              <ToneBadge tone={STEP_STATES[step.state][1]} label={STEP_STATES[step.state][0]} />
              <div>
                <strong>{step.title}</strong>
                <HowItWent step={step} />
              </div>
              {step.state === 'failed' && <RetrySteps msgidentifier={msgidentifier} steps={[step.step]} />}
            </li>
          ),
        )}
      </ol>
      {skipped.length > 0 && (
        <Text size="xs" c="dimmed" mt="xs">
          Not asked for here: {skipped.join(', ')}
        </Text>
      )}
    </>
  )
}

function HowItWent({ step }: { readonly step: Step }) {
  if (step.state === 'confirmed') {
    return (
      <>
        {step.confirmed_by && <span className={evidence.said}>{step.confirmed_by}</span>}
        {step.confirmed_at && (
          <span className={evidence.when}>
            <Timestamp at={step.confirmed_at} />
          </span>
        )}
      </>
    )
  }
  return (
    <>
      {step.last_error && (
        <span className={evidence.said} data-failed={step.state === 'failed' || undefined}>
          <Said>{step.last_error}</Said>
        </span>
      )}
      <span className={evidence.when}>
        {step.attempts === 0 ? 'not tried yet' : `tried ${timesOf(step.attempts)}`}
        {step.next_attempt_at && `, next ${distanceOf(instantOf(step.next_attempt_at), now())}`}
      </span>
    </>
  )
}
