import { localOf, msgidentifierPrefix, operatorOf, parseNumber, typeOf } from '../src/numbers/market.ts'
import { Fault } from '../src/shared/fault.ts'
import { type Cast, openDraft } from './draft.ts'
import { deadlineFrom, rangeAsked, refuseOverlap } from './request.ts'
import type { AccountType, Dossier, Entry, World } from './world.ts'

/** Another operator asks for numbers of the client: a range in local digits. */
export type PortOut = {
  readonly first: string
  readonly last: string
  /** Code, alias or name; the first other operator of the market when left out. */
  readonly recipient?: string
  readonly accountType?: AccountType
}

/** Opens the dossier and says the request to the client. Throws a Fault for a range or recipient that cannot be. */
export function requestPortOut(
  cast: Cast,
  world: World,
  asked: PortOut,
  nowMs: number,
): { readonly msgidentifier: string; readonly entries: readonly Entry[] } {
  const { market } = cast
  const draft = openDraft(cast, world, nowMs)
  const dossier = dossierFor(cast, world, asked, draft.at)
  const { msgidentifier, recipient, donor, range, numberType, accountType } = dossier
  const [first, last] = [localOf(market, range.first), localOf(market, range.last)]
  const deadline = Temporal.Instant.from(dossier.deadline)
  draft.entries.push({ kind: 'dossier', dossier })
  draft.say(
    recipient,
    {
      kind: 'authorisation_request',
      recipient,
      donor,
      numberType,
      accountType,
      isCoolOffOverridden: false,
      contactNumber: first,
      email: `porting@${recipient.toLowerCase()}.example`,
      authorisationDeadline: deadline,
      series: [{ first, last }],
    },
    msgidentifier,
  )
  draft.planAt(msgidentifier, deadline.epochMilliseconds, { say: 'deadline' })
  return { msgidentifier, entries: draft.entries }
}

function dossierFor(cast: Cast, world: World, asked: PortOut, at: Temporal.Instant): Dossier {
  const { market } = cast
  const first = parseNumber(market, asked.first)
  const numberType = first && typeOf(market, first)
  if (!numberType) throw new Fault('number_outside_plan', `${asked.first} is no number of ${market.title}`, 'first')
  const range = rangeAsked(cast, asked, numberType)
  refuseOverlap(world, range)
  const word = asked.recipient ?? market.operators.find(({ code }) => code !== market.operator)?.code ?? ''
  const recipient = operatorOf(market, word)?.code
  if (recipient === undefined || recipient === market.operator) {
    throw new Fault('field_invalid', `${word} is no other operator of ${market.title}`, 'recipient')
  }
  return {
    msgidentifier: nextIdentifier(cast, world, recipient, at),
    side: 'donor',
    state: 'requested',
    recipient,
    donor: market.operator,
    range,
    numberType,
    accountType: asked.accountType ?? 'Prepaid',
    instructions: 0,
    deadline: deadlineFrom(cast, at, numberType).toString(),
  }
}

/** `XX202501-DONOR-00001`: the sequence is the recipient's own (contract O-35). */
function nextIdentifier({ market }: Cast, { dossiers }: World, recipient: string, at: Temporal.Instant): string {
  const prefix = msgidentifierPrefix(market, recipient, at)
  const used = [...dossiers.keys().filter((msgidentifier) => msgidentifier.startsWith(`${prefix}-`))].length
  return `${prefix}-${String(used + 1).padStart(5, '0')}`
}
