import { deepEqual, rejects } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { migrate } from '../src/db/migrate.ts'
import { testDatabase } from './support/database.ts'

const ONE = { '0001_one.sql': 'create table one (id integer not null);\ninsert into one (id) values (1);\n' }
const TWO = { '0002_two.sql': 'alter table one add column name text;\ncreate table two (id integer not null);\n' }

type Files = Readonly<Record<string, string>>

/** An empty database with a folder of migrations that `put` adds to or changes. */
async function bench(t: TestContext) {
  const { url, db, close } = await testDatabase('empty')
  const folder = await mkdtemp(join(tmpdir(), 'portolan-migrations-'))
  t.after(async () => {
    await close()
    await rm(folder, { recursive: true })
  })
  const put = async (files: Files) => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  }
  const tables = async () => {
    const rows = await db.sql<{ name: string }>(
      `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`,
    )
    return rows.map(({ name }) => name)
  }
  return { db, put, tables, migrate: () => migrate({ url, folder }) }
}

test('migrations are applied in order, once', async (t) => {
  const at = await bench(t)
  await at.put({ ...TWO, ...ONE, 'README.md': 'not a migration' })
  deepEqual(await at.migrate(), ['0001_one.sql', '0002_two.sql'])
  deepEqual(await at.migrate(), [])
  await at.put({ '0003_three.sql': 'create table three (id integer not null)' })
  deepEqual(await at.migrate(), ['0003_three.sql'])
  deepEqual(await at.tables(), ['migration', 'one', 'three', 'two'])
})

test('processes that migrate at the same time do each migration once, and all of them end with the newest schema', async (t) => {
  const at = await bench(t)
  await at.put({ ...ONE, ...TWO })
  const applied = await Promise.all([at.migrate(), at.migrate(), at.migrate(), at.migrate()])
  deepEqual(applied.flat().sort(), ['0001_one.sql', '0002_two.sql'])
  deepEqual(await at.db.sql('select id, name from one'), [{ id: 1, name: null }])
})

test('a migration that fails leaves nothing of itself, says where, and can be mended', async (t) => {
  const at = await bench(t)
  await at.put({
    ...ONE,
    '0002_two.sql': 'create table two (id integer not null);\ncreate table wrong (id nonsense);\n',
  })
  await rejects(at.migrate(), /0002_two\.sql failed at line 2: type "nonsense" does not exist/)
  deepEqual(await at.tables(), ['migration', 'one'])
  await at.put(TWO)
  deepEqual(await at.migrate(), ['0002_two.sql'])
})

// biome-ignore format: a table
const REFUSED: [files: Files, refusal: RegExp, reason: string][] = [
  [{ '0001_one.sql': 'create table other ();' },     /0001_one\.sql was changed after it was applied/, 'an applied file is history'],
  [{ '0001_more.sql': '' },                          /number 1 is taken twice/,                        'two branches took the same number'],
  [{ '0000_late.sql': '' },                          /0000_late\.sql comes too late/,                  'it would run in another order elsewhere'],
  [{ 'two.sql': '' },                                /two\.sql: a name is four digits/,                'its place is unknown'],
]
for (const [files, refusal, reason] of REFUSED) {
  test(`a folder is refused, ${refusal.source}: ${reason}`, async (t) => {
    const at = await bench(t)
    await at.put(ONE)
    await at.migrate()
    await at.put({ ...TWO, ...files })
    await rejects(at.migrate(), refusal)
    deepEqual(await at.tables(), ['migration', 'one'])
  })
}

// biome-ignore format: a table
const ACCEPTED: [files: Files, reason: string][] = [
  [{ '0001_one.sql': ONE['0001_one.sql'].replaceAll('\n', '\r\n') }, 'a checkout with other line ends is the same file'],
  [{},                                                               'nothing has changed'],
]
for (const [files, reason] of ACCEPTED) {
  test(`a folder is accepted: ${reason}`, async (t) => {
    const at = await bench(t)
    await at.put(ONE)
    await at.migrate()
    await at.put(files)
    deepEqual(await at.migrate(), [])
  })
}

test('a database that a newer version has migrated further is left as it is', async (t) => {
  const at = await bench(t)
  await at.put(ONE)
  await at.migrate()
  await at.db.sql(`insert into migration (name, sha256, applied_at) values ('0009_newer.sql', '', now())`)
  deepEqual(await at.migrate(), [])
})
