import { PORT_IN_STATES } from '../api/tables.gen.ts'
import { isStateName, STATE_WORDS, type StateName, type Tone } from '../words.ts'
import { Check, Clock, Cross, Hand, Stop } from './icon.tsx'
import classes from './parts.module.css'

const ICONS: Readonly<Record<Tone, typeof Check>> = {
  waiting: Clock,
  act: Hand,
  done: Check,
  over: Stop,
  failed: Cross,
}

type Props = { readonly name: string; readonly words?: typeof STATE_WORDS; readonly withMeaning?: 'with meaning' }

/** A state by its own label, its tone in colour and in shape, and what it means in words. */
export function StateBadge({ name, words = STATE_WORDS, withMeaning }: Props) {
  if (!isStateName(name)) return <span className={classes.state}>{name}</span>
  const { label, meaning, tone } = words[name]
  const Icon = ICONS[tone]
  return (
    <span className={classes.stateAndMeaning}>
      <span className={classes.state} data-tone={tone} data-state={name} title={`${meaning} (${nameAndCode(name)})`}>
        <Icon size={13} />
        {label}
      </span>
      {withMeaning && <span className={classes.meaning}>{meaning}</span>}
    </span>
  )
}

/** A word with its tone in colour and in shape: what a check found, how a step stands. */
export function ToneBadge({ tone, label }: { readonly tone: Tone; readonly label: string }) {
  const Icon = ICONS[tone]
  return (
    <span className={classes.state} data-tone={tone}>
      <Icon size={13} />
      {label}
    </span>
  )
}

/** As the API says it: `Waiting_for_Instruction = 2`. */
export function nameAndCode(name: StateName): string {
  return `${name} = ${PORT_IN_STATES[name].code}`
}
