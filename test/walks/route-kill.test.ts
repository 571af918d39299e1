import { equal, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import type { NumberRange } from '../../src/numbers/range.ts'
import { writeRoutes } from '../../src/routing/route.store.ts'
import { testDatabase } from '../support/database.ts'
import { startPeer } from '../support/peer.ts'
import { ROOT } from '../support/portolan.ts'
import { SURROUNDINGS } from '../support/surroundings.ts'
import { until } from '../support/until.ts'

const RANGE = { first: '+15551000', last: '+15552999' } as NumberRange // literals of the right form
const SIZE = 2000
const KILLS = 3

test(`a range of ${SIZE} numbers on its way to CGrateS, kill -9 ${KILLS} times: all arrive, hardly any twice`, async () => {
  const peer = await startPeer('cgrates')
  const { db, url, close } = await testDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'portolan-route-kill-'))
  const start = () =>
    startJobs({ DATABASE_URL: url, PORTOLAN_DATA_DIR: dataDir, PORTOLAN_CGRATES_URL: `${peer.url}/jsonrpc` })
  const countProfiles = async () => {
    const count = { method: 'APIerSv1.GetAttributeProfileCount', params: [{ Tenant: 'cgrates.org' }], id: 1 }
    return ((await peer.tool('POST', '/jsonrpc', count)) as { result: number }).result
  }
  let running: ChildProcess | undefined
  try {
    running = start()
    await until('the copy is complete', async () => {
      const rows = await db.sql('select name from route_mirror where reconciled_at is not null')
      return rows.length > 0
    })
    const route = { operator: 'CARR', routingNumber: '+15559901', numberType: 'mobile' as const }
    // slow enough that each kill comes in the middle
    await peer.fault({ kind: 'slow', milliseconds: 20 })
    const at = Temporal.Now.instant()
    await db.tx((tx) => writeRoutes(tx, [{ range: RANGE, route, source: 'port', cause: 'test', by: 'test', at }]))
    for (let kill = 1; kill <= KILLS; kill++) {
      await until('a part has arrived', async () => (await countProfiles()) >= (kill * SIZE) / (KILLS + 2), 60)
      running.kill('SIGKILL')
      await once(running, 'exit')
      ok((await countProfiles()) < SIZE, 'the kill came in the middle')
      // its lease ends by itself after half a minute; a test need not wait for that
      await db.sql('update route_mirror set locked_until = null')
      running = start()
    }
    await peer.fault({ kind: 'none' })
    await until('all have arrived', async () => (await countProfiles()) === SIZE, 60)
    const log = (await peer.tool('GET', '/sim/log')) as { method: string }[]
    const sets = log.filter(({ method }) => method === 'APIerSv1.SetAttributeProfile').length
    ok(sets <= SIZE + KILLS * 200, `a kill costs at most one chunk of 200: ${sets} calls`)
    const [status] = await db.sql<{ faults: number }>('select count(*) as faults from route_mirror_fault')
    equal(status?.faults, 0)
  } finally {
    running?.kill('SIGKILL')
    await peer.close()
    await close()
    await rm(dataDir, { recursive: true, force: true })
  }
})

/** The jobs of the product as the process they are, with nobody to talk to but CGrateS. */
function startJobs(env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, [join(ROOT, 'src', 'main.ts')], {
    env: {
      ...SURROUNDINGS,
      PORTOLAN_ROLES: 'jobs',
      PORTOLAN_HTTP_PORT: '0',
      PORTOLAN_DNS_PORT: '0',
      PORTOLAN_PXS_URL: 'http://127.0.0.1:9',
      PORTOLAN_PXS_USERNAME: 'nobody',
      PORTOLAN_PXS_PASSWORD: 'nobody',
      PORTOLAN_LOG_LEVEL: 'silent',
      ...env,
    },
    stdio: 'ignore',
  })
}
