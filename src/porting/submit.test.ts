import { deepEqual, equal, ok } from 'node:assert/strict'
import test, { after } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { until } from '../../test/support/until.ts'
import { pxsEncoder } from '../clearinghouses/pxs/encode.ts'
import { PXS_PROFILE } from '../clearinghouses/pxs/profile.ts'
import { parseE164 } from '../numbers/e164.ts'
import { loadMarket } from '../numbers/load-market.ts'
import { msgidentifierPrefix } from '../numbers/market.ts'
import { Fault } from '../shared/fault.ts'
import { createLog } from '../shared/log.ts'
import { advanceCounter, findPort, takeTurn } from './port.store.ts'
import type { Encode } from './port.ts'
import type { Porting } from './porting.ts'
import { resubmit } from './resubmit.ts'
import { type Submission, submitAll } from './submit.ts'

const { db, close } = await testDatabase()
after(close)
const market = await loadMarket(new URL('../../markets', import.meta.url).pathname, 'doc')
const now = () => Temporal.Instant.from('2025-01-15T10:30:00Z')
const rightly = pxsEncoder({ market, profile: PXS_PROFILE })
/** An encoder with a bug that one number brings out. */
const encode: Encode = (command, fixed) => {
  if (command.kind === 'authorisation_request' && command.port.range.first === '+15551013') throw new TypeError('a bug')
  return rightly(command, fixed)
}
const porting: Porting = { db, market, encode, now, requiredSteps: [], log: createLog('silent') }

function submissionOf(digits: string): Submission {
  const number = parseE164(`+1${digits}`)!
  const range = { first: number, last: number }
  const rest = { numberType: 'mobile', accountType: 'Prepaid', donor: 'DONOR', email: 'a@b.example' } as const
  const request = { ...rest, range, contactNumber: digits, isCoolOffOverridden: false, by: 'test' }
  return { request, state: 'NoPort', reason: undefined }
}

/** What became of each, as its sequence or as what stopped it. */
async function submit(...digits: string[]): Promise<string[]> {
  const verdicts = await submitAll(porting, digits.map(submissionOf))
  return verdicts.map((verdict) => {
    if (verdict instanceof Fault) return verdict.code
    return verdict instanceof Error ? verdict.message : verdict.msgidentifier.slice(-5)
  })
}

test('a bug that one create of a batch meets is its own; the others are made, without a gap', async () => {
  deepEqual(await submit('5551012', '5551013', '5551014'), ['00001', 'deciding a port-in', '00002'])
  equal((await db.sql("select 1 from port where first_number = '+15551013'")).length, 0)
})

test('an import with half a character is refused by its field; the creates of the same batch are made', async () => {
  const good = submissionOf('5551010')
  const bad: Submission = { ...submissionOf('5551011'), state: 'Number_Ported', reason: 'moved' }
  const verdicts = await submitAll(porting, [good, { ...bad, request: { ...bad.request, email: 'a\ud800@b.example' } }])
  const [made, refused] = verdicts
  ok(made !== undefined && !(made instanceof Error))
  ok(refused instanceof Fault)
  deepEqual([refused.code, refused.field], ['field_invalid', 'email'])
  equal((await db.sql("select 1 from port where first_number = '+15551010'")).length, 1)
})

test('the last identifiers of a month are given out; who comes after gets the Fault, again and again', async () => {
  const prefix = msgidentifierPrefix(market, market.operator, now())
  await db.sql('update counter set value = 99997 where name = $1', [prefix])
  deepEqual(await submit('5551015', '5551016', '5551017'), ['99998', '99999', 'identifiers_exhausted'])
  deepEqual(await submit('5551018'), ['identifiers_exhausted'])
  deepEqual(await db.sql('select value from counter where name = $1', [prefix]), [{ value: 99_999 }])
  const ids = await db.sql<{ id: number }>('select public_id as id from port order by public_id')
  deepEqual(
    ids.map(({ id }) => id),
    [1, 2, 3, 4, 5],
  )
})

test('a resubmission waits for its turn before it takes an identifier: it and the creates never wait for each other', async () => {
  const [refused] = await db.sql<{ msgidentifier: string }>('select msgidentifier from port order by public_id limit 1')
  const prefix = msgidentifierPrefix(market, market.operator, now())
  await db.sql('update counter set value = 10 where name = $1', [prefix])
  let resubmission: Promise<void> | undefined
  let tries = 0
  await db.tx(async (tx) => {
    tries += 1
    await takeTurn(tx)
    resubmission = db.tx(async (other) => {
      tries += 1
      await resubmit(porting, other, [(await findPort(other, refused!.msgidentifier))!])
    })
    await until('it waits', async () => {
      const rows = await db.sql(
        "select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
      )
      return rows.length === 1
    })
    await tx.sql("set local lock_timeout = '5s'")
    equal(await advanceCounter(tx, prefix, 1), 11)
  })
  await resubmission
  equal(tries, 2, 'neither was given up for the other')
  deepEqual(await db.sql('select value from counter where name = $1', [prefix]), [{ value: 12 }])
})
