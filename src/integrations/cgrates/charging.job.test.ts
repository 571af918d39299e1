import { deepEqual, equal, match } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test, { afterEach, beforeEach } from 'node:test'
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts'
import { type Peer, startPeer } from '../../../test/support/peer.ts'
import type { NumberRange } from '../../numbers/range.ts'
import { createLog } from '../../shared/log.ts'
import { type CgratesClient, cgratesClient } from './cgrates.client.ts'
import { finalBillText } from './charging.codec.ts'
import { type Charging, charging, type LeavingPort } from './charging.job.ts'

type State = {
  accounts: Record<string, { ExtraOptions: Record<string, boolean>; ActionPlanIDs?: string[] }>
  ratingProfiles: Record<string, { RatingPlanActivations: object[] }>
  cdrs: { OriginID: string; Category: string }[]
}

let peer: Peer
let database: TestDatabase
let client: CgratesClient
let charge: Charging
const AT = Temporal.Instant.from('2025-01-15T10:30:00Z')

const chargingWith = (portOutFeeCategory: string | undefined, ratingPlan = 'RP_PORTED', by = client, at = AT) =>
  charging({
    db: database.db,
    client: by,
    tenant: 'cgrates.org',
    plan: { ratingPlan, actionPlans: ['AP_MONTHLY'], portOutFeeCategory },
    concurrency: 8,
    now: () => at,
    log: createLog('silent'),
  })

beforeEach(async () => {
  peer = await startPeer('cgrates')
  database = await testDatabase()
  client = cgratesClient({
    url: `${peer.url}/jsonrpc`,
    username: '',
    password: '',
    tenant: 'cgrates.org',
    timeoutMilliseconds: 10_000,
    connections: 8,
  })
  charge = chargingWith('port_fee')
})
afterEach(async () => {
  await client.close()
  await database.close()
  await peer.close()
})

const port = (more: Partial<LeavingPort> = {}): LeavingPort => ({
  id: randomUUID(),
  msgidentifier: 'XX202501-CARR-00001',
  range: { first: '+15550100', last: '+15550219' } as NumberRange, // literals of the right form
  accountType: 'Postpaid',
  at: AT,
  unbilledSince: Temporal.Instant.from('2025-01-01T00:00:00Z'),
  closingReason: 'ported out',
  ...more,
})
const single = (more: Partial<LeavingPort> = {}) =>
  port({ range: { first: '+15550100', last: '+15550100' } as NumberRange, ...more }) // literals of the right form
const state = async () => (await peer.tool('GET', '/sim/state')) as State
const methods = async () => ((await peer.tool('GET', '/sim/log')) as { method: string }[]).map(({ method }) => method)
const stepsOf = async (id: string) => (await charge.stepsOf(id)).map(({ step, state: is }) => `${step} ${is}`)

test('a port-in opens and rates an account for every number from the moment it moved, and confirms it', async () => {
  const ported = port()
  deepEqual(await charge.chargePortIn(ported), { kind: 'done' })
  const { accounts, ratingProfiles } = await state()
  equal(Object.keys(accounts).length, 120)
  deepEqual(accounts['15550219'], {
    Tenant: 'cgrates.org',
    Account: '15550219',
    ActionPlanIDs: ['AP_MONTHLY'],
    ActionPlansOverwrite: true,
    ExtraOptions: { AllowNegative: true, Disabled: false },
    ReloadScheduler: true,
  })
  deepEqual(ratingProfiles['15550100']?.RatingPlanActivations, [
    { ActivationTime: '2025-01-15T10:30:00Z', RatingPlanId: 'RP_PORTED', FallbackSubjects: '' },
  ])
  deepEqual(await stepsOf(ported.id), ['account done', 'confirm done', 'rating done'].sort())
})

test('a port that is charged already is not charged again: no call is made', async () => {
  const ported = single()
  await charge.chargePortIn(ported)
  await peer.tool('POST', '/sim/reset')
  deepEqual(await charge.chargePortIn(ported), { kind: 'done' })
  deepEqual(await methods(), [])
})

test('a port-out stops charging, collects the unbilled calls, charges the fee and closes, in this order', async () => {
  await charge.chargePortIn(single())
  const cdr = (SetupTime: string, Cost: number) =>
    peer.tool('POST', '/sim/cdr', { OriginID: randomUUID(), Account: '15550100', Category: 'call', SetupTime, Cost })
  await cdr('2024-12-24T08:00:00Z', 9)
  await cdr('2025-01-10T08:00:00Z', 0.125)
  await cdr('2025-01-11T08:00:00Z', 1.1)
  await cdr('2025-01-12T08:00:00Z', -1)
  await cdr('2025-01-15T11:00:00Z', 7)
  await peer.tool('POST', '/sim/reset')
  const leaving = single()
  deepEqual(await charge.chargePortOut(leaving), { kind: 'done' })
  deepEqual(await methods(), [
    'APIerSv2.SetAccount',
    'APIerSv2.GetCDRs',
    'CDRsV2.ProcessEvent',
    'APIerSv1.RemoveAccount',
  ])
  const { accounts, cdrs } = await state()
  deepEqual(accounts, {})
  deepEqual(cdrs.filter(({ Category }) => Category === 'port_fee').length, 1)
  const details = new Map((await charge.stepsOf(leaving.id)).map(({ step, detail }) => [step, detail]))
  deepEqual(details.get('collect'), { calls: 3, unrated: 1, costMicros: '1225000' })
  deepEqual(details.get('close'), { closingReason: 'ported out' })
  equal(
    finalBillText(await charge.stepsOf(leaving.id)),
    '3 unbilled calls at 1.225; 1 of them without a price; a fee (port_fee) for each number; accounts closed: ported out',
  )
})

test('CGrateS that is down stops a step; the same call later goes on with it and repeats no step that is done', async () => {
  const leaving = port()
  await charge.chargePortIn(port())
  await peer.fault({ kind: 'refuse', method: 'CDRsV2.ProcessEvent', error: 'DISCONNECTED' })
  const stopped = await charge.chargePortOut(leaving)
  deepEqual([stopped.kind, 'step' in stopped && stopped.step], ['retry', 'fee'])
  deepEqual(
    (await charge.stepsOf(leaving.id)).find(({ step }) => step === 'fee')?.lastError,
    'CDRsV2.ProcessEvent: DISCONNECTED',
  )
  await peer.fault({ kind: 'none' })
  await peer.tool('POST', '/sim/reset')
  deepEqual(await charge.chargePortOut(leaving), { kind: 'done' })
  equal((await methods()).includes('APIerSv2.GetCDRs'), false)
  equal((await state()).cdrs.length, 120)
})

test('a fee that was charged before the record of it was lost is charged once: CGrateS knows its id', async () => {
  const leaving = single()
  await charge.chargePortOut(leaving)
  await database.db.sql("delete from charging_step where step in ('fee', 'close')")
  deepEqual(await charge.chargePortOut(leaving), { kind: 'done' })
  equal((await state()).cdrs.length, 1)
})

test('a rating plan that CGrateS does not have is a failure for a person, and a later try can mend it', async () => {
  const ported = single()
  const failed = await chargingWith(undefined, 'RP_MISSING').chargePortIn(ported)
  deepEqual([failed.kind, 'step' in failed && failed.step], ['failed', 'rating'])
  match('reason' in failed ? failed.reason : '', /RATING_PLAN_NOT_FOUND/)
  deepEqual(await charge.chargePortIn(ported), { kind: 'done' })
})

test('without a category nobody pays a fee for leaving', async () => {
  deepEqual(await chargingWith(undefined).chargePortOut(single()), { kind: 'done' })
  equal((await methods()).includes('CDRsV2.ProcessEvent'), false)
})

test('two at once on one port: one works, the other is told so', async () => {
  const ported = port()
  const kinds = (await Promise.all([charge.chargePortIn(ported), charge.chargePortIn(ported)])).map(({ kind }) => kind)
  deepEqual(kinds.sort(), ['busy', 'done'])
})

/** Stops at its second look for calls until it goes on, and then is told this or what CGrateS says. */
function stopping(said?: Awaited<ReturnType<CgratesClient['call']>>) {
  const [came, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let looks = 0
  const call: CgratesClient['call'] = async (method, param) => {
    if (method !== 'APIerSv2.GetCDRs' || ++looks !== (said ? 2 : 1)) return client.call(method, param)
    came.resolve()
    await goesOn.promise
    return said ?? client.call(method, param)
  }
  return { client: { ...client, call }, came: came.promise, goOn: goesOn.resolve }
}

test('a worker whose lease ran out spoils nothing of the one that goes on: the final bill is whole', async () => {
  const leaving = port()
  await peer.tool('POST', '/sim/cdr', {
    OriginID: randomUUID(),
    Account: '15550219',
    Category: 'call',
    SetupTime: '2025-01-10T08:00:00Z',
    Cost: 1.5,
  })
  const [late, next] = [stopping({ kind: 'retry', reason: 'no answer', isOverload: false }), stopping()]
  const first = chargingWith(undefined, 'RP_PORTED', late.client).chargePortOut(leaving)
  await late.came
  const second = chargingWith(undefined, 'RP_PORTED', next.client, AT.add({ minutes: 2 })).chargePortOut(leaving)
  await next.came
  late.goOn()
  deepEqual(await first, { kind: 'busy' })
  next.goOn()
  deepEqual(await second, { kind: 'done' })
  const collected = (await charge.stepsOf(leaving.id)).find(({ step }) => step === 'collect')
  deepEqual(collected?.detail, { calls: 1, unrated: 0, costMicros: '1500000' })
})
