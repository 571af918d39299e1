import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { readConfig } from '../../src/config.ts'
import { startPortolan } from '../../src/main/portolan.ts'
import { testDatabase } from '../support/database.ts'
import { ROOT } from '../support/portolan.ts'
import { until } from '../support/until.ts'

for (const role of ['dns', 'jobs'] as const) {
  test(`a process with the role ${role} alone tells its health and metrics, and nothing else`, async () => {
    const database = await testDatabase()
    const dataDir = await mkdtemp(join(tmpdir(), 'portolan-role-'))
    const env = {
      DATABASE_URL: database.url,
      PORTOLAN_DATA_DIR: dataDir,
      PORTOLAN_ROLES: role,
      PORTOLAN_HTTP_PORT: '0',
      PORTOLAN_DNS_PORT: '0',
      PORTOLAN_LOG_LEVEL: 'silent',
      ...(role === 'jobs' && {
        PORTOLAN_PXS_URL: 'http://127.0.0.1:9',
        PORTOLAN_PXS_USERNAME: 'nobody',
        PORTOLAN_PXS_PASSWORD: 'nobody',
      }),
    }
    const portolan = await startPortolan({ config: readConfig(env, ROOT), root: ROOT })
    try {
      const get = async (path: string) => {
        const answer = await fetch(`${portolan.opsUrl}${path}`)
        return { status: answer.status, text: await answer.text() }
      }
      deepEqual([portolan.httpUrl, portolan.simulatorUrl], [undefined, undefined])
      equal((await get('/healthz')).status, 200)
      // a database that is busy with other tests may take longer for its answer than a probe waits
      const ready = await until('it is ready', async () => {
        const answer = await get('/readyz')
        return answer.status === 200 && answer
      })
      match(ready.text, role === 'dns' ? /"route feed":"ok"/ : /"database":"ok"/)
      const metric = role === 'dns' ? 'portolan_dns_generation' : 'portolan_job_failures'
      await until('its metrics', async () => (await get('/metrics')).text.includes(metric))
      equal((await get('/np_api/PortIn/list')).status, 404)
    } finally {
      await portolan.close()
      await database.close()
      await rm(dataDir, { recursive: true, force: true })
    }
  })
}
