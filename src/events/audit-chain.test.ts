import { deepEqual, equal } from 'node:assert/strict'
import test, { after, beforeEach } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import type { Db, Sql } from '../db/db.ts'
import { appendAudit } from './audit.store.ts'
import { cutOff, findSealed } from './audit-chain.store.ts'
import { AUDIT_CUT, auditChain } from './audit-chain.ts'
import { SAMPLE_TIME } from './sample.testing.ts'

const { db, close } = await testDatabase()
after(close)
const chain = auditChain(db)

const write = (count: number) =>
  db.tx((tx) =>
    appendAudit(
      tx,
      Array.from({ length: count }, (_, index) => ({
        at: SAMPLE_TIME,
        actor: 'admin',
        surface: 'native',
        action: 'webhook.changed',
        subject: `row ${index}`,
        reason: index % 2 === 0 ? null : 'because',
        detail: { b: 1, a: { d: [1, { y: null, x: 'ü' }], c: true } },
      })),
    ),
  )

beforeEach(async () => {
  await db.sql('delete from audit')
  await db.sql('delete from audit_start')
  await db.sql("delete from counter where name = 'audit_chain'")
})

test('rows are sealed once, in order, and the chain is whole', async () => {
  deepEqual(await chain.verify(), { kind: 'whole', rows: 0, head: undefined, next: undefined })
  await write(1_200)
  deepEqual([await chain.seal(), await chain.seal(), await chain.seal(), await chain.seal()], [500, 500, 200, 0])
  const first = await chain.verify()
  equal(first.kind === 'whole' && first.rows, 1_200)
  await write(3)
  await Promise.all([chain.seal(), chain.seal(), chain.seal()])
  const second = await chain.verify()
  equal(second.kind === 'whole' && second.rows, 1_203)
  equal(first.kind === 'whole' && second.kind === 'whole' && first.head !== second.head, true)
})

test('where there is nothing to seal nothing is written', async () => {
  const written = () => db.sql("select xmin::text from counter where name = 'audit_chain'")
  await write(1)
  equal(await chain.seal(), 1)
  const before = await written()
  equal(await chain.seal(), 0)
  deepEqual(await written(), before)
})

test('a long chain is verified in parts, which end where the whole does', async () => {
  await write(1_700)
  for (let sealed = 1; sealed > 0; ) sealed = await chain.seal()
  const whole = await chain.verify()
  const parts: [rows: number, next: number | undefined][] = []
  let head: string | undefined
  for (let after: number | undefined = 0; after !== undefined; ) {
    const part = await chain.verify({ after, most: 600 })
    if (part.kind === 'broken') throw new Error(part.problem)
    parts.push([part.rows, part.next])
    head = part.head
    after = part.next
  }
  deepEqual(parts, [
    [1_000, 1_000],
    [700, undefined],
  ])
  equal(head, whole.kind === 'whole' && whole.head)
  await db.sql(`update audit set actor = 'nobody' where position = 1500`)
  const found = await chain.verify({ after: 1_000, most: 600 })
  deepEqual([found.kind, found.kind === 'broken' && found.position], ['broken', 1_500])
  await db.sql('delete from audit where position = 1000')
  const cut = await chain.verify({ after: 1_000, most: 600 })
  deepEqual([cut.kind, cut.kind === 'broken' && cut.position], ['broken', 1_000])
})

// biome-ignore format: a table
const TAMPERINGS: [what: string, sql: string, position: number][] = [
  ['an actor changed',        `update audit set actor = 'nobody' where position = 4`,                    4],
  ['a detail changed',        `update audit set detail = '{"b":2}' where position = 7`,                  7],
  ['a reason taken away',     `update audit set reason = null where position = 2`,                       2],
  ['a time moved',            `update audit set at = at + interval '1 microsecond' where position = 9`,  9],
  ['a row removed',           `delete from audit where position = 5`,                                    5],
  ['the first row removed',   `delete from audit where position = 1`,                                    1],
  ['the end cut off',         `delete from audit where position > 8`,                                    9],
  ['a hash written anew',     `update audit set hash = decode(repeat('00', 32), 'hex') where position = 3`, 3],
]
for (const [what, sql, position] of TAMPERINGS) {
  test(`verification finds the first row that is not as it was sealed: ${what}`, async () => {
    await write(10)
    await chain.seal()
    await db.sql(sql)
    const found = await chain.verify()
    deepEqual([found.kind, found.kind === 'broken' && found.position], ['broken', position])
  })
}

test('a chain whose oldest rows are removed while it is verified is whole', async () => {
  await write(20)
  await chain.seal()
  let isCut = false
  const cutOnce = async () => {
    if (isCut) return
    isCut = true
    await db.tx(async (tx) => {
      const last = (await findSealed(tx, 0, 10)).at(-1)
      if (!last) throw new Error('nothing was sealed')
      await cutOff(tx, { ...last, removedAt: SAMPLE_TIME })
      const detail = { position: last.position, hash: last.hash.toString('hex') }
      const row = { at: SAMPLE_TIME, actor: 'retention', surface: 'clock', action: AUDIT_CUT, subject: 'audit', detail }
      await appendAudit(tx, [row])
    })
  }
  /** Removes them once it is known where the chain begins. */
  const removing =
    (sql: Sql): Sql =>
    async (text, values) => {
      const rows = await sql<never>(text, values)
      if (text.includes('from audit_start')) await cutOnce()
      return rows
    }
  const racing: Db = {
    ...db,
    sql: removing(db.sql),
    snapshot: (work) => db.snapshot(({ sql }) => work({ sql: removing(sql) })),
  }
  const during = await auditChain(racing).verify()
  equal(isCut, true)
  equal(during.kind === 'whole' && during.rows, 20, 'as it was when it was asked')
  const after = await chain.verify()
  equal(after.kind === 'whole' && after.rows, 10)
})
