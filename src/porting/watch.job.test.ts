import { deepEqual, rejects } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { pxsAskAgain } from '../clearinghouses/pxs/ask-again.ts'
import { pxsEncoder } from '../clearinghouses/pxs/encode.ts'
import { PXS_PROFILE } from '../clearinghouses/pxs/profile.ts'
import { loadMarket } from '../numbers/load-market.ts'
import { createLog } from '../shared/log.ts'
import { PORTING_STATES, type PortingState } from './port-in.machine.ts'
import type { Porting } from './porting.ts'
import { watchWindows } from './watch.job.ts'

const market = await loadMarket(new URL('../../markets', import.meta.url).pathname, 'doc')
const NOW = Temporal.Instant.from('2025-01-15T10:30:00Z')
const ask = pxsAskAgain({ market, profile: PXS_PROFILE })

async function watching(t: TestContext): Promise<{ readonly db: TestDatabase['db']; readonly porting: Porting }> {
  const { db, close } = await testDatabase()
  t.after(close)
  const encode = pxsEncoder({ market, profile: PXS_PROFILE })
  const log = createLog('silent')
  return { db, porting: { db, market, encode, now: () => NOW, requiredSteps: [], log } }
}

/** Live port-ins from a public id on, each in a window of a day that ended an hour ago, earlier the lower the id. */
async function insertOverdue(db: TestDatabase['db'], state: PortingState, from: number, count: number): Promise<void> {
  await db.sql(
    `with made as (
       insert into port select gen_random_uuid(), 'in', n, 'XX202501-CARR-' || lpad(n::text, 5, '0'), $1, 'pxs', 'DONOR', '+1555' || 1000 + n,
           '+1555' || 1000 + n, 'mobile', 'Prepaid', '5550100', 'a@b.example', false, null, null, gen_random_uuid(), null, null,
           $2::timestamptz, 't', $2::timestamptz, null, 1
         from generate_series($3::int, $3::int + $4::int - 1) n returning id, public_id)
     insert into timer select gen_random_uuid(), id, 'instruction', 'a rule', $2::timestamptz - interval '25 hours' + public_id * interval '1 second',
         $2::timestamptz - interval '1 hour' + public_id * interval '1 second', $2::timestamptz, 'fired' from made`,
    [PORTING_STATES[state], NOW, from, count],
  )
}

const askedAbout = async (db: TestDatabase['db']): Promise<number[]> => {
  const rows = await db.sql<{ id: number }>(
    `select p.public_id as id from port_watch w join timer t on t.id = w.timer_id join port p on p.id = t.port_id
     where w.asked > 0 order by 1`,
  )
  return rows.map(({ id }) => id)
}

test('the clearinghouse is asked about a port, however many wait longer for what only we can do', async (t) => {
  const { db, porting } = await watching(t)
  await insertOverdue(db, 'Waiting_for_Instruction', 1, 210)
  await watchWindows(porting, ask)
  await watchWindows(porting, ask)
  await insertOverdue(db, 'Waiting_for_Instruction_Response', 301, 1)
  await watchWindows(porting, ask)
  deepEqual(await askedAbout(db), [301])
})

test('a window that cannot be escalated keeps neither the others nor the asking back, and is told of', async (t) => {
  const { db, porting } = await watching(t)
  await insertOverdue(db, 'Waiting_for_Instruction_Response', 1, 3)
  await db.sql(
    `create function stop_first() returns trigger language plpgsql as $$ begin
       if exists (select 1 from timer t join port p on p.id = t.port_id where t.id = new.timer_id and p.public_id = 1) then
         raise exception 'not this one';
       end if;
       return new; end $$`,
  )
  await db.sql('create trigger stop_first before insert on port_watch for each row execute function stop_first()')
  await rejects(watchWindows(porting, ask), /1 of 3 failed/)
  const watched = await db.sql<{ id: number }>(
    `select p.public_id as id from port_watch w join timer t on t.id = w.timer_id join port p on p.id = t.port_id order by 1`,
  )
  deepEqual(
    watched.map(({ id }) => id),
    [2, 3],
  )
  deepEqual(await askedAbout(db), [2, 3])
})
