import type { Db, Reader } from '../db/db.ts'
import { appendAudit } from '../events/audit.store.ts'
import { digitsOf, type E164, parseE164 } from '../numbers/e164.ts'
import type { NumberType, Operator } from '../numbers/market.schema.ts'
import { blockOf, localOf, type Market, operatorOf, typeOf } from '../numbers/market.ts'
import { formatRoutingNumber, parseRoutingNumber } from '../numbers/routing-number.ts'
import { Fault } from '../shared/fault.ts'
import { type Log, masked } from '../shared/log.ts'
import { assertStillToCome } from './expiry.ts'
import { isHeldByPort, isKeptAsPorted } from './promise.ts'
import { findRoute, isChangedAfter, lockRoutes, type RouteRecord, writeRoutes } from './route.store.ts'
import type { Route } from './route.ts'

/** What an HSS knows of a number. `reason` is for people. */
export type Subscription =
  | { readonly kind: 'found'; readonly record: Readonly<Record<string, unknown>> }
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }

/** What calls to a number are sent to: the first record of its ENUM answer. */
export type Address = { readonly address: string; readonly order: number; readonly preference: number }

/** CGrateS' ProcessEvent result: np_api hands it on as it is (contract O-42). */
export type ProcessEvent = Readonly<Record<string, unknown>>

export type Found = {
  readonly number: E164
  readonly address: Address
  /** Leading digits of the block that answers; undefined: the number's own route does. */
  readonly block: string | undefined
  readonly at: Temporal.Instant
}

/** A charging system that answers routing questions from a copy of our routes. */
export type RouteMirror = {
  lookUp(
    number: E164,
  ): Promise<
    | { readonly kind: 'found'; readonly event: ProcessEvent }
    | { readonly kind: 'not_found' }
    | { readonly kind: 'failed'; readonly reason: string }
  >
  /** The generation of our routes that the copy answers a number from; undefined when it is known not to have it right. */
  generationOf(number: E164): Promise<number | undefined>
}

export type Desk = {
  readonly db: Db
  readonly market: Market
  readonly now: () => Temporal.Instant
  readonly log: Log
  /** What the DNS answers for a number with this route, or without one; undefined: nothing. */
  readonly addressOf: (number: E164, route: Route | undefined) => Address | undefined
  /** Our own answer in the shape of CGrateS'. */
  readonly asProcessEvent: (found: Found) => ProcessEvent
  readonly mirror: RouteMirror | undefined
  readonly subscription: (number: E164) => Promise<Subscription>
  /** msgidentifier of the live port that a number is in. */
  readonly livePortOf: (reader: Reader, number: E164) => Promise<string | undefined>
}

export type Push = {
  /** E.164 without the plus, as the surface was given it. */
  readonly msisdn: string
  readonly operator: string
  readonly numberType: NumberType
  /** Any spelling of RFC 4694; absent: the operator's own. */
  readonly routingNumber?: string | undefined
  /** After it the number has again what it had before; absent: the push holds until the next change. */
  readonly expiresAt?: Temporal.Instant | undefined
  readonly by: Person
}

/** Who changes a route by hand. */
export type Person = {
  readonly name: string
  readonly reason: string | undefined
  /** May set aside a route that a port holds, with a reason. */
  readonly mayOverride: boolean
}

export type LookUp = { readonly event: ProcessEvent; readonly source: 'cgrates' | 'portolan' }
export type Changed = { readonly number: E164; readonly sentence: string }

/** The routing of single numbers, for people: look up, correct, remove. */
export type RoutingDesk = {
  /** Faults: number_invalid, number_outside_plan, route_not_found. */
  lookUp(msisdn: string): Promise<LookUp>
  /** Never fails for what the HSS does. Faults: number_invalid, number_outside_plan. */
  subscription(msisdn: string): Promise<Subscription>
  /** Faults: number_invalid, number_outside_plan, operator_unknown, routing_number_invalid, route_held_by_port. */
  push(push: Push): Promise<Changed>
  /** Faults: number_invalid, number_outside_plan, route_not_found, route_held_by_port. */
  remove(msisdn: string, by: Person): Promise<Changed>
}

export function routingDesk(desk: Desk): RoutingDesk {
  return {
    lookUp: (msisdn) => lookUp(desk, numberOf(desk.market, msisdn)),
    subscription: async (msisdn) => desk.subscription(numberOf(desk.market, msisdn)),
    push: (push) => pushRoute(desk, push),
    remove: (msisdn, by) => removeRoute(desk, numberOf(desk.market, msisdn), by),
  }
}

/**
 * The copy answers where it is known to have the number's newest change; else, and whenever it fails or has nothing, we do:
 * routing is ours, and a mirror that is down must not hide it.
 */
async function lookUp(desk: Desk, number: E164): Promise<LookUp> {
  const mirrored = desk.mirror && (await askMirror(desk, desk.mirror, number))
  if (mirrored) return { event: mirrored, source: 'cgrates' }
  const record = await findRoute(desk.db, number)
  const address = desk.addressOf(number, record?.route)
  if (!address) {
    throw new Fault(
      'route_not_found',
      `${digitsOf(number)} has no route and is in no number block of ${desk.market.title}`,
      'msisdn',
    )
  }
  const block = record ? undefined : `${desk.market.countryCode}${blockOf(desk.market, number)?.prefix ?? ''}`
  return { event: desk.asProcessEvent({ number, address, block, at: desk.now() }), source: 'portolan' }
}

async function askMirror(desk: Desk, mirror: RouteMirror, number: E164): Promise<ProcessEvent | undefined> {
  const facts = { number: masked(number) }
  const generation = await mirror.generationOf(number)
  if (generation === undefined || (await isChangedAfter(desk.db, number, generation))) {
    desk.log.info(facts, 'CGrateS does not have this number right yet; answered from our own routes')
    return undefined
  }
  const answer = await mirror.lookUp(number)
  if (answer.kind === 'found') return answer.event
  if (answer.kind === 'failed')
    desk.log.warn({ ...facts, reason: answer.reason }, 'CGrateS gave no route; answered from our own routes')
  return undefined
}

async function pushRoute(
  desk: Desk,
  { msisdn, operator: word, numberType, routingNumber, expiresAt, by }: Push,
): Promise<Changed> {
  const { market } = desk
  const number = numberOf(market, msisdn)
  const operator = operatorFor(market, word)
  const digits = digitsOf(number)
  if (!market.plan[numberType].test(localOf(market, number))) {
    throw new Fault(
      'number_outside_plan',
      `${digits} is a ${typeOf(market, number)} number; the type in the address is ${numberType}`,
      'type',
    )
  }
  const given = routingNumber === undefined ? operator.routingNumber : normalised(routingNumber)
  // at home in its own block a number has not moved, and an answer with rn would say that it has (contract I9)
  const isHome = blockOf(market, number)?.holder === operator.code && routingNumber === undefined
  const route = isHome ? undefined : { operator: operator.code, routingNumber: given, numberType }
  return change(desk, number, { route, operator: operator.code, expiresAt, by }, (live) => {
    const home = `${digits} is in a block of ${operator.code} and is answered from it`
    const away = `${digits} is now routed to ${operator.code} (${given})`
    return `${isHome ? home : away}${live ? `; the live port ${live} sets it again when it completes` : ''}`
  })
}

async function removeRoute(desk: Desk, number: E164, by: Person): Promise<Changed> {
  const holder = blockOf(desk.market, number)?.holder
  const digits = digitsOf(number)
  return change(desk, number, { route: undefined, operator: undefined, expiresAt: undefined, by }, () =>
    holder ? `${digits} is answered from its block again, which ${holder} holds` : `${digits} has no route any more`,
  )
}

type Wanted = {
  readonly route: Route | undefined
  /** Who is to serve the number; undefined: a removal, which needs a route to remove. */
  readonly operator: string | undefined
  readonly expiresAt: Temporal.Instant | undefined
  readonly by: Person
}

async function change(
  desk: Desk,
  number: E164,
  { route, operator, expiresAt, by }: Wanted,
  sentenceOf: (livePort: string | undefined) => string,
): Promise<Changed> {
  const { db, market } = desk
  assertStillToCome(expiresAt, desk.now())
  const sentence = await db.tx(async (tx) => {
    await lockRoutes(tx)
    const before = await findRoute(tx, number)
    if (!before && operator === undefined) throw nothingToRemove(market, number)
    const isKept = before !== undefined && isKeptAsPorted(before, { operator, route }, market.operator)
    if (before && !isKept && isHeldByPort(before, market.operator) && !(by.mayOverride && by.reason)) {
      throw heldByPort(number, before)
    }
    const at = desk.now()
    const write = { range: { first: number, last: number }, route, source: 'push', by: by.name, at, expiresAt } as const
    if (!isKept) await writeRoutes(tx, [{ ...write, cause: `push by ${by.name}` }])
    const action = operator === undefined ? 'route.removed' : 'route.pushed'
    const detail = {
      before: before ?? null,
      after: (isKept ? before?.route : route) ?? null,
      expiresAt: expiresAt?.toString() ?? null,
    }
    await appendAudit(tx, [
      { at, actor: by.name, surface: 'np_api', action, subject: number, reason: by.reason, detail },
    ])
    return sentenceOf(await desk.livePortOf(tx, number))
  })
  desk.log.info({ number: masked(number), operator, by: by.name }, 'route changed by hand')
  return { number, sentence }
}

export function heldByPort(number: E164, { cause }: RouteRecord): Fault {
  return new Fault(
    'route_held_by_port',
    `${digitsOf(number)} came to us by the port ${cause}, which promises its route: let it be ported out or terminated; an admin who says why (in the header X-Audit-Reason) may set the route aside`,
    'msisdn',
  )
}

export function nothingToRemove(market: Market, number: E164): Fault {
  const holder = blockOf(market, number)?.holder
  const answered = holder ? `it is answered from its block, which ${holder} holds` : 'it is in no number block either'
  return new Fault('route_not_found', `${digitsOf(number)} has no route of its own; ${answered}`, 'msisdn')
}

/**
 * The full number that the API was given, country code first (contract O-21); a plus is tolerated.
 *
 * @param field - what the caller calls it. Faults: number_invalid, number_outside_plan.
 */
export function numberOf(market: Market, msisdn: string, field = 'msisdn'): E164 {
  const example = `${market.countryCode}${market.numbers.mobile.example}`
  const number = parseE164(msisdn.startsWith('+') ? msisdn : `+${msisdn}`)
  if (!number) {
    throw new Fault('number_invalid', `${field} must be the full number without plus, such as ${example}`, field)
  }
  if (typeOf(market, number) === undefined) {
    throw new Fault(
      'number_outside_plan',
      `${field} ${digitsOf(number)} is no number of ${market.title}: it must be a full number with country code, such as ${example}`,
      field,
    )
  }
  return number
}

/** @param field - what the caller calls it. Fault: operator_unknown. */
export function operatorFor(market: Market, word: string, field = 'operator'): Operator {
  const operator = operatorOf(market, word)
  if (operator) return operator
  const codes = market.operators.map(({ code }) => code).join(', ')
  throw new Fault('operator_unknown', `${field} is not of ${market.title}: it must be one of ${codes}`, field)
}

/** Local digits without a context mean nothing to whoever reads the answer (RFC 4694 §4, contract O-05). */
export function normalised(text: string, field = 'rn'): string {
  const rn = parseRoutingNumber(text)
  if (rn) return formatRoutingNumber(rn)
  throw new Fault(
    'routing_number_invalid',
    `${field} must be a global number such as +15559901, or local digits with ;rn-context= such as D003;rn-context=+1`,
    field,
  )
}
