import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { until } from '../../test/support/until.ts'
import type { Db } from '../db/db.ts'
import { Fault } from '../shared/fault.ts'
import { createLog } from '../shared/log.ts'
import { GUESSES_PER_MINUTE } from './guess-limit.ts'
import { type Audit, createKeys, type Keys } from './key.ts'

const START = Temporal.Instant.from('2026-01-05T10:00:00Z')
const ADDRESS = '192.0.2.1'

let database: TestDatabase
let now = START
let statements: string[] = []
let keys: Keys

const audit: Audit = async (tx, { at, actor, surface, action, subject, reason, detail }) => {
  await tx.sql(
    'insert into audit (at, actor, surface, action, subject, reason, detail) values ($1, $2, $3, $4, $5, $6, $7)',
    [at, actor, surface, action, subject, reason, detail],
  )
}

/** The same database, with the statements of the pool (not of transactions) written down. */
const counted = (db: Db): Db => ({
  ...db,
  sql: (text, values) => {
    statements.push(text)
    return db.sql(text, values)
  },
})

before(async () => {
  database = await testDatabase()
})
after(() => database.close())
beforeEach(async () => {
  now = START
  await database.db.sql('delete from api_key')
  await database.db.sql('delete from lockout')
  keys = createKeys({ db: counted(database.db), log: createLog('silent'), now: () => now, audit })
  statements = []
})

const searches = () => statements.filter((text) => text.includes('where k.fingerprint')).length

test('a made key says who it is, with the user name or without', async () => {
  const { key, record } = await keys.createKey({ username: 'ops', tier: 'pxs', by: 'start' })
  assert.match(key, /^ptl_/)
  const caller = { name: 'ops', tier: 'pxs', keyId: record.id }
  assert.deepEqual(await keys.authenticate({ username: 'ops', key, address: ADDRESS }), caller)
  assert.deepEqual(await keys.authenticate({ username: undefined, key, address: ADDRESS }), caller)
  assert.deepEqual(await keys.authenticate({ username: '', key, address: ADDRESS }), caller)
})

test('a key that somebody else chose works as well', async () => {
  await keys.createKey({ username: 'admin', tier: 'admin', by: 'start', key: 'sixteen-letters!' })
  assert.equal(
    (await keys.authenticate({ username: 'admin', key: 'sixteen-letters!', address: ADDRESS }))?.tier,
    'admin',
  )
})

test('another user name, another key and another case are refused', async () => {
  const { key } = await keys.createKey({ username: 'ops', tier: 'pxs', by: 'start' })
  for (const [username, shown] of [
    ['admin', key],
    ['Ops', key],
    ['ops', `${key}x`],
    ['ops', key.toUpperCase()],
    ['ops', 'ops'],
  ] as const) {
    assert.equal(await keys.authenticate({ username, key: shown, address: ADDRESS }), undefined, `${username} ${shown}`)
  }
})

test('the key itself is not in the database (I17)', async () => {
  const { key } = await keys.createKey({ username: 'ops', tier: 'pxs', by: 'start' })
  const [row] = await database.db.sql<{ text: string }>('select api_key::text as text from api_key')
  for (const part of [key, key.slice(4), Buffer.from(key).toString('hex')])
    assert.equal(row?.text.includes(part), false)
  const [stored] = await database.db.sql<{ fingerprint: Buffer; hash: Buffer }>('select fingerprint, hash from api_key')
  assert.equal(stored?.fingerprint.length, 4)
  assert.equal(stored?.hash.length, 32)
})

// biome-ignore format: a table
const REFUSED: [what: string, wanted: { username?: string; key?: string }, field: string][] = [
  ['a short key',                       { key: 'fifteen-letters' },          'key'],
  ['a key with a space',                { key: 'sixteen letters ok' },       'key'],
  ['a user name with a colon (Basic)',  { username: 'a:b' },                 'username'],
  ['an empty user name',                { username: '' },                    'username'],
]
for (const [what, wanted, field] of REFUSED) {
  test(`${what} cannot be made`, async () => {
    await assert.rejects(
      keys.createKey({ username: 'ops', tier: 'pxs', by: 'start', ...wanted }),
      (error) => error instanceof Fault && error.code === 'field_invalid' && error.field === field,
    )
    assert.equal(await keys.countKeys(), 0)
  })
}

test('a key in use cannot be given to a second user', async () => {
  await keys.createKey({ username: 'one', tier: 'admin', by: 'start', key: '0123456789abcdef' })
  await assert.rejects(keys.createKey({ username: 'two', tier: 'pxs', by: 'start', key: '0123456789abcdef' }), /in use/)
})

test('an expired key is refused from its last instant on, although it was believed a moment ago', async () => {
  const { key } = await keys.createKey({
    username: 'ops',
    tier: 'pxs',
    by: 'start',
    expiresAt: START.add({ seconds: 10 }),
  })
  now = START.add({ seconds: 9 })
  assert.ok(await keys.authenticate({ username: 'ops', key, address: ADDRESS }))
  now = START.add({ seconds: 10 })
  assert.equal(await keys.authenticate({ username: 'ops', key, address: ADDRESS }), undefined)
})

test('a revoked key is refused at once, and revoking it again does nothing', async () => {
  const { key, record } = await keys.createKey({ username: 'ops', tier: 'pxs', by: 'start' })
  assert.ok(await keys.authenticate({ username: 'ops', key, address: ADDRESS }))
  assert.equal(await keys.revokeKey(record.id, 'admin', 'left the company'), true)
  assert.equal(await keys.authenticate({ username: 'ops', key, address: ADDRESS }), undefined)
  assert.equal(await keys.revokeKey(record.id, 'admin', 'again'), false)
  assert.deepEqual(
    (await keys.listKeys()).map(({ username, revokedAt }) => [username, revokedAt?.toString()]),
    [['ops', START.toString()]],
  )
})

test('another process hears of a revocation within a minute', async () => {
  const { key, record } = await keys.createKey({ username: 'ops', tier: 'pxs', by: 'start' })
  const elsewhere = createKeys({ db: database.db, log: createLog('silent'), now: () => now, audit })
  assert.ok(await elsewhere.authenticate({ username: 'ops', key, address: ADDRESS }))
  await keys.revokeKey(record.id, 'admin', 'lost')
  now = START.add({ seconds: 60 })
  assert.equal(await elsewhere.authenticate({ username: 'ops', key, address: ADDRESS }), undefined)
})

test('making and revoking a key are audited, with who and why, and without the key', async () => {
  const { key, record } = await keys.createKey({ username: 'ops', tier: 'pxs', by: 'start' })
  await keys.revokeKey(record.id, 'admin', 'lost laptop')
  const rows = await database.db.sql<{ actor: string; action: string; reason: string | null; detail: object }>(
    'select actor, action, reason, detail from audit where subject = $1 order by sequence',
    [record.id],
  )
  const detail = { username: 'ops', tier: 'pxs', expiresAt: null }
  assert.deepEqual(rows, [
    { actor: 'start', action: 'key.created', reason: null, detail },
    { actor: 'admin', action: 'key.revoked', reason: 'lost laptop', detail },
  ])
  assert.equal(JSON.stringify(rows).includes(key), false)
})

test('a thousand requests at once with one key ask the database once', async () => {
  const { key } = await keys.createKey({ username: 'ops', tier: 'pxs', by: 'start' })
  statements = []
  const callers = await Promise.all(
    Array.from({ length: 1000 }, () => keys.authenticate({ username: 'ops', key, address: ADDRESS })),
  )
  assert.equal(callers.filter((caller) => caller?.name === 'ops').length, 1000)
  assert.equal(searches(), 1)
})

test('a key is believed for a minute, then asked again', async () => {
  const { key } = await keys.createKey({ username: 'ops', tier: 'pxs', by: 'start' })
  statements = []
  for (const seconds of [0, 30, 59, 60, 61]) {
    now = START.add({ seconds })
    assert.ok(await keys.authenticate({ username: 'ops', key, address: ADDRESS }))
  }
  assert.equal(searches(), 2)
})

test('an address that guesses is refused for the rest of the minute, also with the right key, but for a believed one', async () => {
  const { key } = await keys.createKey({ username: 'ops', tier: 'pxs', by: 'start' })
  const other = await keys.createKey({ username: 'new', tier: 'pxs', by: 'start' })
  assert.ok(await keys.authenticate({ username: 'ops', key, address: ADDRESS }))
  for (let guess = 0; guess < GUESSES_PER_MINUTE; guess++) {
    assert.equal(await keys.authenticate({ username: undefined, key: `guess ${guess}`, address: ADDRESS }), undefined)
  }
  statements = []
  for (const shown of ['another guess', other.key]) {
    await assert.rejects(
      keys.authenticate({ username: undefined, key: shown, address: ADDRESS }),
      (error) => error instanceof Fault && error.code === 'rate_limited',
    )
  }
  assert.equal(searches(), 0)
  assert.ok(await keys.authenticate({ username: 'ops', key, address: ADDRESS }), 'a believed key')
  assert.ok(await keys.authenticate({ username: 'new', key: other.key, address: '192.0.2.2' }), 'another address')
})

test('who was let in before is let in again after its minute, while another guesses from the same address', async () => {
  const { key } = await keys.createKey({ username: 'ops', tier: 'pxs', by: 'start' })
  assert.ok(await keys.authenticate({ username: 'ops', key, address: ADDRESS }))
  now = START.add({ seconds: 61 })
  for (let guess = 0; guess < GUESSES_PER_MINUTE; guess++) {
    assert.equal(await keys.authenticate({ username: undefined, key: `guess ${guess}`, address: ADDRESS }), undefined)
  }
  assert.ok(await keys.authenticate({ username: 'ops', key, address: ADDRESS }))
})

test('use is noted, at most once a minute', async () => {
  const { key } = await keys.createKey({ username: 'ops', tier: 'pxs', by: 'start' })
  const notes = () => statements.filter((text) => text.includes('last_used_at = $2')).length
  const lastUsed = async () => (await keys.listKeys())[0]?.lastUsedAt?.toString()
  for (const seconds of [1, 30, 59]) {
    now = START.add({ seconds })
    await keys.authenticate({ username: 'ops', key, address: ADDRESS })
  }
  assert.equal(notes(), 1)
  await until('the first use is noted', async () => (await lastUsed()) === START.add({ seconds: 1 }).toString())
  now = START.add({ seconds: 61 })
  await keys.authenticate({ username: 'ops', key, address: ADDRESS })
  assert.equal(notes(), 2)
  await until('the later use is noted', async () => (await lastUsed()) === now.toString())
})

test('keys are counted for the first start, and listed oldest first', async () => {
  assert.equal(await keys.countKeys(), 0)
  await keys.createKey({ username: 'first', tier: 'admin', by: 'start' })
  now = START.add({ seconds: 1 })
  await keys.createKey({ username: 'second', tier: 'clearinghouse', by: 'start' })
  assert.equal(await keys.countKeys(), 2)
  assert.deepEqual(
    (await keys.listKeys()).map(({ username }) => username),
    ['first', 'second'],
  )
})

const lockouts = async () => {
  const [row] = await database.db.sql<{ times: number; rows: number }>(
    `select (select max(times) from lockout) as times,
            (select count(*) from audit where action = 'address.locked_out' and subject = $1) as rows`,
    [ADDRESS],
  )
  return [row?.times, row?.rows]
}

test('guesses that are under way at once lock the address out once, for a minute, with one row in the audit', async () => {
  const [, before] = await lockouts()
  const guess = (n: number) => keys.authenticate({ username: undefined, key: `guess ${n}`, address: ADDRESS })
  const answers = await Promise.allSettled(Array.from({ length: 10 * GUESSES_PER_MINUTE }, (_, n) => guess(n)))
  assert.deepEqual(await lockouts(), [1, Number(before) + 1])
  // those that were looked up when the limit was reached, and those whose turn it was by then
  assert.ok(searches() <= GUESSES_PER_MINUTE + 8, `${searches()} keys were looked up`)
  const refused = answers.filter(({ status }) => status === 'rejected').length
  assert.equal(refused, answers.length - searches())
})

test('whoever has a network of IPv6 is one guesser, whichever of its addresses asks', async () => {
  const guess = (address: string) => keys.authenticate({ username: undefined, key: 'a wrong key, always', address })
  for (let n = 0; n < GUESSES_PER_MINUTE; n++) assert.equal(await guess(`2001:db8:1:2::${n.toString(16)}`), undefined)
  await assert.rejects(guess('2001:db8:1:2:ffff::1'), /too many wrong keys/)
  assert.equal(await guess('2001:db8:1:3::1'), undefined, 'the network beside it')
  const listed = (await keys.lockouts()).map(({ address }) => address)
  assert.deepEqual(listed, ['2001:db8:1:2::/64'])
  assert.equal(await keys.liftLockout('2001:db8:1:2::abcd', 'admin'), true, 'lifted by any address in it')
  assert.deepEqual(await keys.lockouts(), [])
})

test('IPv4 is the same guesser on a socket of both families', async () => {
  const guess = (address: string) => keys.authenticate({ username: undefined, key: 'a wrong key, always', address })
  for (let n = 0; n < GUESSES_PER_MINUTE; n++) assert.equal(await guess(`::ffff:${ADDRESS}`), undefined)
  await assert.rejects(guess(ADDRESS), /too many wrong keys/)
})

test('an address that is locked out asks the database now and then, however often it comes', async () => {
  await database.db.sql('insert into lockout (address, times, locked_at, locked_until) values ($1, 6, $2, $3)', [
    ADDRESS,
    START,
    START.add({ minutes: 30 }),
  ])
  const guess = () => keys.authenticate({ username: undefined, key: 'a wrong key, always', address: ADDRESS })
  for (let n = 0; n < 100; n++) await assert.rejects(guess(), /too many wrong keys/)
  assert.equal(statements.length, 1)
  await database.db.sql('delete from lockout')
  now = START.add({ seconds: 6 })
  assert.equal(await guess(), undefined, 'another process lifted it, and this one has heard')
})

test('a system that goes on with a key that was revoked is locked out once, and fills no audit', async () => {
  const [, before] = await lockouts()
  const { key, record } = await keys.createKey({ username: 'bss', tier: 'pxs', by: 'start' })
  const ask = () => keys.authenticate({ username: 'bss', key, address: ADDRESS })
  assert.ok(await ask())
  await keys.revokeKey(record.id, 'admin', 'rotated')
  for (let n = 0; n < GUESSES_PER_MINUTE; n++) assert.equal(await ask(), undefined)
  for (let n = 0; n < 3 * GUESSES_PER_MINUTE; n++) await assert.rejects(ask(), /too many wrong keys/)
  assert.deepEqual(await lockouts(), [1, Number(before) + 1])
})

test('lockouts are forgotten when they count no more', async () => {
  const lockOutFrom = async (address: string) => {
    for (let n = 0; n < GUESSES_PER_MINUTE; n++)
      await keys.authenticate({ username: undefined, key: `guess ${n}`, address })
  }
  await lockOutFrom('192.0.2.7')
  now = START.add({ hours: 25 })
  await lockOutFrom('192.0.2.8')
  assert.deepEqual(await database.db.sql('select address, times from lockout'), [{ address: '192.0.2.8', times: 1 }])
})

test('two admins who revoke each other at once leave one of them', async () => {
  const [one, two] = [
    await keys.createKey({ username: 'one', tier: 'admin', by: 'start' }),
    await keys.createKey({ username: 'two', tier: 'admin', by: 'start' }),
  ]
  const done = await Promise.allSettled([
    keys.revokeKey(one.record.id, 'two', 'a dispute'),
    keys.revokeKey(two.record.id, 'one', 'a dispute'),
  ])
  assert.deepEqual(done.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  assert.equal((await keys.listKeys()).filter(({ revokedAt }) => revokedAt === undefined).length, 1)
})
