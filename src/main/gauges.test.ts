import { doesNotMatch, match } from 'node:assert/strict'
import test from 'node:test'
import { Registry } from 'prom-client'
import { openDb } from '../db/pool.ts'
import { createLog } from '../shared/log.ts'
import { registerGauges } from './gauges.ts'

test('without the database the metrics still tell what can be told', async () => {
  // port 1 of loopback refuses: the database is away
  const db = openDb({ url: 'postgres://nobody@127.0.0.1:1/none', maxConnections: 1, log: createLog('silent') })
  const registry = new Registry()
  const status = new Map([['deliver events', { lastSuccess: undefined, failures: 3, lastError: 'away' }]])
  const jobs = { status, wake: () => {}, stop: async () => {} }
  registerGauges(registry, {
    db,
    dns: undefined,
    sip: undefined,
    jobs,
    isMirrored: false,
    now: () => Temporal.Now.instant(),
  })
  const text = await registry.metrics()
  match(text, /^portolan_database_up 0$/m)
  match(text, /^portolan_job_failures\{job="deliver events"\} 3$/m)
  doesNotMatch(text, /^portolan_ports\{/m)
  await db.close()
})
