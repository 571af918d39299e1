import type { PxsBody, PxsKind, PxsMessage, PxsSerie } from './messages.codec.ts'
import type { PxsProfile } from './profile.ts'

/** What no XSD can say about a message, by kind: whether it is about one port, and in which role its sender speaks. */
// biome-ignore format: a table
const RULES: Readonly<Record<PxsKind, { readonly about: 'port' | 'anything'; readonly sender: 'recipient' | 'donor' | 'currentOperator' | 'anyone' }>> = {
  authorisation_request:  { about: 'port',     sender: 'recipient' },
  authorisation_response: { about: 'port',     sender: 'donor' },
  instruction:            { about: 'port',     sender: 'anyone' },
  instruction_response:   { about: 'port',     sender: 'anyone' },
  change:                 { about: 'port',     sender: 'anyone' },
  change_response:        { about: 'port',     sender: 'anyone' },
  abort:                  { about: 'port',     sender: 'anyone' },
  abort_response:         { about: 'port',     sender: 'anyone' },
  ported:                 { about: 'port',     sender: 'anyone' },
  timedout:               { about: 'port',     sender: 'anyone' },
  termination_request:    { about: 'anything', sender: 'currentOperator' },
  terminated:             { about: 'anything', sender: 'anyone' },
  numberinfo_request:     { about: 'anything', sender: 'anyone' },
  numberinfo_response:    { about: 'anything', sender: 'anyone' },
  sync_request:           { about: 'anything', sender: 'anyone' },
  error:                  { about: 'anything', sender: 'anyone' },
}

/**
 * What is wrong with a message that its XSD finds right; undefined when nothing is. The clearinghouse may speak in any
 * role, because it hands messages on.
 */
export function objectionToMessage(
  { msgidentifier, sender, body }: PxsMessage,
  profile: PxsProfile,
): string | undefined {
  const rule = RULES[body.kind]
  if (rule.about === 'port' && msgidentifier === undefined) return `${body.kind} without a msgidentifier`
  const role = roleIn(body, rule.sender)
  if (role !== undefined && sender.operator !== role && sender.operator !== profile.clearinghouse) {
    return `${body.kind} sent by ${sender.operator}, but its ${rule.sender} is ${role}`
  }
  return objectionToSeries(('series' in body ? body.series : undefined) ?? [])
}

function roleIn(body: PxsBody, role: string): string | undefined {
  const operator = Object.entries(body).find(([field]) => field === role)?.[1]
  return typeof operator === 'string' ? operator : undefined
}

function objectionToSeries(series: readonly PxsSerie[]): string | undefined {
  const unequal = series.find(({ first, last }) => first.length !== last.length)
  if (unequal) return `the ends ${unequal.first} and ${unequal.last} of a series differ in length`
  const reversed = series.find(({ first, last }) => first > last)
  if (reversed) return `the series ${reversed.first} to ${reversed.last} is reversed`
  const sorted = [...series].sort((a, b) => a.first.length - b.first.length || (a.first < b.first ? -1 : 1))
  const touching = sorted.find(({ first }, index) => {
    const before = sorted[index - 1]
    return before !== undefined && before.first.length === first.length && first <= before.last
  })
  return touching && `the number ${touching.first} stands in two series`
}
