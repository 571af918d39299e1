import { existsSync } from 'node:fs'
import type { E164 } from '../numbers/e164.ts'
import type { Log } from '../shared/log.ts'
import { UNCHANGING } from './journal.ts'
import { loadSnapshot, saveSnapshot } from './snapshot.ts'
import { type RouteTable, routeTable, tableOn } from './table.ts'
import { VALUES_MAX } from './table-memory.ts'
import { addRow, emptyRows } from './table-rows.ts'
import type { ZoneConfig } from './zone-config.schema.ts'
import { numbersInOrder } from './zone-content.ts'

/**
 * The table that a node with a database begins with: what its last snapshot holds, so that it answers at once, or an empty
 * one. `followRoutes` goes on from either.
 */
export function openTable(file: string, log: Log): RouteTable {
  if (!existsSync(file)) return routeTable()
  try {
    const whole = tableOn(loadSnapshot(file).memory)
    const table = whole.values.count > COMPACTED_FROM ? compacted(whole) : whole
    log.info({ file, numbers: table.size, generation: table.generation }, 'routes loaded from a local snapshot')
    return table
  } catch (error) {
    // The database has everything; the snapshot only saves time, so a damaged one is said and left alone.
    log.warn({ err: error, file }, 'a local snapshot of routes cannot be used')
    return routeTable()
  }
}

/** Half of the distinct routes that a table may have. */
const COMPACTED_FROM = VALUES_MAX / 2
const ROWS_AT_ONCE = 100_000

/** The same numbers without the routes that none of them has any more: those keep their places for as long as a table lives. */
function compacted(table: RouteTable): RouteTable {
  const fresh = routeTable()
  const rows = emptyRows(ROWS_AT_ONCE)
  const flush = (): void => {
    fresh.setMany(rows)
    rows.count = 0
  }
  for (const [digits, value] of numbersInOrder(table, UNCHANGING)) {
    addRow(rows, `+${digits}` as E164, fresh.values.idOf(value)) // a number of the table is one
    if (rows.count === ROWS_AT_ONCE) flush()
  }
  flush()
  fresh.setGeneration(table.generation)
  return fresh
}

export type KeeperOptions = {
  readonly file: string
  readonly table: RouteTable
  readonly config: ZoneConfig
  readonly log: Log
  readonly everySeconds: number
}

/** Writes the table down from time to time, when it has changed, and once more at the end; answers wait for none of it. */
export function keepSnapshot({ file, table, config, log, everySeconds }: KeeperOptions): { close(): Promise<void> } {
  let saved = table.generation
  let saving: Promise<void> | undefined
  const save = async (): Promise<void> => {
    const { generation } = table
    if (generation === saved) return
    const startedAt = performance.now()
    try {
      await saveSnapshot(file, table.memory, config)
      saved = generation
      log.debug(
        { file, generation, durationMs: Math.round(performance.now() - startedAt) },
        'routes written to a local snapshot',
      )
    } catch (error) {
      // Serving does not depend on it; the next round tries again.
      log.error({ err: error, file }, 'the local snapshot of routes cannot be written')
    }
  }
  const timer = setInterval(() => {
    saving ??= save().finally(() => {
      saving = undefined
    })
  }, everySeconds * 1000)
  return {
    async close() {
      clearInterval(timer)
      await saving
      await save()
    },
  }
}
