import { Fault } from '../shared/fault.ts'

/** More than the longest list that any route takes has; the schemas, which look at every value, come after. */
const MOST_VALUES = 100_000
const DEEPEST = 32

/**
 * Whether what was sent can be looked at and kept at all, whatever its schema says: so many values, so deep, and text that PostgreSQL
 * can hold. Goes down without recursion, since the depth is the sender's to choose.
 *
 * Faults: body_too_large, body_invalid, field_invalid.
 */
export function refuseUnreadable(sent: unknown): void {
  const waiting: [value: unknown, depth: number, field: string | undefined][] = [[sent, 0, undefined]]
  let seen = 0
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [value, depth, field] = next
    seen += 1
    if (typeof value === 'string') refuseUnstorable(value, field)
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) continue
    if (depth === DEEPEST) throw new Fault('body_invalid', `the body has more than ${DEEPEST} levels`)
    const inner = Object.values(value)
    if (seen + waiting.length + inner.length > MOST_VALUES)
      throw new Fault('body_too_large', `the body has more than ${MOST_VALUES} values`)
    if (Array.isArray(value)) for (const one of inner) waiting.push([one, depth + 1, field])
    else for (const [name, one] of Object.entries(value)) waiting.push([one, depth + 1, field ?? name])
  }
}

/** Text without U+0000 and without half of a surrogate pair (Unicode D76). */
function refuseUnstorable(text: string, field: string | undefined): void {
  if (text.isWellFormed() && !text.includes('\0')) return
  const right = 'it must be whole Unicode text, without U+0000'
  if (field === undefined) throw new Fault('body_invalid', `the body is not right: ${right}`)
  throw new Fault('field_invalid', `${field} is not right: ${right}`, field)
}
