import { isKeyOf } from '../accounts/secret.ts'
import type { Reader } from '../db/db.ts'
import { findToldAt } from '../events/outbox.store.ts'
import { donorOf } from '../numbers/donor.ts'
import { localOf } from '../numbers/market.ts'
import { common, isCovered, type NumberRange } from '../numbers/range.ts'
import { findRoutedRuns } from '../routing/route.store.ts'
import { timesOf } from '../shared/count.ts'
import { Fault } from '../shared/fault.ts'
import { retryAt } from '../shared/retry.ts'
import { findLastMove } from './cool-off.store.ts'
import { coolOffOf, coolOffText } from './cool-off.ts'
import { countFailedProofs, countRefused } from './guard.store.ts'
import type { Guard } from './guard.ts'
import { isParked } from './inbound.store.ts'
import { LEGITIMATE_REASONS, type LegitimateCode } from './legitimate-reason.ts'
import { findFirstReceived } from './message.store.ts'
import { findLocks, findSecrets, type KeptSecret } from './number-guard.store.ts'
import type { SecretKind } from './number-guard.ts'
import type { Port } from './port.ts'
import type { RejectionCode } from './rejection.ts'

/** What a check looked at; never a PIN, or what it was compared with. */
type Inputs = Readonly<Record<string, unknown>>

/**
 * What a check found. `said` is for our own desk; `told` is what the other operator reads, and says no more than it may. A
 * `certain` failure leaves no choice to any policy.
 */
export type Finding = { readonly said: string; readonly inputs: Inputs } & (
  | { readonly verdict: 'pass' | 'skipped' | 'unknown' }
  | { readonly verdict: 'wait'; readonly until: Temporal.Instant; readonly isUnanswered?: true }
  | { readonly verdict: 'fail'; readonly code: RejectionCode; readonly told: string; readonly isCertain?: true }
)

export type Subject = {
  readonly port: Port
  readonly answerDueAt: Temporal.Instant
  /** Questions to the BSS that got no answer. */
  readonly attempts: number
}

export type Check = {
  readonly name: string
  /** Of the rule: another rule under the same name has another number. */
  readonly version: number
  /** A check that was passed once, and is not made again in a later round. */
  readonly isOnceForAll?: true
  readonly run: (guard: Guard, subject: Subject) => Promise<Finding>
}

const failed = (code: LegitimateCode) => ({ verdict: 'fail', code, told: LEGITIMATE_REASONS[code] }) as const

/** The numbers are of the kind that is said, and all with us: by their block, or by a port. */
export const ours: Check = {
  name: 'ours',
  version: 1,
  async run({ porting: { db, market } }, { port: { range, numberType, counterparty, msgidentifier } }) {
    const isOfType = [range.first, range.last].every((number) => market.plan[numberType].test(localOf(market, number)))
    const server = await serverOf()
    const inputs = { server, isOfType, numberType }
    if (server === market.operator && isOfType) return { verdict: 'pass', said: 'the numbers are ours', inputs }
    if (server === counterparty && (await isParked(db, msgidentifier, 'ported')))
      return {
        verdict: 'unknown',
        said: 'the clearinghouse says that they are ported already, before we agreed',
        inputs,
      }
    const said = isOfType ? `the numbers are with ${server}` : `the numbers are not ${numberType}`
    return { ...failed(31), said, inputs, isCertain: true }

    async function serverOf(): Promise<string> {
      try {
        return donorOf(market, range, await findRoutedRuns(db, [range]))
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault
        return fault.message // several operators, or none: as good as another's
      }
    }
  },
}

/** Nobody has locked the numbers. */
export const lock: Check = {
  name: 'lock',
  version: 1,
  async run({ porting: { db, now } }, { port: { range } }) {
    const [found] = await findLocks(db, range, now())
    if (!found) return { verdict: 'pass', said: 'not locked', inputs: {} }
    const until = found.until?.toString() ?? null
    return {
      ...failed(37),
      told: 'the number is locked',
      said: `locked: ${found.reason}`,
      inputs: { lock: found.id, until },
    }
  },
}

/** Wrong proofs for a number within a day before none is compared any more. */
const WRONG_PROOFS_PER_DAY = 5

/**
 * The request knows the customer's PIN or account number of each number that has one. Whatever is wrong with it, the other operator reads
 * the same words, so that nothing is learnt by trying.
 */
export const proof: Check = {
  name: 'proof',
  version: 2,
  isOnceForAll: true,
  async run({ porting: { db, now }, readProof }, { port }) {
    const secrets = await findSecrets(db, port.range)
    if (secrets.length === 0) return { verdict: 'skipped', said: 'no PIN or account number is set', inputs: {} }
    const wrong = await countFailedProofs(db, port.range, now().subtract({ hours: 24 }))
    const message = await findFirstReceived(db, port.id)
    if (!message) throw new Error(`the request of ${port.msgidentifier} is not kept`)
    const { pin, accountNumber } = readProof(message)
    const inputs = { isPinGiven: pin !== undefined, isAccountGiven: accountNumber !== undefined, wrongToday: wrong }
    const refused = (said: string): Finding => ({ ...failed(32), said, inputs })
    if (wrong >= WRONG_PROOFS_PER_DAY) return refused('too many wrong proofs in a day; not compared')
    const kinds = await shownKinds(port.range, secrets, { pin, account: accountNumber })
    if (!kinds) return refused('neither PIN nor account number matches')
    const kind = kinds.join(' and ')
    return { verdict: 'pass', said: `the ${kind} matches`, inputs: { ...inputs, kind } }
  },
}

/**
 * Which kinds of secrets were shown; undefined where any number of the range has some and none of them was. They are compared one
 * after the other and only until that is known, because each takes a core for a while.
 */
async function shownKinds(
  range: NumberRange,
  secrets: readonly KeptSecret[],
  given: Readonly<Record<SecretKind, string | undefined>>,
): Promise<SecretKind[] | undefined> {
  const waiting = new Set(secrets)
  const shown: KeptSecret[] = []
  for (const secret of secrets) {
    const text = given[secret.kind]
    waiting.delete(secret)
    if (text !== undefined && (await isKeyOf(secret, text))) shown.push(secret)
    else {
      const others = [...shown, ...waiting].map((other) => other.range)
      if (!isCovered(common(secret.range, range), others)) return undefined
    }
  }
  const isProven = secrets.every((secret) =>
    isCovered(
      common(secret.range, range),
      shown.map((one) => one.range),
    ),
  )
  return isProven ? [...new Set(shown.map(({ kind }) => kind))] : undefined
}

const REFUSALS_BEFORE_A_PERSON_LOOKS = 3

/** Rules of risk, each with what it finds; the first that finds something counts. */
const RISKS: readonly ((guard: Guard, subject: Subject) => Promise<Finding | undefined>)[] = [coolOff, repeated]

export const risk: Check = {
  name: 'risk',
  version: 1,
  async run(guard, subject) {
    for (const rule of RISKS) {
      const found = await rule(guard, subject)
      if (found) return found
    }
    return { verdict: 'pass', said: 'no rule of risk applies', inputs: { rules: RISKS.map(({ name }) => name) } }
  },
}

/** A number that has just been ported stays, unless it goes back within the return window or the customer has waived the rule. */
async function coolOff({ porting: { db, market, now } }: Guard, { port }: Subject): Promise<Finding | undefined> {
  const move = await findLastMove(db, port.range, now().subtract({ hours: market.coolOff.lockDays * 24 }))
  const found = coolOffOf(market, move, { to: port.counterparty, isWaived: port.isCoolOffOverridden, at: now() })
  if (found.kind === 'none') return undefined
  const inputs = { rule: 'coolOff', ...found, until: found.until.toString(), overridecooloff: port.isCoolOffOverridden }
  const told = coolOffText(market, found.until)
  if (found.kind === 'locked') return { verdict: 'fail', code: 38, told, said: told, inputs }
  const why = found.kind === 'return' ? 'goes back within the return window' : 'waived in the request'
  return { verdict: 'pass', said: `${told}, but ${why}`, inputs }
}

/** A number that is asked for again and again is looked at by a person. */
async function repeated({ porting: { db, now } }: Guard, { port }: Subject): Promise<Finding | undefined> {
  const refusals = await countRefused(db, port.range, now().subtract({ hours: 7 * 24 }))
  if (refusals < REFUSALS_BEFORE_A_PERSON_LOOKS) return undefined
  return {
    verdict: 'unknown',
    said: `refused ${timesOf(refusals)} within a week`,
    inputs: { rule: 'repeated', refusals },
  }
}

/** The BSS says that the customer may leave. */
export const eligibility: Check = {
  name: 'eligibility',
  version: 1,
  isOnceForAll: true,
  async run({ porting: { now, market }, rules, eligibility: ask }, { port, answerDueAt, attempts }) {
    if (!ask) return { verdict: 'skipped', said: 'no BSS is configured', inputs: {} }
    const attempt = attempts + 1
    const { id, msgidentifier, range, numberType, accountType, counterparty: recipient } = port
    const answer = await ask({ id, msgidentifier, range, numberType, accountType, recipient, answerDueAt, attempt })
    const inputs = { attempt, answer }
    if (answer.kind === 'eligible') return { verdict: 'pass', said: answer.reason ?? 'eligible', inputs }
    if (answer.kind === 'ineligible') {
      const code = codeOf(answer.code, market.rejectCodes)
      return { ...failed(code), said: answer.reason ?? 'not eligible', inputs }
    }
    if (attempt < rules.eligibilityAttempts) {
      const said = `the BSS did not answer: ${answer.detail}`
      return { verdict: 'wait', until: retryAt(now(), attempt), isUnanswered: true, said, inputs }
    }
    const said = `the BSS did not answer, asked ${timesOf(attempt)}, last: ${answer.detail}; the rule for that is ${rules.onNoAnswer}`
    if (rules.onNoAnswer === 'hold') return { verdict: 'unknown', said, inputs }
    return rules.onNoAnswer === 'authorise' ? { verdict: 'pass', said, inputs } : { ...failed(99), said, inputs }
  },
}

/** A legitimate reason that the market allows; anything else that the BSS says is the general one. */
function codeOf(code: number | undefined, allowed: readonly number[]): LegitimateCode {
  const isLegitimate = code !== undefined && allowed.includes(code) && Object.hasOwn(LEGITIMATE_REASONS, code)
  return isLegitimate ? (code as LegitimateCode) : 99 // a key of the table, as was just checked
}

/** How soon a notice that has not been taken is looked at again. */
const LOOK_AGAIN_SECONDS = 10

/** The customer has been told, and has had the time to object (I20). */
export const notice: Check = {
  name: 'notice',
  version: 1,
  async run({ porting: { db, now }, rules: { noticeMinutes } }, { port }) {
    const found = await noticeOf(db, port, { noticeMinutes, now: now() })
    const inputs = { noticeMinutes, ...('until' in found && { until: found.until.toString() }) }
    switch (found.kind) {
      case 'not needed':
        return { verdict: 'skipped', said: 'no notice is needed', inputs }
      case 'not taken': {
        const until = now().add({ seconds: LOOK_AGAIN_SECONDS })
        return { verdict: 'wait', until, said: 'the notice has not been taken yet', inputs }
      }
      case 'running':
        return { verdict: 'wait', until: found.until, said: 'told; the time to object is not over', inputs }
      case 'over':
        return { verdict: 'pass', said: 'told, and the time to object is over', inputs }
    }
  },
}

/** Where the notice of a port-out stands: `until` is the end of the time to object. */
export async function noticeOf(
  reader: Reader,
  { msgidentifier }: Port,
  { noticeMinutes, now }: { readonly noticeMinutes: number; readonly now: Temporal.Instant },
): Promise<
  | { readonly kind: 'not needed' | 'not taken' }
  | { readonly kind: 'running' | 'over'; readonly until: Temporal.Instant }
> {
  if (noticeMinutes === 0) return { kind: 'not needed' }
  const toldAt = await findToldAt(reader, { subject: msgidentifier, type: 'port_out.requested' })
  if (!toldAt) return { kind: 'not taken' }
  const until = toldAt.add({ minutes: noticeMinutes })
  return { kind: Temporal.Instant.compare(now, until) >= 0 ? 'over' : 'running', until }
}
