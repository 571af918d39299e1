import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import test, { after, before } from 'node:test'
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts'
import { loadMarket } from '../../numbers/load-market.ts'
import { parseRange } from '../../numbers/market.ts'
import { findPortsToHearAgain, keepInbound, parkOn } from '../../porting/inbound.store.ts'
import { portInService } from '../../porting/port-in.ts'
import type { Porting } from '../../porting/porting.ts'
import { createLog } from '../../shared/log.ts'
import { pxsEncoder } from './encode.ts'
import type { PxsBody } from './messages.codec.ts'
import { hearParked } from './parked.ts'
import { PXS_PROFILE } from './profile.ts'
import { encodePxs } from './pxs.codec.ts'
import { receive, receiveAbandoned } from './receive.ts'

const market = await loadMarket(new URL('../../../markets', import.meta.url).pathname, 'doc')
const AT = Temporal.Instant.from('2025-01-15T11:00:00Z')

let database: TestDatabase
let porting: Porting
before(async () => {
  database = await testDatabase()
  porting = {
    db: database.db,
    market,
    encode: pxsEncoder({ market, profile: PXS_PROFILE }),
    now: () => AT,
    requiredSteps: [],
    log: createLog('silent'),
  }
})
after(() => database.close())

test('two workers that take up the same abandoned message do it once, and its row says that it was done', async () => {
  const id = await abandoned(saying('once', portedToThird('5551000', '5551009')))
  await Promise.all([receiveAbandoned(porting), receiveAbandoned(porting)])
  deepEqual(await outcomeOf(id), { state: 'applied', note: 'routes of +15551000..+15551009 now at THIRD' })
  equal(await generationsOf('XX202501-THIRD-00001'), 1)
})

test('a message that its own request has settled meanwhile is left as it is', async () => {
  const id = await abandoned(saying('settled', portedToThird('5551010', '5551019'), 'XX202501-THIRD-00002'))
  await receiveAbandoned(porting)
  await database.db.sql("update inbound set received_at = received_at - interval '1 hour' where message_id = $1", [id])
  await receiveAbandoned(porting)
  equal((await outcomeOf(id)).state, 'applied')
  const again = await receive(porting, raw(saying('settled', portedToThird('5551010', '5551019'))))
  match(again.body.toString(), /<duplicate>true/)
  equal(await generationsOf('XX202501-THIRD-00002'), 1)
})

test('a message that cannot be settled keeps none of the others back', async () => {
  const poison = await abandoned(saying('poison', portedToThird('5551020', '5551029')), 20)
  const good = await abandoned(saying('good', portedToThird('5551030', '5551039'), 'XX202501-THIRD-00003'), 10)
  await database.db.sql(
    'alter table route_change add constraint broken check (first_number <> $$+15551020$$) not valid',
  )
  await rejects(receiveAbandoned(porting), /1 of 2 failed/)
  equal((await outcomeOf(good)).state, 'applied')
  equal((await outcomeOf(poison)).state, 'received')
  await database.db.sql('alter table route_change drop constraint broken')
  equal(await receiveAbandoned(porting), 1)
  equal((await outcomeOf(poison)).state, 'applied')
})

test('ten messages that cannot be settled keep the one behind them from nothing, and do not come first for ever', async () => {
  const block = (check: string) => `alter table route_change ${check} not valid`
  await database.db.sql(block("add constraint broken check (cause <> 'XX202501-THIRD-00005')"))
  const poison: string[] = []
  for (let index = 0; index < 10; index++) {
    const number = `555106${index}`
    poison.push(await abandoned(saying(`p-${index}`, portedToThird(number, number), 'XX202501-THIRD-00005'), 30))
  }
  const good = await abandoned(saying('behind', portedToThird('5551070', '5551070'), 'XX202501-THIRD-00006'), 10)
  await rejects(receiveAbandoned(porting), /10 of 11 failed/)
  equal((await outcomeOf(good)).state, 'applied')
  await rejects(receiveAbandoned(porting), /10 of 10 failed/)
  await database.db.sql('alter table route_change drop constraint broken')
  equal(await receiveAbandoned(porting), 10)
  for (const id of poison) equal((await outcomeOf(id)).state, 'applied')
})

test('terminated gives its numbers back to their block; once more changes nothing (O-44) [recv terminated, PXS terminated]', async () => {
  const id = 'XX202501-THIRD-00004'
  await receive(porting, raw(saying('moved', portedToThird('5551040', '5551049'), id)))
  const routes = () => database.db.sql("select 1 from route where e164 between '+15551040' and '+15551049'")
  equal((await routes()).length, 10)
  const body: PxsBody = {
    kind: 'terminated',
    currentOperator: 'THIRD',
    numberType: 'mobile',
    effectiveAt: AT,
    series: [{ first: '5551040', last: '5551049' }],
  }
  for (const msgid of ['given-back', 'given-back-again']) {
    match((await receive(porting, raw(saying(msgid, body, id)))).body.toString(), /<result>accept/)
    deepEqual(await routes(), [], msgid)
  }
})

test('terminated with a series that is no range of the market removes nothing and is flagged', async () => {
  const body: PxsBody = {
    kind: 'terminated',
    currentOperator: 'THIRD',
    numberType: 'mobile',
    effectiveAt: AT,
    series: [
      { first: '5551000', last: '5551009' },
      { first: '999', last: '999' },
    ],
  }
  await receive(porting, raw(saying('end', body)))
  const [row] = await database.db.sql<{ state: string; note: string }>(
    "select state, note from inbound where msgid = 'end'",
  )
  deepEqual(row, { state: 'refused', note: '999 to 999 is no range of this market' })
  equal((await database.db.sql("select 1 from route where e164 = '+15551000'")).length, 1)
})

test('the beginning of a message that is too long is kept, and counts as malformed', async () => {
  const body = Buffer.from('<message>')
  await rejects(
    receive(porting, { ...raw(body), isTruncated: true }),
    /kept but cannot be read: it is longer than the 9/,
  )
  const rows = await database.db.sql(
    "select m.body from inbound i join message m on m.id = i.message_id where i.state = 'malformed' and i.note like 'it is longer%'",
  )
  deepEqual(rows, [{ body }])
})

test('a msgid that no index row could hold is kept, answered as malformed, and is over', async () => {
  const msgid = randomBytes(4000).toString('hex') // not to be compressed
  const text = saying('long', portedToThird('5551080', '5551080')).toString()
  const body = Buffer.from(text.replaceAll('ported>', 'ported_tomorrow>').replace('>long<', `>${msgid}<`))
  await rejects(receive(porting, raw(body)), /kept but cannot be read: msgid is longer than 128 characters/)
  const id = await abandoned(body)
  equal(await receiveAbandoned(porting), 1)
  deepEqual(await outcomeOf(id), { state: 'malformed', note: 'msgid is longer than 128 characters' })
})

test('parked messages are tried in turn: those that still cannot be heard do not keep the others waiting', async () => {
  const ids: string[] = []
  for (const number of ['5551050', '5551051']) {
    const range = parseRange(market, { first: number, last: number, numberType: 'mobile', fields: FIELDS })
    const request = {
      range,
      numberType: 'mobile',
      accountType: 'Prepaid',
      donor: undefined,
      email: 'a@b.example',
    } as const
    const { msgidentifier } = await portInService(porting).submit({
      ...request,
      contactNumber: number,
      isCoolOffOverridden: false,
      by: 'test',
    })
    ids.push(msgidentifier)
    await receive(porting, raw(saying(`early-${number}`, portedTo('CARR', number, number), msgidentifier)))
  }
  await database.db.sql("update port set updated_at = updated_at + interval '1 minute'")
  const turns: string[][] = []
  let now = AT
  for (let turn = 0; turn < 4; turn++) {
    const ports = await findPortsToHearAgain(database.db, 1)
    turns.push(ports)
    now = now.add({ seconds: 1 })
    await database.db.tx((tx) => parkOn(tx, ports, now))
  }
  deepEqual(new Set(turns.flat()), new Set(ids))
  deepEqual(turns.slice(2), turns.slice(0, 2))
  equal(await hearParked({ ...porting, now: () => now.add({ seconds: 1 }) }), 0)
})

const FIELDS = { first: 'first', last: 'last' }

const portedToThird = (first: string, last: string) => portedTo('THIRD', first, last)

function portedTo(recipient: string, first: string, last: string): PxsBody {
  return {
    kind: 'ported',
    recipient,
    donor: 'DONOR',
    numberType: 'mobile',
    actualAt: AT,
    series: [{ first, last }],
  }
}

function saying(msgid: string, body: PxsBody, msgidentifier = 'XX202501-THIRD-00001'): Buffer {
  return encodePxs({ msgid, msgidentifier, at: AT, sender: { operator: 'CRDB' }, receiver: { operator: 'CARR' }, body })
}

function raw(body: Buffer) {
  return { body, contentType: 'application/xml', peer: 'pxs' }
}

/** Stores a message as a process does that dies right after. */
async function abandoned(body: Buffer, seconds = 60): Promise<string> {
  const id = randomUUIDv7()
  await keepInbound(database.db, [{ id, clearinghouse: 'pxs', at: AT.subtract({ seconds }), ...raw(body) }])
  return id
}

async function outcomeOf(id: string) {
  const [row] = await database.db.sql<{ state: string; note: string | null }>(
    'select state, note from inbound where message_id = $1',
    [id],
  )
  if (!row) throw new Error(`no inbound ${id}`)
  return row
}

async function generationsOf(msgidentifier: string): Promise<number> {
  return (await database.db.sql('select 1 from route_change where cause = $1', [msgidentifier])).length
}
