import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test from 'node:test'
import { checklist } from '../support/checklist.ts'
import { ADMIN_KEY, testPortolan } from '../support/portolan.ts'
import { answering, startReceiver } from '../support/receiver.ts'
import { until } from '../support/until.ts'

test('with nothing configured, route and DNS are the proof, and the port is complete within a second or two (O-09, I7, I10)', async () => {
  const portolan = await testPortolan()
  try {
    const id = await portolan.create('5550100', '5550199')
    await portolan.reaches(id, 2)
    await portolan.api('POST', `/PortIn/${id}`)
    const record = await portolan.reaches(id, 30)
    const last = record.events.at(-1)
    deepEqual([last?.msgtype, last?.eventlog], ['Complete', 'Every step after the port is confirmed'])
    const steps = await checklist(portolan.db, id)
    deepEqual(
      steps.map(({ step, state }) => [step, state]),
      [
        ['route', 'confirmed'],
        ['dns', 'confirmed'],
        ['bss', 'not_required'],
        ['charging', 'not_required'],
        ['hss', 'not_required'],
        ['crm', 'not_required'],
        ['welcome', 'not_required'],
      ],
    )
    equal(steps[0]?.confirmedBy, '100 routes to CARR')
    match(steps[1]?.confirmedBy ?? '', /^3 numbers on 127\.0\.0\.1:\d+$/)
    const [times] = await portolan.db.sql<{ seconds: number }>(
      `select extract(epoch from max(at) filter (where heard = 'checks:confirmed') - max(at) filter (where heard = 'pxs:ported'))::float8 as seconds from port_event`,
    )
    ok((times?.seconds ?? 99) < 30, 'not at the next look of a clock, on a machine that does other things')
  } finally {
    await portolan.close()
  }
})

test('a webhook that is removed while it has not taken the event is waited for no longer, and the port is complete', async () => {
  const portolan = await testPortolan({ PORTOLAN_WEBHOOK_NETWORKS: '127.0.0.0/8' })
  const billing = await startReceiver()
  billing.behave(answering(503, 'closed for good'))
  const hooks = (method: string, path: string, body?: object) =>
    fetch(`${portolan.url}/v1/webhooks${path}`, {
      method,
      headers: { 'x-api-key': ADMIN_KEY, 'if-match': '"1"', ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
  try {
    equal((await hooks('POST', '', { name: 'billing', url: billing.url, types: ['port_in.ported'] })).status, 201)
    const id = await portolan.create('5550100')
    await portolan.reaches(id, 2)
    await portolan.api('POST', `/PortIn/${id}`)
    const bss = async () => (await checklist(portolan.db, id)).find(({ step }) => step === 'bss')
    const failed = await until('the refusal', async () => {
      const step = await bss()
      return step?.state === 'failed' && step
    })
    equal(failed.lastError, 'billing: closed for good')
    equal((await portolan.get(id)).PortingState, 20)
    equal((await hooks('DELETE', '/billing')).status, 204)
    await until('complete', async () => (await portolan.get(id)).PortingState === 30)
    const ended = await bss()
    deepEqual(
      [ended?.state, ended?.confirmedBy],
      ['not_required', 'nobody wants port_in.ported any more: billing was removed'],
    )
  } finally {
    await portolan.close()
    await billing.close()
  }
})
