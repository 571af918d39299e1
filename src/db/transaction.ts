import { setTimeout as wait } from 'node:timers/promises'
import { DatabaseError, type Pool, type PoolClient } from 'pg'
import type { Log } from '../shared/log.ts'

const MAX_TRIES = 5

const IN_THE_WAY = /^40001$|^40P01$/
/** 25P03: the server ended it, because we were silent for too long within it. */
const LOST = /^08|^25P03$|^57P0[123]$|^E(CONNRESET|CONNREFUSED|CONNABORTED|PIPE|TIMEDOUT)$/

/** Failures after which nothing has happened, and the mean wait before the second try; it doubles with each further one. */
// biome-ignore format: a table
const RETRIED: readonly [code: RegExp, waitMillis: number, meaning: string][] = [
  [IN_THE_WAY,  10, 'another transaction was in the way'],
  [LOST,       150, 'the connection was lost'],
]

type Isolation = 'read committed' | 'repeatable read read only'

/**
 * Runs `work` in a transaction, and again where RETRIED allows. A connection lost while committing is not retried: the
 * server may have committed, and only the caller can look.
 */
export async function runTransaction<T>(
  pool: Pool,
  isolation: Isolation,
  work: (client: PoolClient) => Promise<T>,
  log: Log,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await once(pool, isolation, work)
    } catch (error) {
      const code = codeOf(error)
      const row = RETRIED.find(([pattern]) => pattern.test(code))
      if (row === undefined || tries === MAX_TRIES) throw error
      const [, waitMillis, meaning] = row
      log.debug({ code, meaning, tries }, 'retrying a transaction')
      await wait(waitMillis * 2 ** (tries - 1) * (0.5 + Math.random()))
    }
  }
}

async function once<T>(pool: Pool, isolation: Isolation, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let isLost = false
  // A connection that ends between two statements says so here, and without a listener it would end the process.
  const onLost = () => {
    isLost = true
  }
  client.on('error', onLost)
  try {
    await client.query(`begin isolation level ${isolation}`)
    const result = await work(client)
    await commit(client)
    return result
  } catch (error) {
    // a rollback would wait behind the statement that was given up; the server does it when the connection ends
    if (isGivenUp(error)) isLost = true
    if (!isLost) isLost = !(await rollBack(client))
    throw error
  } finally {
    client.removeListener('error', onLost)
    client.release(isLost)
  }
}

async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query('commit').catch((cause) => {
    if (!LOST.test(codeOf(cause))) throw cause
    throw new Error('the connection was lost while committing; whether the transaction happened is not known', {
      cause,
    })
  })
  // PostgreSQL answers the commit of a failed transaction with a ROLLBACK that is no error: `work` has swallowed one.
  if (command !== 'COMMIT') throw new Error('a statement of the transaction had failed, so it was rolled back')
}

/** The driver's words for a statement that took longer than the pool allows. */
function isGivenUp(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout'
}

/** @returns whether the connection is clean again */
async function rollBack(client: PoolClient): Promise<boolean> {
  return client.query('rollback').then(
    () => true,
    () => false, // only a dead connection refuses a rollback; what led here is being thrown
  )
}

/** The SQLSTATE or system error code; the driver's own words for a lost connection count as 08006. */
function codeOf(error: unknown): string {
  if (error instanceof DatabaseError) return error.code ?? ''
  if (!(error instanceof Error)) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  return /^Connection terminated|is not queryable$|^Client was closed/.test(error.message) ? '08006' : ''
}
