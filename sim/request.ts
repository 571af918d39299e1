import type { PxsBodyOf, PxsMessage, PxsSerie } from '../src/clearinghouses/pxs/messages.codec.ts'
import { deadlineOf } from '../src/numbers/deadline.ts'
import { donorOf } from '../src/numbers/donor.ts'
import { operatorOf, parseRange } from '../src/numbers/market.ts'
import { type NumberRange, overlaps, rangeText } from '../src/numbers/range.ts'
import { Fault } from '../src/shared/fault.ts'
import type { Cast } from './draft.ts'
import type { Dossier, DossierState, World } from './world.ts'

const FIELDS = { first: 'telephonenumberseriestart', last: 'telephonenumberserieend' }
const OPEN: readonly DossierState[] = ['requested', 'authorised', 'instructed']

/** The dossier that a request of the client opens. Throws a Fault for what a clearinghouse would not take. */
export function openRequest(
  cast: Cast,
  world: World,
  { msgidentifier }: PxsMessage,
  body: PxsBodyOf<'authorisation_request'>,
  at: Temporal.Instant,
): Dossier {
  const [serie, ...others] = body.series
  if (msgidentifier === undefined || serie === undefined || others.length > 0) {
    throw new Fault('field_invalid', 'a request here is about exactly one series', 'telephonenumberseries')
  }
  if (world.dossiers.has(msgidentifier)) {
    throw new Fault('illegal_transition', `the port ${msgidentifier} exists already`, 'msgidentifier')
  }
  const range = rangeAsked(cast, serie, body.numberType)
  refuseOverlap(world, range)
  return {
    msgidentifier,
    side: 'recipient',
    state: 'requested',
    recipient: body.recipient,
    donor: donorFor(cast, world, body, range),
    range,
    numberType: body.numberType,
    accountType: body.accountType,
    instructions: 0,
    deadline: deadlineFrom(cast, at, body.numberType).toString(),
  }
}

/** The range that a series names in the market. Throws a Fault that names the field of the wire. */
export function rangeAsked({ market }: Cast, { first, last }: PxsSerie, numberType: 'mobile' | 'fixed'): NumberRange {
  return parseRange(market, { first, last, numberType, fields: FIELDS })
}

export function deadlineFrom(
  { market }: Cast,
  from: Temporal.Instant,
  numberType: 'mobile' | 'fixed',
): Temporal.Instant {
  const { timers, calendar, timeZone } = market
  return deadlineOf({ from, window: timers.authorisation[numberType], calendar, timeZone }).dueAt
}

export function refuseOverlap(world: World, range: NumberRange): void {
  const open = world.dossiers.values().find((dossier) => OPEN.includes(dossier.state) && overlaps(dossier.range, range))
  if (!open) return
  const sentence = `${rangeText(range)} meets ${rangeText(open.range)} of the open port ${open.msgidentifier}`
  throw new Fault('range_overlaps_live_port', sentence, 'telephonenumberseries')
}

/** A donor that is named is trusted; one that is left out is found by where the numbers are now. */
function donorFor(
  { market }: Cast,
  { moved }: World,
  body: PxsBodyOf<'authorisation_request'>,
  range: NumberRange,
): string {
  const named = body.donor === undefined ? donorOf(market, range, moved) : body.donor
  const donor = operatorOf(market, named)?.code
  if (donor === undefined)
    throw new Fault('donor_unknown', `${named} is no operator of ${market.title}`, 'donornetworkoperator')
  if (donor !== body.recipient) return donor
  throw new Fault('number_already_served', `${rangeText(range)} is served by ${donor} already`, 'donornetworkoperator')
}
