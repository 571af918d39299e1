import type { Db } from '../../db/db.ts'
import type { E164 } from '../../numbers/e164.ts'
import { type NumberRange, walk } from '../../numbers/range.ts'
import type { Log } from '../../shared/log.ts'
import { inParallel } from '../../shared/parallel.ts'
import type { CgratesClient } from './cgrates.client.ts'
import { accountOf, type Cost, closingOf, costOf, feeOf, ratingProfileOf, suspensionOf } from './charging.codec.ts'
import {
  type Attempt,
  claimStep,
  endStep,
  findSteps,
  type StepDetail,
  type StepKey,
  type StepRecord,
  saveStep,
} from './charging.store.ts'

export type ChargingPlan = {
  readonly ratingPlan: string
  readonly actionPlans: readonly string[]
  /** undefined: a number that leaves costs nothing. */
  readonly portOutFeeCategory: string | undefined
}

export type Charge = {
  readonly db: Db
  readonly client: CgratesClient
  readonly tenant: string
  readonly plan: ChargingPlan
  readonly concurrency: number
  readonly now: () => Temporal.Instant
  readonly log: Log
}

/** What charging needs to know of a port. */
export type ChargedPort = {
  readonly id: string
  readonly msgidentifier: string
  readonly range: NumberRange
  readonly accountType: 'Prepaid' | 'Postpaid' | null
  /** When the numbers moved: charging begins or ends then. */
  readonly at: Temporal.Instant
}

export type LeavingPort = ChargedPort & {
  /** The end of the last bill; undefined: everything that CGrateS has is unbilled. */
  readonly unbilledSince: Temporal.Instant | undefined
  /** Porting reason code with which the account is closed; CGrateS has no field for it, so it stands in our record. */
  readonly closingReason: string
}

/** What came of it. `retry`: the same call later goes on where this one stopped. `failed`: a person has to look first. */
export type Charged =
  | { readonly kind: 'done' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'retry' | 'failed'; readonly step: string; readonly reason: string }

export type Charging = {
  /** Opens and rates an account for each number, from the moment it was ported. Never throws for what CGrateS does. */
  chargePortIn(port: ChargedPort): Promise<Charged>
  /** Stops charging, collects what is unbilled, charges the fee, closes the accounts; in this order. */
  chargePortOut(port: LeavingPort): Promise<Charged>
  /** What has been done of a port so far, for its checklist and dossier. */
  stepsOf(portId: string): Promise<StepRecord[]>
}

/** Idempotent for each (port, step): a step that is done is never done again, one that was cut off goes on. */
export function charging(charge: Charge): Charging {
  return {
    chargePortIn: (port) => runSteps(charge, port, PORT_IN),
    chargePortOut: (port) => runSteps(charge, port, PORT_OUT),
    stepsOf: (portId) => findSteps(charge.db, portId),
  }
}

const LEASE_SECONDS = 60
/** Numbers between two notes of how far we are: what a killed worker does again. */
const CHUNK = 50
const CDRS_PER_PAGE = 1000

/** What a chunk of numbers came to: what the step knows now, or why it stopped. */
type Outcome =
  | { readonly kind: 'ok'; readonly detail: StepDetail }
  | { readonly kind: 'retry' | 'failed'; readonly reason: string }
type Step<Port> = readonly [
  name: string,
  work: (charge: Charge, port: Port, numbers: readonly E164[], detail: StepDetail) => Promise<Outcome>,
]

// biome-ignore format: a table
const PORT_IN: readonly Step<ChargedPort>[] = [
  ['account', (charge, port, numbers) => each(charge, numbers, 'APIerSv2.SetAccount', (number) => accountOf(charge.tenant, number, { accountType: port.accountType, actionPlans: charge.plan.actionPlans }))],
  ['rating',  (charge, port, numbers) => each(charge, numbers, 'APIerSv1.SetRatingProfile', (number) => ratingProfileOf(charge.tenant, number, { ratingPlan: charge.plan.ratingPlan, at: port.at }))],
  ['confirm', (charge, _port, numbers) => confirm(charge, numbers)],
]

// biome-ignore format: a table
const PORT_OUT: readonly Step<LeavingPort>[] = [
  ['stop',    (charge, _port, numbers) => each(charge, numbers, 'APIerSv2.SetAccount', (number) => suspensionOf(charge.tenant, number))],
  ['collect', collect],
  ['fee',     chargeFee],
  ['close',   close],
]

/** The lease ran out, and what has been done since is the word of whoever took the step. */
const TAKEN = { kind: 'busy' } as const

async function runSteps<Port extends ChargedPort>(
  charge: Charge,
  port: Port,
  steps: readonly Step<Port>[],
): Promise<Charged> {
  for (const [step, work] of steps) {
    const claim = await claimStep(charge.db, { portId: port.id, step }, leaseOf(charge))
    if (claim.kind === 'done') continue
    if (claim.kind === 'busy') return claim
    const key = { portId: port.id, step, attempts: claim.attempts }
    const outcome = await runStep(charge, port, { key, work, ...claim })
    if (outcome.kind === 'busy') return outcome
    const error = outcome.kind === 'ok' ? null : outcome.reason
    if (!(await endStep(charge.db, key, { error, at: charge.now() }))) return TAKEN
    const facts = { port: port.msgidentifier, step }
    if (outcome.kind !== 'ok') {
      charge.log.warn({ ...facts, reason: outcome.reason, outcome: outcome.kind }, 'charging step not done')
      return { kind: outcome.kind, step, reason: outcome.reason }
    }
    charge.log.info(facts, 'charging step done')
  }
  return { kind: 'done' }
}

async function runStep<Port extends ChargedPort>(
  charge: Charge,
  port: Port,
  {
    key,
    work,
    doneNumber,
    detail: begun,
  }: {
    readonly key: StepKey & Attempt
    readonly work: Step<Port>[1]
    readonly doneNumber: E164 | undefined
    readonly detail: StepDetail
  },
): Promise<Outcome | typeof TAKEN> {
  let detail = begun
  const numbers = [...walk(port.range)].filter((number) => doneNumber === undefined || number > doneNumber)
  for (let at = 0; at < numbers.length; at += CHUNK) {
    const chunk = numbers.slice(at, at + CHUNK)
    const outcome = await work(charge, port, chunk, detail)
    if (outcome.kind !== 'ok') return outcome
    detail = outcome.detail
    const last = chunk.at(-1)
    if (last && !(await saveStep(charge.db, key, { doneNumber: last, detail, ...leaseOf(charge) }))) return TAKEN
  }
  return { kind: 'ok', detail }
}

function leaseOf({ now }: Charge) {
  return { now: now(), lockedUntil: now().add({ seconds: LEASE_SECONDS }) }
}

/** The same call for every number. `isFine` takes errors that mean that it is so already. */
async function each(
  { client, concurrency }: Charge,
  numbers: readonly E164[],
  method: string,
  paramOf: (number: E164) => object,
  isFine: (reason: string) => boolean = () => false,
): Promise<Outcome> {
  const replies = await inParallel(numbers, concurrency, (number) => client.call(method, paramOf(number)))
  const wrong = replies.find((reply) => reply.kind !== 'ok' && !isFine(reply.reason))
  if (!wrong || wrong.kind === 'ok') return { kind: 'ok', detail: {} }
  return { kind: wrong.kind === 'retry' ? 'retry' : 'failed', reason: `${method}: ${wrong.reason}` }
}

/** Each account is there and takes calls: what the proof of a port rests on. */
async function confirm({ client, concurrency, tenant }: Charge, numbers: readonly E164[]): Promise<Outcome> {
  const method = 'APIerSv2.GetAccount'
  const replies = await inParallel(numbers, concurrency, (number) =>
    client.call(method, { Tenant: tenant, Account: number.slice(1) }),
  )
  for (const reply of replies) {
    if (reply.kind !== 'ok')
      return { kind: reply.kind === 'retry' ? 'retry' : 'failed', reason: `${method}: ${reply.reason}` }
    const account = reply.result as { readonly Disabled?: unknown } | null // A5: what GetAccount gives
    if (account?.Disabled !== false) return { kind: 'failed', reason: `${method}: the account is disabled` }
  }
  return { kind: 'ok', detail: {} }
}

/** Adds up the unbilled calls: what the final bill is made of. */
async function collect(
  { client, tenant }: Charge,
  { unbilledSince, at }: LeavingPort,
  numbers: readonly E164[],
  begun: StepDetail,
): Promise<Outcome> {
  const method = 'APIerSv2.GetCDRs'
  const accounts = numbers.map((number) => number.slice(1))
  let sum: Cost = {
    calls: Number(begun.calls ?? 0),
    unrated: Number(begun.unrated ?? 0),
    micros: BigInt(begun.costMicros ?? 0),
  }
  for (let offset = 0; ; offset += CDRS_PER_PAGE) {
    const reply = await client.call(method, {
      Tenants: [tenant],
      Accounts: accounts,
      ...(unbilledSince && { SetupTimeStart: unbilledSince.toString({ smallestUnit: 'second' }) }),
      SetupTimeEnd: at.toString({ smallestUnit: 'second' }),
      OrderBy: 'OrderID',
      Limit: CDRS_PER_PAGE,
      Offset: offset,
    })
    if (reply.kind === 'retry') return { kind: 'retry', reason: `${method}: ${reply.reason}` }
    if (reply.kind === 'permanent') return { kind: 'failed', reason: `${method}: ${reply.reason}` }
    // nothing found is either an empty list or NOT_FOUND
    const page = reply.kind === 'ok' && Array.isArray(reply.result) ? reply.result : []
    sum = costOf(page, sum)
    if (page.length < CDRS_PER_PAGE) break
  }
  const detail = { calls: sum.calls, unrated: sum.unrated, costMicros: String(sum.micros) }
  return { kind: 'ok', detail }
}

/** One fee event for each number, under an id of its own, so that CGrateS itself knows a second one (`EXISTS`). */
async function chargeFee(charge: Charge, port: LeavingPort, numbers: readonly E164[]): Promise<Outcome> {
  const category = charge.plan.portOutFeeCategory
  if (category === undefined) return { kind: 'ok', detail: { fee: 'none' } }
  const outcome = await each(
    charge,
    numbers,
    'CDRsV2.ProcessEvent',
    (number) => feeOf(charge.tenant, number, { category, msgidentifier: port.msgidentifier, at: port.at }),
    (reason) => reason.endsWith('EXISTS'),
  )
  return outcome.kind === 'ok' ? { kind: 'ok', detail: { fee: category } } : outcome
}

async function close(charge: Charge, { closingReason }: LeavingPort, numbers: readonly E164[]): Promise<Outcome> {
  const isGone = (reason: string) => reason.endsWith('NOT_FOUND')
  const closing = (number: E164) => closingOf(charge.tenant, number)
  const outcome = await each(charge, numbers, 'APIerSv1.RemoveAccount', closing, isGone)
  return outcome.kind === 'ok' ? { kind: 'ok', detail: { closingReason } } : outcome
}
