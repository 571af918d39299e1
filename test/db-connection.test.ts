import { deepEqual, doesNotMatch, equal, match, ok, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { openDb } from '../src/db/pool.ts'
import { createLog } from '../src/shared/log.ts'
import { type TestDatabase, testDatabase } from './support/database.ts'
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
    ok(performance.now() - since < 2_500)
    await close()
    await db.close()
  }
})

test('a statement that takes too long is given up, alone or in a transaction, and its connection is replaced', async () => {
  const db = openDb({ url: own.url, maxConnections: 1, log, statementSeconds: 0.2 })
  const since = performance.now()
  await rejects(db.sql('select pg_sleep(20)'), /Query read timeout/)
  await rejects(
    db.tx((tx) => tx.sql('select pg_sleep(20)')),
    /Query read timeout/,
  )
  ok(performance.now() - since < 10_000)
  deepEqual(await db.sql('select 1 as one'), [{ one: 1 }])
  await db.close()
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
