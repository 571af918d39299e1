import { deepEqual, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'node:test'
import { signatureOf } from '../../src/integrations/webhook.ts'
import { testPortolan } from '../support/portolan.ts'
import { until } from '../support/until.ts'

const SECRET = 'walk-webhook-secret-of-32-characters'

type Told = { readonly type: string; readonly data: { readonly msgidentifier: string; readonly state_code: number } }

/** A system of the operator: refuses the very first delivery, then takes what comes, and checks every signature. */
async function listener() {
  const told: Told[] = []
  let isFirst = true
  const wrong: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const event = JSON.parse(body) as Told // the sender's shape is what the test is about
      const [, seconds, given] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(String(request.headers['portolan-signature'])) ?? []
      if (given !== signatureOf(SECRET, Number(seconds), body)) wrong.push(body)
      if (!isFirst) told.push(event)
      response.writeHead(isFirst ? 503 : 204).end()
      isFirst = false
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  return { url: `http://127.0.0.1:${port}/hook`, told, wrong, close: () => server.close() }
}

test('the operator’s systems are told of the whole life of a port, signed, again until they take it, in its order (O-48)', async () => {
  const bss = await listener()
  const portolan = await testPortolan({ PORTOLAN_WEBHOOK_URL: bss.url, PORTOLAN_WEBHOOK_SECRET: SECRET })
  try {
    const ported = await portolan.create('5550100', '5550199')
    await portolan.reaches(ported, 2)
    await portolan.api('POST', `/PortIn/${ported}`)
    await portolan.reaches(ported, 20)
    const rejected = await portolan.create('5551033')
    await portolan.reaches(rejected, 99)
    const aborted = await portolan.create('5551197')
    await portolan.reaches(aborted, 1)
    await portolan.api('DELETE', `/PortIn/${aborted}`)
    const timedOut = await portolan.create('5551196')
    await portolan.reaches(timedOut, 97)
    const of = (id: string) => bss.told.filter(({ data }) => data.msgidentifier === id).map(({ type }) => type)
    await until('every event taken', async () => bss.told.length >= 11)
    deepEqual(of(ported), [
      'port_in.requested',
      'port_in.authorised',
      'port_in.instructed',
      'port_in.ported',
      'port_in.completed',
    ])
    deepEqual(of(rejected), ['port_in.requested', 'port_in.rejected'])
    deepEqual(of(aborted), ['port_in.requested', 'port_in.aborted'])
    deepEqual(of(timedOut), ['port_in.requested', 'port_in.timed_out'])
    deepEqual(bss.wrong, [])
    const log = await until('the delivery log has them all', async () => {
      const [row] = await portolan.db.sql<{ retried: number; delivered: number }>(
        "select count(*) filter (where attempts > 1) as retried, count(*) filter (where state = 'delivered') as delivered from delivery",
      )
      return row?.delivered === 11 && row
    })
    ok(log.retried >= 1, 'the refusal is in the delivery log')
  } finally {
    await portolan.close()
    bss.close()
  }
})
