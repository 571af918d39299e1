import { deepEqual, equal, rejects } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Tx } from '../src/db/db.ts'
import { Fault } from '../src/shared/fault.ts'
import { type TestDatabase, testDatabase } from './support/database.ts'

let own: TestDatabase
before(async () => {
  own = await testDatabase('empty')
  await own.db.sql('create table account (name text not null primary key, balance bigint not null)')
})
after(() => own.close())

const add = (tx: Tx, name: string) => tx.sql('update account set balance = balance + 1 where name = $1', [name])
const balances = async (...names: string[]) => {
  const rows = await own.db.sql<{ balance: number }>(
    'select balance from account where name = any ($1) order by name',
    [names],
  )
  return rows.map(({ balance }) => balance)
}
const open = (...names: string[]) =>
  own.db.sql('insert into account (name, balance) select name, 0 from unnest($1::text[]) as name', [names])

test('a transaction that another one got in the way of (40001) is run again and sees the other one', async () => {
  await open('contended')
  let tries = 0
  await own.db.tx(async (tx) => {
    tries += 1
    await tx.sql('set transaction isolation level repeatable read')
    await tx.sql('select balance from account where name = $1', ['contended'])
    if (tries === 1) await own.db.tx((other) => add(other, 'contended'))
    await add(tx, 'contended')
  })
  equal(tries, 2)
  deepEqual(await balances('contended'), [2])
})

test('what a snapshot finds is of one moment, and it writes nothing', async () => {
  await open('seen')
  await own.db
    .snapshot(async ({ sql }) => {
      const seen = () => sql<{ balance: number }>('select balance from account where name = $1', ['seen'])
      deepEqual(await seen(), [{ balance: 0 }])
      await own.db.tx((other) => add(other, 'seen'))
      deepEqual(await seen(), [{ balance: 0 }])
      await rejects(sql('delete from account'), { code: '25006' })
    })
    .catch(({ message }: Error) => equal(message, 'a statement of the transaction had failed, so it was rolled back'))
  deepEqual(await balances('seen'), [1])
})

test('of two transactions in a deadlock (40P01) both happen in the end', async () => {
  await open('left', 'right')
  const bothHoldOne = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const cross = (names: readonly [string, string], side: 0 | 1) =>
    own.db.tx(async (tx) => {
      await tx.sql(`set local deadlock_timeout = '30ms'`)
      await add(tx, names[0])
      bothHoldOne[side]?.resolve()
      await Promise.all(bothHoldOne.map(({ promise }) => promise))
      await add(tx, names[1])
    })
  await Promise.all([cross(['left', 'right'], 0), cross(['right', 'left'], 1)])
  deepEqual(await balances('left', 'right'), [2, 2])
})

test('a transaction whose connection is lost between two statements is run again, once in effect', async () => {
  await open('lost')
  let tries = 0
  await own.db.tx(async (tx) => {
    tries += 1
    await add(tx, 'lost')
    if (tries === 1) {
      const [me] = await tx.sql<{ pid: number }>('select pg_backend_pid() as pid')
      await own.db.sql('select pg_terminate_backend($1, 5000)', [me?.pid])
    }
    await add(tx, 'lost')
  })
  equal(tries, 2)
  deepEqual(await balances('lost'), [2])
})

test('a connection lost while committing is not tried again, since it may have happened', async () => {
  await own.db.sql('create table fatal (id integer not null)')
  await own.db.sql(
    `create function die() returns trigger language plpgsql as 'begin perform pg_terminate_backend(pg_backend_pid()); return null; end'`,
  )
  await own.db.sql(
    'create constraint trigger fatal_die after insert on fatal deferrable initially deferred for each row execute function die()',
  )
  let tries = 0
  const dying = own.db.tx(async (tx) => {
    tries += 1
    await tx.sql('insert into fatal (id) values (1)')
  })
  await rejects(dying, /lost while committing/)
  equal(tries, 1)
  equal(await own.db.isUp(), true)
})

test('a transaction gives up after five tries with the last error', async () => {
  let tries = 0
  const hopeless = own.db.tx(async (tx) => {
    tries += 1
    await tx.sql(`do 'begin raise exception sqlstate ''40001''; end'`)
  })
  await rejects(hopeless, { code: '40001' })
  equal(tries, 5)
})

test('a refusal rolls back, is not tried again and comes out as it is', async () => {
  await open('refused')
  const refusal = new Fault('port_not_found', 'There is no such port.')
  let tries = 0
  const refused = own.db.tx(async (tx) => {
    tries += 1
    await add(tx, 'refused')
    throw refusal
  })
  await rejects(refused, (error) => error === refusal)
  equal(tries, 1)
  deepEqual(await balances('refused'), [0])
})

test('a transaction that swallowed a failed statement is not taken for committed', async () => {
  await open('swallowed')
  const hiding = own.db.tx(async (tx) => {
    await add(tx, 'swallowed')
    await tx.sql('select 1 / 0').catch(() => {})
  })
  await rejects(hiding, /rolled back/)
  deepEqual(await balances('swallowed'), [0])
})
