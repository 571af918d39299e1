import { randomUUIDv7 } from 'node:crypto'
import type { Db } from '../src/db/db.ts'

export type Bare = {
  readonly count: number
  /** So many callers at once. */
  readonly connections: number
  /** How many single-row inserts each transaction of one of the `count` has. */
  readonly statements: readonly number[]
}

/** The least that something could cost without batching: transactions of single-row inserts, one after the other in each connection. */
export async function bareTransactions(db: Db, { count, connections, statements }: Bare): Promise<void> {
  let left = count
  const worker = async () => {
    while (left-- > 0) {
      for (const inserts of statements) {
        await db.tx(async (tx) => {
          for (let insert = 0; insert < inserts; insert++)
            await tx.sql('insert into counter (name, value) values ($1, 1)', [randomUUIDv7()])
        })
      }
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
}

/** How many of `count` are done in a second. */
export async function rate(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return count / ((performance.now() - start) / 1000)
}
