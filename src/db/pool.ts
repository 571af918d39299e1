import { hash } from 'node:crypto'
import { type ClientBase, Pool } from 'pg'
import type { Log } from '../shared/log.ts'
import { isDoneWithin } from '../shared/within.ts'
import type { Db, Sql } from './db.ts'
import { startListening } from './listener.ts'
import { runTransaction } from './transaction.ts'
import { TYPES, toSql } from './values.ts'

/** How long `isUp` waits for an answer. */
const IS_UP_SECONDS = 2
/** How long a statement waits for a connection: a new one, or one of the pool to come free. */
const CONNECT_SECONDS = 10
/**
 * How long one statement may take, and how long a transaction may go without one. None of a running Portolan takes a second; a lock
 * that somebody forgot must not hold a connection for ever. The server keeps to it too: without that, a statement that we have given
 * up would wait there, a connection of the server each, and might be done long after we said that it was not; and a machine of ours
 * that lost its power would hold its locks for two hours, while all others wait. Migrations have a connection of their own.
 */
const STATEMENT_SECONDS = 30
/** So much later than the server we give a statement up: only a connection that lost its other end without a word is silent then. */
const SILENCE_SECONDS = 5
/** After so long without a word the system asks whether the other end is still there. */
const KEEP_ALIVE_SECONDS = 30

export type DbOptions = {
  readonly url: string
  readonly maxConnections: number
  readonly log: Log
  readonly statementSeconds?: number
}

/** Opens the pool of connections. No connection is made before the first statement. */
export function openDb({ url, maxConnections, log, statementSeconds = STATEMENT_SECONDS }: DbOptions): Db {
  const pool = new Pool({
    connectionString: url,
    application_name: 'portolan',
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_SECONDS * 1000,
    statement_timeout: statementSeconds * 1000,
    idle_in_transaction_session_timeout: statementSeconds * 1000,
    query_timeout: (statementSeconds + SILENCE_SECONDS) * 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_SECONDS * 1000,
    types: TYPES,
  })
  // Without a listener the end of an idle connection, as at every stop of the server, would end the process.
  pool.on('error', ({ message }) => {
    // The message alone: the driver hangs its whole client on the error, with the key that cancels its statements.
    if (!closed) log.warn({ reason: message }, 'lost an idle database connection')
  })
  const listeners = new Set<() => void>()
  const sql = sqlOver(pool)
  let closed: Promise<void> | undefined

  return {
    sql,
    tx: (work) => runTransaction(pool, 'read committed', (client) => work({ kind: 'tx', sql: sqlOver(client) }), log),
    snapshot: (work) =>
      runTransaction(pool, 'repeatable read read only', (client) => work({ sql: sqlOver(client) }), log),
    listen(channel, hear) {
      const stop = startListening({ url, channel, hear, log })
      listeners.add(stop)
      return () => {
        listeners.delete(stop)
        stop()
      }
    },
    isUp: () => isDoneWithin(IS_UP_SECONDS * 1000, sql('select 1')),
    close() {
      for (const stop of listeners) stop()
      closed ??= pool.end()
      return closed
    },
  }
}

/** Every statement is prepared under a name made from its text, so that PostgreSQL parses it once for each connection. */
function sqlOver(connection: Pool | ClientBase): Sql {
  return async <Row extends object>(text: string, values: readonly unknown[] = []) => {
    const { rows } = await connection.query({ name: nameOf(text), text, values: values.map(toSql) })
    return rows as Row[] // the author of a statement names the shape of its rows
  }
}

const names = new Map<string, string>()

function nameOf(text: string): string {
  let name = names.get(text)
  if (name === undefined) {
    name = hash('sha256', text, 'base64url').slice(0, 20)
    names.set(text, name)
  }
  return name
}
