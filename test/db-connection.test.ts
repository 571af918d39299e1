import { deepEqual, doesNotMatch, equal, match, ok, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import type { Reader } from '../src/db/db.ts'
import { openDb } from '../src/db/pool.ts'
import { createLog } from '../src/shared/log.ts'
import { type TestDatabase, testDatabase } from './support/database.ts'
import { startRelay } from './support/relay.ts'
import { until } from './support/until.ts'

const log = createLog('silent')

let own: TestDatabase
before(async () => {
  own = await testDatabase('empty')
})
after(() => own.close())

/** Ends the database's connections of that application name, as a restart of the server would. */
const terminate = (name: string) =>
  own.db.sql(
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity
     where application_name = $1 and pid <> pg_backend_pid() and datname = current_database()`,
    [name],
  )

const connections = async (name: string) => {
  const [row] = await own.db.sql<{ count: number }>(
    'select count(*) from pg_stat_activity where application_name = $1 and datname = current_database()',
    [name],
  )
  return row?.count
}

test('a listener hears notifications, comes back after its connection is lost, and says so with an empty payload', async () => {
  const heard: string[] = []
  const stop = own.db.listen('route', (payload) => heard.push(payload))
  await until('the first connection', () => heard.length === 1)
  await own.db.sql(`select pg_notify('route', '17')`)
  await until('the first notification', () => heard.length === 2)
  await terminate('portolan route')
  await until('the second connection', () => heard.length === 3)
  await own.db.sql(`select pg_notify('route', '18')`)
  await own.db.sql(`select pg_notify('work', 'for others')`)
  await until('the second notification', () => heard.length === 4)
  deepEqual(heard, ['', '17', '', '18'])
  stop()
  await until('the end of the connection', async () => (await connections('portolan route')) === 0)
})

test('a listener that throws hears the next notification all the same', async () => {
  const db = openDb({ url: own.url, maxConnections: 1, log })
  const heard: string[] = []
  db.listen('work', (payload) => {
    heard.push(payload)
    throw new Error('not today')
  })
  await until('the connection', () => heard.length === 1)
  await db.sql(`select pg_notify('work', '')`)
  await until('the notification', () => heard.length === 2)
  await db.close()
})

test('a listener waits for a database that is not there yet', async () => {
  const { port, close } = await deafServer('refuse')
  const db = openDb({ url: `postgres://portolan@127.0.0.1:${port}/portolan`, maxConnections: 1, log })
  const heard: string[] = []
  db.listen('work', (payload) => heard.push(payload))
  await until('three attempts', () => close.attempts() >= 3)
  await db.close()
  await close()
  deepEqual(heard, [])
})

test('idle connections that the server ends are replaced', async () => {
  const db = openDb({ url: own.url, maxConnections: 2, log })
  const me = async () => (await db.sql<{ pid: number }>('select pg_backend_pid() as pid'))[0]?.pid
  const first = await me()
  await terminate('portolan')
  await until('another connection', async () => {
    const pid = await me().catch(() => first) // the very connection that is just being ended
    return pid !== first
  })
  await db.close()
})

test('a lost connection is logged by its reason, not with all that the driver knows of it', async () => {
  const lines: string[] = []
  const db = openDb({ url: own.url, maxConnections: 1, log: pino({}, { write: (line: string) => lines.push(line) }) })
  await db.sql('select 1 as one')
  await terminate('portolan')
  await until('the line', () => lines.length > 0)
  match(lines.join(''), /"reason":"terminating connection due to administrator command"/)
  doesNotMatch(lines.join(''), /secretKey|parsedStatements/)
  await db.close()
})

test('isUp says no within its two seconds: nobody listens, or somebody who never answers', async () => {
  for (const manner of ['refuse', 'say nothing'] as const) {
    const { port, close } = await deafServer(manner)
    const db = openDb({ url: `postgres://portolan@127.0.0.1:${port}/portolan`, maxConnections: 1, log })
    const since = performance.now()
    equal(await db.isUp(), false)
    ok(performance.now() - since < 8_000, 'on a machine that does other things')
    await close()
    await db.close()
  }
})

test('a statement that takes too long is given up by the server too, alone or in a transaction', async () => {
  const db = openDb({ url: own.url, maxConnections: 1, log, statementSeconds: 0.2 })
  const tooLong = 'select pg_sleep(20)'
  await rejects(db.sql(tooLong), /statement timeout/)
  await rejects(
    db.tx((tx) => tx.sql(tooLong)),
    /statement timeout/,
  )
  const sleeping = await own.db.sql("select pid from pg_stat_activity where state = 'active' and query = $1", [tooLong])
  deepEqual(sleeping, [])
  deepEqual(await db.sql('select 1 as one'), [{ one: 1 }])
  await db.close()
})

test('a transaction that says nothing for too long loses its locks, and is run again', async () => {
  await own.db.sql('create table held (id integer not null)')
  await own.db.sql('insert into held (id) values (1)')
  const db = openDb({ url: own.url, maxConnections: 1, log, statementSeconds: 1 })
  const held = (reader: Reader) => reader.sql('select id from held for update nowait')
  let tries = 0
  await db.tx(async (tx) => {
    tries += 1
    await held(tx)
    // as long as a machine that has lost its power would be silent
    if (tries === 1) await until('the lock is free', () => own.db.tx(held).catch(() => false))
    await held(tx)
  })
  equal(tries, 2)
  await db.close()
})

test('a server that has fallen silent is given up, alone and in a transaction, and its connections are replaced', async () => {
  const { url, silence, away } = await startRelay(own.url)
  const db = openDb({ url, maxConnections: 2, log, statementSeconds: 1 })
  const both = () => Promise.allSettled([db.sql('select 1 as one'), db.tx((tx) => tx.sql('select 1 as one'))])
  const one = { status: 'fulfilled', value: [{ one: 1 }] }
  deepEqual(await both(), [one, one])
  silence()
  const reasons = (await both()).map((result) => result.status === 'rejected' && String(result.reason))
  deepEqual(reasons, ['Error: Query read timeout', 'Error: Query read timeout'])
  deepEqual(await both(), [one, one])
  await db.close()
  await away()
})

test('a statement is prepared once for a connection and used again', async () => {
  const db = openDb({ url: own.url, maxConnections: 1, log })
  for (const n of [1, 2, 3]) await db.sql('select $1::int8 + 1 as next', [n])
  const prepared = await db.sql<{ statement: string }>(
    `select statement from pg_prepared_statements where statement like '%as next'`,
  )
  deepEqual(prepared, [{ statement: 'select $1::int8 + 1 as next' }])
  await db.close()
})

/** A server that takes connections and ends them at once, or holds them in silence. */
async function deafServer(manner: 'refuse' | 'say nothing') {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {}) // the other side gives up
    if (manner === 'refuse') socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }
  const attempts = () => sockets.length
  return { port: typeof address === 'object' ? address?.port : undefined, close: Object.assign(close, { attempts }) }
}
