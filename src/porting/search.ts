import type { Reader } from '../db/db.ts'
import type { E164 } from '../numbers/e164.ts'
import { type Market, operatorOf, parseNumber } from '../numbers/market.ts'
import type { StepName } from './checklist.ts'
import type { GuardState } from './guard.ts'
import type { PortingState } from './port-in.machine.ts'
import type { ListedPort } from './port-in.ts'
import { findPorts } from './search.store.ts'

export type PortOrder = 'created' | 'updated'

/** What is asked for; absent filters match all. Times: from the first included to the second not included. */
export type PortSearch = {
  readonly id?: string | undefined
  readonly direction?: 'in' | 'out' | undefined
  readonly states?: readonly PortingState[] | undefined
  /** Operator code of the other side. */
  readonly counterparty?: string | undefined
  /** A number that is in the port's range. */
  readonly number?: E164 | undefined
  /** The beginning or the last five digits of a msgidentifier, a contact number, an e-mail address, an operator, a number. */
  readonly text?: string | undefined
  readonly createdFrom?: Temporal.Instant | undefined
  readonly createdTo?: Temporal.Instant | undefined
  readonly updatedFrom?: Temporal.Instant | undefined
  readonly updatedTo?: Temporal.Instant | undefined
  readonly isLive?: boolean | undefined
  readonly order: PortOrder
  readonly run: 'newest first' | 'oldest first'
  /** The last port of the page before, by what the order goes by. */
  readonly after?: { readonly at: Temporal.Instant; readonly id: string } | undefined
  readonly limit: number
}

/** What a port waits for next, and until when. */
export type NextDeadline = {
  readonly kind: string
  readonly dueAt: Temporal.Instant
  readonly rule: string
  readonly isOverdue: boolean
}

export type FoundPort = ListedPort & {
  readonly deadline: NextDeadline | undefined
  /** Of a port-out: who decides, and why that is a person. */
  readonly guard: { readonly state: GuardState; readonly heldBecause: string | null } | undefined
  /** Of its checklist: what has failed, and is tried again. */
  readonly failedSteps: readonly StepName[]
}

/** A page of ports. What a text can mean is worked out here, so that each meaning has its index. */
export async function searchPorts(
  { db, market, now }: { readonly db: Reader; readonly market: Market; readonly now: () => Temporal.Instant },
  search: PortSearch,
): Promise<FoundPort[]> {
  return findPorts(db, { ...search, ...meaningOf(market, search) }, now())
}

/** An operator's code or name, or a number of the plan, is that; all else is looked for as text. */
function meaningOf(market: Market, search: PortSearch): Partial<PortSearch> {
  const { text, counterparty, number } = search
  if (text === undefined || text === '') return { text: undefined }
  const operator = counterparty === undefined ? operatorOf(market, text) : undefined
  if (operator) return { text: undefined, counterparty: operator.code }
  // five digits are the end of a msgidentifier before they are a number
  const asNumber = number === undefined && !/^[0-9]{5}$/.test(text) ? parseNumber(market, text) : undefined
  return asNumber ? { text: undefined, number: asNumber } : monthOf(search)
}

const IDENTIFIER_DAYS = 40

/** An identifier says its month, give or take what the other operator's clock and a queue may add: fewer ports to look at. */
function monthOf({ text, createdFrom, createdTo }: PortSearch): Partial<PortSearch> {
  const [, year, month] = /^[A-Za-z]{2}([0-9]{4})(0[1-9]|1[0-2])/.exec(text ?? '') ?? []
  if (year === undefined || month === undefined) return {}
  const begin = Temporal.ZonedDateTime.from(`${year}-${month}-01T00:00[UTC]`)
  return {
    createdFrom: createdFrom ?? begin.subtract({ days: IDENTIFIER_DAYS }).toInstant(),
    createdTo: createdTo ?? begin.add({ months: 1, days: IDENTIFIER_DAYS }).toInstant(),
  }
}
