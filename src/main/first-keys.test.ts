import { deepEqual, equal } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { createKeys, type Keys } from '../accounts/key.ts'
import type { Role } from '../config.ts'
import { appendAudit } from '../events/audit.store.ts'
import { createLog } from '../shared/log.ts'
import { type FirstKeyConfig, makeFirstKeys, renewSimulatorCredentials } from './first-keys.ts'

const AT = Temporal.Instant.from('2025-01-15T11:00:00Z')
const ALL: ReadonlySet<Role> = new Set<Role>(['http', 'jobs', 'dns'])
const config = (more: Partial<FirstKeyConfig> = {}): FirstKeyConfig => ({
  adminKey: undefined,
  pxs: undefined,
  roles: ALL,
  ...more,
})

let database: TestDatabase
let keys: Keys
before(async () => {
  database = await testDatabase()
  keys = createKeys({
    db: database.db,
    log: createLog('silent'),
    now: () => AT,
    audit: (tx, row) => appendAudit(tx, [row]),
  })
})
after(() => database.close())

test('a process without HTTP makes no keys', async () => {
  deepEqual(await makeFirstKeys(keys, config({ roles: new Set<Role>(['dns']) })), [])
})

test('a start that broke off after the simulator’s key still makes the first keys, and the next start makes none', async () => {
  await renewSimulatorCredentials(keys)
  const made = await makeFirstKeys(keys, config({ adminKey: 'admin-key-0000000001' }))
  deepEqual(
    made.map(({ username, tier, isGiven }) => [username, tier, isGiven]),
    [
      ['admin', 'admin', true],
      ['porting', 'pxs', false],
      ['viewer', 'read_only', false],
    ],
  )
  deepEqual(await makeFirstKeys(keys, config()), [])
})

test('the clearinghouse gets its key when it is first configured, and another one ends the one before', async () => {
  const opens = async (key: string) => (await keys.authenticate({ username: 'pxs', key, address: 'x' }))?.tier
  const [first, ...others] = await makeFirstKeys(keys, config({ pxs: { recvKey: 'recv-key-0000000001' } }))
  deepEqual([first?.username, first?.isGiven, others.length], ['pxs', true, 0])
  deepEqual(await makeFirstKeys(keys, config({ pxs: { recvKey: 'recv-key-0000000001' } })), [])
  deepEqual(
    await makeFirstKeys(keys, config({ pxs: { recvKey: undefined } })),
    [],
    'a setting that is left out changes nothing',
  )
  equal(await opens('recv-key-0000000001'), 'clearinghouse')
  await makeFirstKeys(keys, config({ pxs: { recvKey: 'recv-key-0000000002' } }))
  equal(await opens('recv-key-0000000002'), 'clearinghouse')
  equal(await opens('recv-key-0000000001'), undefined)
})
