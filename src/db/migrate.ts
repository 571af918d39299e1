import { hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Client, DatabaseError } from 'pg'
import type { Reader } from './db.ts'

type Migration = { readonly name: string; readonly number: number; readonly text: string; readonly sha256: string }

/**
 * Brings the database up to the newest migration of `folder`: forward only, each file in one transaction with its record.
 * Any number of processes may do so at the same time.
 *
 * @returns the names of the files that this call applied
 */
export async function migrate({ url, folder }: { readonly url: string; readonly folder: string }): Promise<string[]> {
  const migrations = await readMigrations(folder)
  const client = new Client({ connectionString: url, application_name: 'portolan migrate' })
  client.on('error', () => {}) // the statement under way is refused with the same error
  await client.connect()
  try {
    await createRecord(client)
    const pending = pendingOf(migrations, await recorded(client))
    const applied: string[] = []
    for (const migration of pending) if (await apply(client, migration)) applied.push(migration.name)
    return applied
  } finally {
    await client.end()
  }
}

/** What tells a database from any other, also from one of the same name that was dropped: as a name for a folder. */
export async function identityOf(reader: Reader): Promise<string> {
  const [row] = await reader.sql<{ name: string; at: Temporal.Instant }>(
    'select current_database() as name, min(applied_at) as at from migration',
  )
  if (!row) throw new Error('the database has not been migrated')
  return `${encodeURIComponent(row.name)}-${row.at.epochMilliseconds}`
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const migrations = await Promise.all(
    names.map(async (name): Promise<Migration> => {
      const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1]
      if (number === undefined)
        throw new Error(`migration ${name}: a name is four digits, _ and words, as in 0002_more.sql`)
      // A checkout may have rewritten the line ends, which changes nothing that counts.
      const text = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n')
      return { name, number: Number(number), text, sha256: hash('sha256', text) }
    }),
  )
  for (const [index, { name, number }] of migrations.entries()) {
    if (migrations[index - 1]?.number === number)
      throw new Error(`migration ${name}: the number ${number} is taken twice`)
  }
  return migrations
}

/** Two processes that create the table in the same moment collide in the catalog, although the statement says `if not exists`. */
async function createRecord(client: Client): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await client.query(`
        create table if not exists migration (
          name       text        not null,
          sha256     text        not null, -- of the file, with line feeds only
          applied_at timestamptz not null,
          constraint migration_pk primary key (name)
        )`)
      return
    } catch (error) {
      const isCollision =
        error instanceof DatabaseError && ['23505', '42P07', '42710', '40001'].includes(error.code ?? '')
      if (!isCollision || tries === 5) throw error
      await wait(20 * tries)
    }
  }
}

async function recorded(client: Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; sha256: string }>('select name, sha256 from migration')
  return new Map(rows.map(({ name, sha256 }) => [name, sha256]))
}

/** A record without a file is of a later version, whose migrations this one can live with; it is left alone. */
function pendingOf(migrations: readonly Migration[], record: ReadonlyMap<string, string>): Migration[] {
  const newest = [...record.keys()].sort().at(-1) ?? ''
  for (const { name, sha256 } of migrations) {
    const known = record.get(name)
    if (known !== undefined && known !== sha256)
      throw new Error(`migration ${name} was changed after it was applied: restore the file and add a new one instead`)
    if (known === undefined && name < newest)
      throw new Error(`migration ${name} comes too late: ${newest} is already applied. Give it a higher number`)
  }
  return migrations.filter(({ name }) => !record.has(name))
}

/**
 * The record is written first: a second process waits there for the end of this transaction, then finds the work done.
 * That needs no lock that only PostgreSQL has.
 *
 * @returns whether this process applied it
 */
async function apply(client: Client, { name, text, sha256 }: Migration): Promise<boolean> {
  await client.query('begin')
  try {
    const claim = await client.query(
      'insert into migration (name, sha256, applied_at) values ($1, $2, now()) on conflict (name) do nothing',
      [name, sha256],
    )
    if (claim.rowCount === 1) await client.query(text)
    await client.query('commit')
    return claim.rowCount === 1
  } catch (cause) {
    await client.query('rollback').catch(() => {}) // a dead connection has rolled back already; the cause is thrown
    throw new Error(`migration ${name} failed${lineOf(cause, text)}`, { cause })
  }
}

function lineOf(error: unknown, text: string): string {
  if (!(error instanceof DatabaseError)) return ''
  const line = error.position ? ` at line ${text.slice(0, Number(error.position)).split('\n').length}` : ''
  return `${line}: ${error.message}`
}
