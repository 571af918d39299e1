import type { Tx } from '../db/db.ts'
import { appendEvents } from '../events/outbox.store.ts'
import { eachOnItsOwn } from '../shared/each.ts'
import { takeEdge } from './edge.ts'
import { claimGuarded, insertChecks, listChecks, type MadeCheck, postponeGuard } from './guard.store.ts'
import { CHECKS, type Guard } from './guard.ts'
import type { Check, Finding, Subject } from './guard-checks.ts'
import { lifecycleEvent } from './lifecycle.ts'
import { findLocks } from './number-guard.store.ts'
import { findPortById, lockPortById } from './port.store.ts'
import type { Port } from './port.ts'
import { setGuard } from './port-out.store.ts'
import type { RejectionCode } from './rejection.ts'

/** Port-outs that are checked at once. */
const ROUND = 16
/** Longer than any round of checks may take, the BSS's time-out included, so that only a dead worker's claim lapses. */
const LEASE_SECONDS = 90

/**
 * Makes the checks that are due and does what follows from them. The checks ask before the transaction, where waiting harms
 * nobody; what follows is decided inside it, and only for a port that still waits for our answer.
 *
 * @returns how many port-outs were looked at
 */
export async function guardDue(guard: Guard): Promise<number> {
  const { db, now } = guard.porting
  const claimed = await claimGuarded(db, { now: now(), leaseSeconds: LEASE_SECONDS, limit: ROUND })
  const runs = await Promise.allSettled(
    claimed.map(async ({ portId, ...rest }) => {
      const port = await findPortById(db, portId)
      if (!port) throw new Error(`port-out ${portId} has no port`)
      await guardOne(guard, { port, ...rest })
    }),
  )
  return eachOnItsOwn(runs, async (run) => {
    if (run.status === 'rejected') throw run.reason
  })
}

type Made = { readonly check: Check; readonly finding: Finding }

async function guardOne(guard: Guard, subject: Subject): Promise<void> {
  const { db } = guard.porting
  const { port } = subject
  const before = await listChecks(db, port.id)
  const made: Made[] = []
  for (const check of CHECKS) {
    if (check.isOnceForAll && before.some(({ name, verdict }) => name === check.name && isPassed(verdict))) continue
    const finding = await check.run(guard, subject)
    made.push({ check, finding })
    if (!isPassed(finding.verdict)) break
  }
  await db.tx(async (tx) => {
    const locked = await lockPortById(tx, port.id)
    if (locked?.state !== 'Waiting_for_Authorisation_Response') return setGuard(tx, port.id, 'settled')
    await keep(guard, tx, port, made)
    const last = made.at(-1)
    if (last) await follow(guard, tx, { ...subject, port: locked }, last)
  })
}

function isPassed(verdict: Finding['verdict']): boolean {
  return verdict === 'pass' || verdict === 'skipped'
}

/** Writes what was found; what a later round finds again is not written again. */
async function keep({ porting }: Guard, tx: Tx, { id }: Port, made: readonly Made[]): Promise<void> {
  const before = await listChecks(tx, id)
  const isNews = ({ check, finding }: Made) => {
    const last = before.findLast(({ name }) => name === check.name)
    return last?.verdict !== finding.verdict || last.said !== finding.said || last.version !== check.version
  }
  const rows = made.filter(isNews).map(
    ({ check: { name, version }, finding }, index): MadeCheck => ({
      number: before.length + index + 1,
      name,
      version,
      verdict: finding.verdict,
      code: finding.verdict === 'fail' ? finding.code : null,
      said: finding.said,
      inputs: finding.inputs,
      at: porting.now(),
    }),
  )
  await insertChecks(tx, id, rows)
}

/** What follows from the last finding; all before it were passed. */
async function follow(guard: Guard, tx: Tx, subject: Subject, { check, finding }: Made): Promise<void> {
  const { port, attempts } = subject
  const { policy } = guard.rules
  switch (finding.verdict) {
    case 'wait':
      return postponeGuard(tx, port.id, { until: finding.until, attempts: attempts + (finding.isUnanswered ? 1 : 0) })
    case 'unknown':
      return hold(guard, tx, port, `${check.name}: ${finding.said}`)
    case 'fail':
      return finding.isCertain || policy !== 'hold'
        ? reject(guard, tx, port, { check, ...finding })
        : hold(guard, tx, port, `${check.name} failed: ${finding.said}`)
    case 'pass':
    case 'skipped':
      return policy === 'approve'
        ? authorise(guard, tx, subject)
        : hold(guard, tx, port, `every check is passed; the policy ${policy} leaves the decision to a person`)
  }
}

async function hold({ porting }: Guard, tx: Tx, port: Port, because: string): Promise<void> {
  const { id, msgidentifier } = port
  await setGuard(tx, id, 'held', because)
  const held = lifecycleEvent(porting.market, 'port_out.held', { ...port, updatedAt: porting.now() })
  await appendEvents(tx, [held])
  porting.log.info({ port: msgidentifier, because }, 'port-out held for a person')
}

type Failed = { readonly check: Check; readonly code: RejectionCode; readonly told: string; readonly isCertain?: true }

async function reject({ porting, rules }: Guard, tx: Tx, port: Port, failed: Failed): Promise<void> {
  const { check, told } = failed
  const kind = failed.isCertain ? 'rule' : 'policy'
  const basis = { kind, detail: { policy: rules.policy, check: check.name, version: check.version } } as const
  const code = codeFor(porting.market.rejectCodes, failed.code)
  await takeEdge(porting, tx, port, 'guard:reject', { by: 'guard', surface: 'guard', code, text: told, basis })
}

/** A code that the market does not know is said as the general one; its words stay. */
function codeFor(allowed: readonly number[], code: RejectionCode): RejectionCode {
  return allowed.includes(code) ? code : 99
}

/** A lock that was set while the checks were made is found in the next round. */
async function authorise({ porting, rules }: Guard, tx: Tx, { port, attempts }: Subject): Promise<void> {
  const now = porting.now()
  const locks = await findLocks(tx, port.range, now)
  if (locks.length > 0) return postponeGuard(tx, port.id, { until: now, attempts })
  const checks = (await listChecks(tx, port.id)).map(({ number, name, version, verdict }) => ({
    number,
    name,
    version,
    verdict,
  }))
  const basis = { kind: 'policy', detail: { policy: rules.policy, checks } } as const
  await takeEdge(porting, tx, port, 'guard:authorise', {
    by: 'guard',
    surface: 'guard',
    text: 'every check is passed',
    basis,
  })
}
