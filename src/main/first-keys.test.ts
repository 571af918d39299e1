import { deepEqual, equal } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { createKeys, type Keys } from '../accounts/key.ts'
import type { Role } from '../config.ts'
import { appendAudit } from '../events/audit.store.ts'
import { createLog } from '../shared/log.ts'
import { type FirstKeyConfig, makeFirstKeys, simulatorCredentials } from './first-keys.ts'

const AT = Temporal.Instant.from('2025-01-15T11:00:00Z')
const ALL: ReadonlySet<Role> = new Set<Role>(['http', 'jobs', 'dns'])
const config = (more: Partial<FirstKeyConfig> = {}): FirstKeyConfig => ({
  adminKey: undefined,
  pxs: undefined,
  roles: ALL,
  ...more,
})

const SECRET = Buffer.alloc(32, 7)
const log = createLog('silent')

let database: TestDatabase
let keys: Keys
before(async () => {
  database = await testDatabase()
  keys = createKeys({
    db: database.db,
    log,
    now: () => AT,
    audit: (tx, row) => appendAudit(tx, [row]),
  })
})
after(() => database.close())

test('a process without HTTP makes no keys', async () => {
  deepEqual(await makeFirstKeys(keys, config({ roles: new Set<Role>(['dns']) }), log), [])
})

test('of processes that start first at once one makes each key, and shows it', async () => {
  const started = await testDatabase()
  try {
    const starts = Array.from({ length: 4 }, async () => {
      const mine = createKeys({ db: started.db, log, now: () => AT, audit: (tx, row) => appendAudit(tx, [row]) })
      await simulatorCredentials(mine, SECRET)
      return makeFirstKeys(mine, config({ pxs: { recvKey: undefined } }), log)
    })
    const shown = (await Promise.all(starts)).flat().map(({ username }) => username)
    deepEqual(shown.toSorted(), ['admin', 'porting', 'pxs', 'viewer'])
    const [{ count } = { count: 0 }] = await started.db.sql<{ count: number }>('select count(*) as count from api_key')
    equal(count, 5)
  } finally {
    await started.close()
  }
})

test('a start that broke off after the simulator’s key still makes the first keys, and the next start makes none', async () => {
  await simulatorCredentials(keys, SECRET)
  const made = await makeFirstKeys(keys, config({ adminKey: 'admin-key-0000000001' }), log)
  deepEqual(
    made.map(({ username, tier, isGiven }) => [username, tier, isGiven]),
    [
      ['admin', 'admin', true],
      ['porting', 'pxs', false],
      ['viewer', 'read_only', false],
    ],
  )
  deepEqual(await makeFirstKeys(keys, config(), log), [])
})

test('the clearinghouse gets its key when it is first configured, and another one ends the one before', async () => {
  const opens = async (key: string) => (await keys.authenticate({ username: 'pxs', key, address: 'x' }))?.tier
  const [first, ...others] = await makeFirstKeys(keys, config({ pxs: { recvKey: 'recv-key-0000000001' } }), log)
  deepEqual([first?.username, first?.isGiven, others.length], ['pxs', true, 0])
  deepEqual(await makeFirstKeys(keys, config({ pxs: { recvKey: 'recv-key-0000000001' } }), log), [])
  deepEqual(
    await makeFirstKeys(keys, config({ pxs: { recvKey: undefined } }), log),
    [],
    'a setting that is left out changes nothing',
  )
  equal(await opens('recv-key-0000000001'), 'clearinghouse')
  await makeFirstKeys(keys, config({ pxs: { recvKey: 'recv-key-0000000002' } }), log)
  equal(await opens('recv-key-0000000002'), 'clearinghouse')
  equal(await opens('recv-key-0000000001'), undefined)
})

test('a lost admin key: the setting makes another once, ends none, and brings none back that was revoked', async () => {
  const admins = async () => (await keys.listKeys()).filter(({ username }) => username === 'admin')
  const set = config({ adminKey: 'admin-key-0000000002' })
  const opens = async (key: string) => (await keys.authenticate({ username: 'admin', key, address: 'x' }))?.tier
  deepEqual(await makeFirstKeys(keys, set, log), [
    { username: 'admin', tier: 'admin', key: 'admin-key-0000000002', isGiven: true },
  ])
  deepEqual(await makeFirstKeys(keys, set, log), [])
  deepEqual([await opens('admin-key-0000000001'), await opens('admin-key-0000000002')], ['admin', 'admin'])
  const [, second] = await admins()
  await keys.revokeKey(second?.id ?? '', 'somebody', 'it was seen')
  deepEqual(await makeFirstKeys(keys, set, log), [])
  equal(await opens('admin-key-0000000002'), undefined)
  equal((await admins()).length, 2)
})

test('another user’s key in the setting makes no admin', async () => {
  await keys.createKey({ username: 'porting', tier: 'pxs', by: 'test', key: 'porting-key-000001' })
  deepEqual(await makeFirstKeys(keys, config({ adminKey: 'porting-key-000001' }), log), [])
  equal((await keys.authenticate({ username: undefined, key: 'porting-key-000001', address: 'x' }))?.tier, 'pxs')
})

test('the simulator has one key over all starts, and another with another secret', async () => {
  const rows = async () => (await keys.listKeys()).filter(({ username }) => username === 'pxs-simulator')
  const first = await simulatorCredentials(keys, SECRET)
  const again = await simulatorCredentials(keys, SECRET)
  deepEqual([again.recv, (await rows()).length], [first.recv, 1])
  await simulatorCredentials(keys, Buffer.alloc(32, 8))
  deepEqual((await rows()).map(({ revokedAt }) => revokedAt !== undefined).toSorted(), [false, true])
})
