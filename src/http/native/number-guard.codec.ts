import { localOf, type Market, parseNumber, parseRange } from '../../numbers/market.ts'
import type { NumberRange } from '../../numbers/range.ts'
import type { NumberLock, SetSecret } from '../../porting/number-guard.ts'
import { Fault } from '../../shared/fault.ts'
import { problemOf } from './faults.ts'
import { timeOrNull, timeText } from './time.codec.ts'

type NumbersText = { readonly first_number: string; readonly last_number?: string | undefined }

/** Numbers of a line, of either type; a Fault is the verdict on the line. */
export function rangeOfLine({ first_number: first, last_number }: NumbersText, market: Market): NumberRange | Fault {
  const number = parseNumber(market, first)
  const numberType = number && !market.plan.mobile.test(localOf(market, number)) ? 'fixed' : 'mobile'
  const last = last_number === undefined || last_number.trim() === '' ? first : last_number
  try {
    return parseRange(market, { first, last, numberType, fields: { first: 'first_number', last: 'last_number' } })
  } catch (fault) {
    if (fault instanceof Fault) return fault
    throw fault
  }
}

const SECRET = /^[\x21-\x7e][\x20-\x7e]{2,62}[\x21-\x7e]$/

/** The same with a secret; what is wrong with the secret is said without it. */
export function secretOfLine(
  line: NumbersText & { readonly secret: string },
  market: Market,
): { readonly range: NumberRange; readonly secret: string } | Fault {
  const range = rangeOfLine(line, market)
  if (range instanceof Fault) return range
  if (SECRET.test(line.secret)) return { range, secret: line.secret }
  return new Fault(
    'field_invalid',
    'secret must be 4 to 64 printable ASCII characters, without a space at either end',
    'secret',
  )
}

/** A verdict for each line, in the order in which they came. */
export function verdictsView<Word extends string>(
  word: Word,
  verdicts: readonly ({ readonly id: string; readonly range: NumberRange } | Fault)[],
) {
  const refused = verdicts.filter((verdict) => verdict instanceof Fault).length
  return {
    accepted: verdicts.length - refused,
    refused,
    lines: verdicts.map((verdict, index) => {
      const line = index + 1
      if (verdict instanceof Fault) {
        const nothing = { id: null, first_number: null, last_number: null }
        return { line, verdict: 'refused' as const, ...nothing, problem: problemOf(verdict) }
      }
      const { id, range } = verdict
      return { line, verdict: word, id, first_number: range.first, last_number: range.last, problem: null }
    }),
  }
}

export function lockView({ range, until, createdAt, createdBy, liftedAt, liftedBy, id, reason }: NumberLock) {
  return {
    id,
    first_number: range.first,
    last_number: range.last,
    reason,
    until: timeOrNull(until),
    created_at: timeText(createdAt),
    created_by: createdBy,
    lifted_at: timeOrNull(liftedAt),
    lifted_by: liftedBy,
  }
}

export function secretView({ id, kind, range, setAt, setBy }: SetSecret) {
  return {
    id,
    kind,
    first_number: range.first,
    last_number: range.last,
    set_at: timeText(setAt),
    set_by: setBy,
  }
}
