import { deepEqual, equal, rejects } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestDatabase, testDatabase } from './support/database.ts'

let own: TestDatabase
before(async () => {
  own = await testDatabase()
  await own.db.sql(
    'create table account (name text not null, balance bigint not null, constraint account_pk primary key (name))',
  )
})
after(() => own.close())

const INSTANT = Temporal.Instant.from('2026-11-22T01:50:45.069564Z')

// biome-ignore format: a table
const ROUND_TRIPS: [type: string, sent: unknown, received: unknown, reason: string][] = [
  ['int8',          9007199254740991,                       9007199254740991,                         'the largest exact number'],
  ['int8[]',        [1, null, -5],                          [1, null, -5],                            'nulls stay inside arrays'],
  ['timestamptz',   INSTANT,                                INSTANT,                                  'microseconds are kept'],
  ['timestamptz',   INSTANT.add({ nanoseconds: 999 }),      INSTANT,                                  'what PostgreSQL cannot keep is cut, so no instant moves into the future'],
  ['timestamptz[]', [INSTANT, null],                        [INSTANT, null],                          'instants inside arrays'],
  ['date',          Temporal.PlainDate.from('2026-02-28'),  Temporal.PlainDate.from('2026-02-28'),    'a day has no zone'],
  ['jsonb',         { a: [1, { b: null }], at: INSTANT },   { a: [1, { b: null }], at: '2026-11-22T01:50:45.069564Z' }, 'a plain object is JSON'],
  ['bytea',         Buffer.from([0, 255, 39, 92]),          Buffer.from([0, 255, 39, 92]),            'bytes as they are'],
  ['bytea[]',       [Buffer.from([1]), Buffer.from([255])], [Buffer.from([1]), Buffer.from([255])],   'bytes inside arrays'],
  ['text[]',        ['a"b', 'c\\d', '', 'NULL', null],      ['a"b', 'c\\d', '', 'NULL', null],        'quoting in arrays'],
  ['text',          undefined,                              null,                                     'absent is null'],
  ['text',          'a\0b',                                 'a\ufffdb',                               'text has no U+0000'],
  ['text[]',        ['a\0b', '"'],                          ['a\ufffdb', '"'],                        'nor have arrays of it'],
  ['jsonb',         { a: '\0', b: 'x\ud800', c: '\\u0000' }, { a: '\ufffd', b: 'x\ufffd', c: '\\u0000' }, 'nor has JSON, nor half of a surrogate pair'],
  ['numeric',       '0.10',                                 '0.10',                                   'decimals stay text'],
]
for (const [type, sent, received, reason] of ROUND_TRIPS) {
  test(`${type} goes to the database and back: ${reason}`, async () => {
    const [row] = await own.db.sql<{ value: unknown }>(`select $1::${type} as value`, [sent])
    deepEqual(comparable(row?.value), comparable(received))
  })
}

/** deepEqual sees no difference between two Temporal values, so they are compared as text. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable)
  return value instanceof Temporal.Instant || value instanceof Temporal.PlainDate ? `${value}` : value
}

test('an int8 that a number cannot hold exactly is refused, and the connection goes on', async () => {
  await rejects(own.db.sql('select 9007199254740993::int8 as value'), /does not fit/)
  equal(await own.db.isUp(), true)
})
