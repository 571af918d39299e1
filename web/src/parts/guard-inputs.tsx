import type { ReactNode } from 'react'
import type { Guard } from '../api/ports.ts'
import { NUMBER_TYPE_LABELS } from '../words.ts'
import evidence from './evidence.module.css'
import { Said } from './said.tsx'

type MadeCheck = Guard['checks'][number]

/** What each check looks at, by the names that the server keeps it under, with words for people; `answer.` is the answer of the BSS. */
// biome-ignore format: a table
const LABELS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ours:        { server: 'Served by', isOfType: 'Of the type that is said', numberType: 'Type that is said' },
  lock:        { lock: 'Lock', until: 'Locked until' },
  proof:       { isPinGiven: 'PIN given', isAccountGiven: 'Account number given', wrongToday: 'Wrong proofs within 24 hours', kind: 'What matches' },
  risk:        { rules: 'Rules', rule: 'Rule', kind: 'Cool-off', until: 'Cool-off until', overridecooloff: 'Override Cool Off', refusals: 'Refused within a week' },
  eligibility: { attempt: 'Attempt', 'answer.kind': 'Answer', 'answer.code': 'Code', 'answer.reason': 'Reason', 'answer.detail': 'What went wrong' },
  notice:      { noticeMinutes: 'Time to object, minutes', until: 'Time to object until' },
}

/** Words of programs among what was looked at. */
// biome-ignore format: a table
const WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'ours.numberType':         NUMBER_TYPE_LABELS,
  'lock.until':              { null: 'it is lifted' },
  'proof.kind':              { pin: 'the PIN', account: 'the account number', 'pin and account': 'PIN and account number', 'account and pin': 'PIN and account number' },
  'risk.rules':              { coolOff: 'cool-off', repeated: 'asked for again and again' },
  'risk.rule':               { coolOff: 'cool-off', repeated: 'asked for again and again' },
  'risk.kind':               { locked: 'the number stays', return: 'it goes back within the return window', waived: 'waived in the request' },
  'eligibility.answer.kind': { eligible: 'may leave', ineligible: 'may not leave', silent: 'none' },
}

/** What a check looked at, folded away. */
export function GuardInputs({ check: { name, inputs } }: { readonly check: Pick<MadeCheck, 'name' | 'inputs'> }) {
  const order = Object.keys(LABELS[name] ?? {})
  const lines = linesOf(inputs).toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b))
  if (lines.length === 0) return null
  return (
    <details className={evidence.inputs}>
      <summary>What it looked at</summary>
      <dl>
        {lines.map(([input, value]) => (
          <Line key={input} label={LABELS[name]?.[input] ?? input}>
            {valueText(value, WORDS[`${name}.${input}`])}
          </Line>
        ))}
      </dl>
    </details>
  )
}

function Line({ label, children }: { readonly label: string; readonly children: string }): ReactNode {
  return (
    <>
      <dt>{label}</dt>
      <dd>
        <Said>{children}</Said>
      </dd>
    </>
  )
}

/** One line for each value: what stands in an object has the name of both, `answer.kind`. */
function linesOf(inputs: object): [name: string, value: unknown][] {
  return Object.entries(inputs).flatMap(([name, value]) => {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? linesOf(value).map(([part, one]): [string, unknown] => [`${name}.${part}`, one]) : [[name, value]]
  })
}

function valueText(value: unknown, words: Readonly<Record<string, string>> = {}): string {
  if (Array.isArray(value)) return value.map((one) => valueText(one, words)).join(', ')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return words[String(value)] ?? (value === null ? 'not said' : String(value))
}
