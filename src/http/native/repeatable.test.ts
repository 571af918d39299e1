import { deepEqual, equal } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import { Registry } from 'prom-client'
import { testDatabase } from '../../../test/support/database.ts'
import { testNative } from '../../../test/support/native.ts'
import { askHttp } from '../../../test/support/np-api.ts'
import { answeredRequests } from '../../accounts/answered-request.ts'
import { createLog } from '../../shared/log.ts'
import { createVault } from '../../shared/vault.ts'
import { createServer } from '../server.ts'
import type { Surface } from '../surface.ts'
import { refuse } from './faults.ts'
import { makeWritesRepeatable } from './repeatable.ts'

test('what took too long to be answered is not done a second time under its Idempotency-Key', async () => {
  const { db, close } = await testDatabase()
  const now = () => Temporal.Instant.from('2025-01-15T10:30:00Z')
  const answered = answeredRequests({ db, vault: createVault(randomBytes(32)), now })
  let done = 0
  const { promise: isOver, resolve: over } = Promise.withResolvers<void>()
  const surface: Surface = {
    name: 'test',
    prefix: '/test',
    refuse,
    plugin: async (app) => {
      app.addHook('onRequest', async (request) => {
        request.caller = { name: 'ops', tier: 'admin', keyId: 'k' }
      })
      makeWritesRepeatable(app, answered)
      const config = { tiers: ['admin'], operation: 'slow' } as const
      app.post('/slow', { config, handlerTimeout: 4_000 }, async () => {
        done += 1
        await isOver
        return 'done'
      })
    },
  }
  const server = await createServer({ log: createLog('silent'), surfaces: [surface], registry: new Registry() })
  const url = await server.listen({ host: '127.0.0.1', listenPort: 0 })
  const ask = () => askHttp(`${url}/test/slow`, { method: 'POST', headers: { 'idempotency-key': 'once' } })
  try {
    equal((await ask()).status, 500)
    const again = await ask()
    deepEqual([again.status, again.json.type, done], [409, 'about:portolan:idempotency_unfinished', 1])
  } finally {
    over()
    await server.close()
    await close()
  }
})

test('under one Idempotency-Key another reason for the audit is another request', async () => {
  const native = await testNative()
  try {
    const make = (reason: string | undefined) => {
      const headers = { 'idempotency-key': 'once', ...(reason && { 'x-audit-reason': reason }) }
      return native.ask('POST', '/users', { body: { username: 'new' }, headers })
    }
    equal((await make('a ticket')).status, 201)
    equal((await make('a ticket')).headers.get('idempotent-replayed'), 'true')
    for (const reason of ['another ticket', undefined])
      equal((await make(reason)).json.type, 'about:portolan:idempotency_key_reused')
  } finally {
    await native.close()
  }
})

test('the answer to a question is not kept, whatever header stands on it', async () => {
  const native = await testNative()
  try {
    const headers = { 'idempotency-key': 'q1' }
    const answer = await native.ask('POST', '/lookup', { body: { numbers: ['15550100'] }, tier: 'read_only', headers })
    equal(answer.status, 200)
    equal((await native.database.db.sql('select key from answered_request')).length, 0)
  } finally {
    await native.close()
  }
})
