import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import test, { after } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { pxsEncoder } from '../clearinghouses/pxs/encode.ts'
import { PXS_PROFILE } from '../clearinghouses/pxs/profile.ts'
import { parseE164 } from '../numbers/e164.ts'
import { loadMarket } from '../numbers/load-market.ts'
import { createLog } from '../shared/log.ts'
import { takeEdge } from './edge.ts'
import { keepInbound } from './inbound.store.ts'
import { findPort, lockPort } from './port.store.ts'
import { PORT_OUT } from './port-out.machine.ts'
import { hearRequest } from './port-out-request.ts'
import type { Porting } from './porting.ts'

const { db, close } = await testDatabase()
after(close)
const market = await loadMarket(new URL('../../markets', import.meta.url).pathname, 'doc')
const now = () => Temporal.Instant.from('2025-01-15T10:30:00Z')
const encode = pxsEncoder({ market, profile: PXS_PROFILE })
const porting: Porting = { db, market, encode, now, requiredSteps: [], log: createLog('silent') }

let sequence = 0
/** A port-out of a number of its own, waiting for our answer. */
async function asked(): Promise<string> {
  sequence += 1
  const number = parseE164(`+15550${200 + sequence}`)!
  const msgidentifier = `XX202501-DONOR-${String(sequence).padStart(5, '0')}`
  const id = `00000000-0000-7000-8000-${String(sequence).padStart(12, '0')}`
  const raw = {
    id,
    clearinghouse: 'pxs',
    peer: 'pxs',
    contentType: 'application/xml',
    body: Buffer.from(''),
    at: now(),
  }
  await keepInbound(db, [raw])
  const request = {
    recipient: 'DONOR',
    donor: 'CARR',
    ranges: [{ first: number, last: number }],
    isWhole: true,
    numberType: 'mobile',
    accountType: 'Prepaid',
    contactNumber: '5550100',
    email: 'porting@donor.example',
    isCoolOffOverridden: false,
    answerDueAt: undefined,
  } as const
  const hearing = await db.tx((tx) => hearRequest(porting, tx, { id, msgidentifier, request }))
  equal(hearing.verdict, 'applied')
  return msgidentifier
}

const deciding = PORT_OUT.rows.filter(([, , to]) => to === 'Waiting_for_Instruction' || to === 'Rejected')

test('there are decisions to look at', () => ok(deciding.length >= 5))

for (const [from, on, to] of deciding) {
  test(`${on} does not lead to ${to} without a basis, and with one the basis is kept (I20)`, async () => {
    const id = await asked()
    const take = (basis: object) =>
      db.tx(async (tx) => {
        const port = await lockPort(tx, id)
        if (port?.state !== from) throw new Error(`${id} is not in ${from}`)
        await takeEdge(porting, tx, port, on, { by: 'test', surface: 'test', ...basis })
      })
    await rejects(take({}), /decided without a basis/)
    equal((await findPort(db, id))?.state, from)
    deepEqual(await db.sql('select 1 from message where direction = 0 and msgidentifier = $1', [id]), [])
    await take({ basis: { kind: 'operator', detail: { why: 'a test' } } })
    equal((await findPort(db, id))?.state, to)
    const kept = await db.sql(
      'select o.basis, o.decided_by, o.guard_state from port_out o join port p on p.id = o.port_id where p.msgidentifier = $1',
      [id],
    )
    deepEqual(kept, [{ basis: 'operator', decided_by: 'test', guard_state: 'settled' }])
  })
}
