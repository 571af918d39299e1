import { deepEqual, equal, match } from 'node:assert/strict'
import test, { after } from 'node:test'
import { requestFor } from '../../test/support/port-out.ts'
import { portInOf, pxsRoom } from '../../test/support/pxs-room.ts'
import type { PxsBody } from '../clearinghouses/pxs/messages.codec.ts'
import { hearParked } from '../clearinghouses/pxs/parked.ts'
import { receive } from '../clearinghouses/pxs/receive.ts'
import type { NumberRange } from '../numbers/range.ts'
import { lookForAlerts } from './alerts.job.ts'
import { createAlerts } from './alerts.ts'
import { routeVerdict } from './checklist.ts'
import { monitorLooks } from './monitor-looks.ts'
import { portInService } from './port-in.ts'

const NOW = Temporal.Instant.from('2025-01-15T11:00:00Z')
const { porting, db, clock, saying, inbound, close } = await pxsRoom(NOW)
after(close)
const daysAgo = (days: number) => NOW.subtract({ hours: 24 * days })
const routeOf = async (number: string) => {
  const rows = await db.sql<{ operator: string }>('select operator from route where e164 = $1', [`+1${number}`])
  return rows.map(({ operator }) => operator).join()
}

function ported(recipient: string, donor: string, number: string, actualAt: Temporal.Instant): PxsBody {
  return { kind: 'ported', recipient, donor, numberType: 'mobile', actualAt, series: [{ first: number, last: number }] }
}

function terminated(currentOperator: string, number: string, effectiveAt: Temporal.Instant): PxsBody {
  const series = [{ first: number, last: number }]
  return { kind: 'terminated', currentOperator, numberType: 'mobile', effectiveAt, series }
}

let count = 0
/** @returns what came of the message */
async function hears(body: PxsBody): Promise<string> {
  count += 1
  const msgid = `elsewhere-${count}`
  await receive(porting, saying(msgid, `XX202501-THIRD-${String(count).padStart(5, '0')}`, body))
  const { state, note } = (await inbound(msgid)) ?? {}
  return `${state}: ${note}`
}

const LATE = 'noted: older than the route of its numbers; no effect'

test('of two ports of a number the newer one routes it, in whatever order they are heard [PXS ported]', async () => {
  const [older, newer] = [ported('DONOR', 'THIRD', '5551500', daysAgo(90)), ported('THIRD', 'DONOR', '5551500', NOW)]
  match(await hears(newer), /^applied/)
  equal(await hears(older), LATE)
  equal(await routeOf('5551500'), 'THIRD')
})

test('of a range that comes home in part, in one generation only the numbers elsewhere have a route [PXS ported]', async () => {
  await hears(ported('THIRD', 'DONOR', '5550305', daysAgo(1)))
  const series = [{ first: '5550290', last: '5550310' }] // up to 5550299 ours, the rest DONOR's own
  const home = {
    kind: 'ported',
    recipient: 'DONOR',
    donor: 'THIRD',
    numberType: 'mobile',
    actualAt: NOW,
    series,
  } as const
  match(await hears(home), /^applied/)
  const rows = await db.sql(
    "select e164, operator from route where e164 between '+15550290' and '+15550310' order by e164",
  )
  deepEqual(
    rows,
    Array.from({ length: 10 }, (_, index) => ({ e164: `+1555029${index}`, operator: 'DONOR' })),
  )
  const changes = await db.sql<{ generations: number }>(
    "select count(distinct generation)::int as generations from route_change where first_number in ('+15550290', '+15550300')",
  )
  deepEqual(changes, [{ generations: 1 }])
  const range = { first: '+15550290', last: '+15550310' } as NumberRange
  deepEqual(await routeVerdict(porting, { direction: 'out', counterparty: 'DONOR', numberType: 'mobile', range }), {
    kind: 'confirmed',
    by: '10 routes to DONOR, 11 numbers are back in the block of DONOR',
  })
})

test('messages that waited for us for days are each heard, in their order', async () => {
  match(await hears(ported('THIRD', 'DONOR', '5551501', daysAgo(3))), /^applied/)
  match(await hears(ported('DONOR', 'THIRD', '5551501', daysAgo(2))), /^applied/)
  equal(await routeOf('5551501'), '')
  match(await hears(ported('THIRD', 'DONOR', '5551501', daysAgo(1))), /^applied/)
  equal(await routeOf('5551501'), 'THIRD')
})

test('an older port does not route a number again that was given back meanwhile [PXS terminated]', async () => {
  match(await hears(terminated('THIRD', '5551502', daysAgo(1))), /^applied/)
  equal(await hears(ported('THIRD', 'DONOR', '5551502', daysAgo(90))), LATE)
  equal(await routeOf('5551502'), '')
})

test('an older terminated does not take the route of a newer port [PXS terminated]', async () => {
  match(await hears(ported('THIRD', 'DONOR', '5551503', NOW)), /^applied/)
  equal(await hears(terminated('THIRD', '5551503', daysAgo(1))), LATE)
  equal(await routeOf('5551503'), 'THIRD')
})

const HOSTILE: readonly [what: string, body: (number: string) => PxsBody][] = [
  ['a ported of before', (number) => ported('THIRD', 'CARR', number, daysAgo(1))],
  ['a ported by another donor', (number) => ported('THIRD', 'DONOR', number, NOW)],
  ['a terminated of before', (number) => terminated('CARR', number, daysAgo(1))],
  ['a terminated of another operator', (number) => terminated('THIRD', number, NOW)],
]
for (const [index, [what, body]] of HOSTILE.entries()) {
  test(`numbers that a port brought to us stay ours: ${what} is refused and flagged (I7)`, async () => {
    const number = `555151${index}`
    const { msgidentifier } = await portInService(porting).importPort(portInOf(number), 'Number_Ported', 'test')
    match(await hears(body(number)), new RegExp(`^refused: .* but .* is ours by ${msgidentifier}; no effect`))
    equal(await routeOf(number), 'CARR')
  })
}

test('numbers that a port brought to us go by a newer port, and by a newer terminated, that say so', async () => {
  for (const number of ['5551520', '5551521'])
    await portInService(porting).importPort(portInOf(number), 'Number_Ported', 'test')
  clock.at = NOW.add({ hours: 24 * 30 })
  match(await hears(ported('THIRD', 'CARR', '5551520', clock.at)), /^parked: routes of/)
  match(await hears(terminated('CARR', '5551521', clock.at)), /^applied/)
  deepEqual([await routeOf('5551520'), await routeOf('5551521')], ['THIRD', ''])
})

test('numbers of ours that are ported away without a request are a critical alert, until the request comes or a person has seen to it', async () => {
  const alerts = createAlerts({ db, now: porting.now })
  const open = async () => {
    clock.at = clock.at.add({ minutes: 1 })
    await lookForAlerts(
      porting,
      monitorLooks(porting, async () => []),
    )
    const found = await alerts.search({ state: 'open', monitor: 'messages', severity: 'critical', limit: 10 })
    return found.filter(({ what }) => what.includes('+155502'))
  }
  for (const [id, number] of [
    ['XX202501-THIRD-00901', '5550271'],
    ['XX202501-THIRD-00902', '5550272'],
  ] as const) {
    await receive(porting, saying(`gone-${number}`, id, ported('THIRD', 'CARR', number, clock.at)))
    equal((await inbound(`gone-${number}`))?.state, 'parked')
  }
  const found = await open()
  equal(found.length, 2)
  const second = found.find(({ what }) => what.includes('+15550272'))
  match(second?.what ?? '', /now at THIRD; they were ours, and no request XX202501-THIRD-00902 for them has come$/)
  const request = requestFor('5550271', '5550271', { recipient: 'THIRD' })
  await receive(porting, saying('asked', 'XX202501-THIRD-00901', request))
  deepEqual(
    (await open()).map(({ id }) => id),
    [second?.id],
  )
  await alerts.acknowledge(second?.id ?? '', 'ann', 'their desk will send it')
  deepEqual(await open(), [])
})

const NOT_TAKEN = /not taken \(refused: the numbers are not one range .*\); no effect$/
// biome-ignore format: a table
const OF_A_REFUSED: readonly [msgtype: string, body: (number: string) => PxsBody, state: string, note: RegExp, severity: string | undefined][] = [
  ['instruction', () => ({ kind: 'instruction' }),                                                 'refused', NOT_TAKEN, 'critical'],
  ['abort',       () => ({ kind: 'abort', reasonCode: 0, reasonText: 'never mind' }),              'noted',   NOT_TAKEN, undefined],
  ['change',      () => ({ kind: 'change', note: 'earlier' }),                                     'noted',   NOT_TAKEN, undefined],
  ['timedout',    () => ({ kind: 'timedout', phase: 'authorisation', deadline: NOW }),             'noted',   NOT_TAKEN, undefined],
  ['ported',      (number) => ported('THIRD', 'CARR', number, clock.at),                           'refused', /now at THIRD; they were ours, and .* not taken \(refused: /, 'critical'],
]
for (const [index, [msgtype, body, state, note, severity]] of OF_A_REFUSED.entries()) {
  for (const order of ['after', 'before'] as const) {
    test(`what says ${msgtype} of a port-out, ${order} its request was refused outright, is settled with a note that is true`, async () => {
      const number = `55502${order === 'after' ? 8 : 9}${index}`
      const id = `XX202501-THIRD-007${number.slice(-2)}`
      const msgid = `of-refused-${number}`
      const impossible = requestFor(number, number, { recipient: 'THIRD', series: [{ first: '999', last: '999' }] })
      const says = () => receive(porting, saying(msgid, id, body(number)))
      if (order === 'before') {
        await says()
        equal((await inbound(msgid))?.state, 'parked')
      }
      await receive(porting, saying(`request-${number}`, id, impossible))
      if (order === 'after') await says()
      else equal(await hearParked(porting), 1)
      const { state: came, note: said } = (await inbound(msgid)) ?? {}
      equal(came, state)
      match(said ?? '', note)
      const findings = await monitorLooks(porting, async () => []).messages?.()
      const [row] = await db.sql<{ id: string }>('select id from message where msgid = $1', [msgid])
      equal(findings?.find(({ messageId }) => messageId === row?.id)?.severity, severity)
      equal(await hearParked(porting), 0)
    })
  }
}
