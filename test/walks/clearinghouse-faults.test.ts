import { deepEqual, equal, ok } from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { after, before } from 'node:test'
import { decodePxs, encodePxsAck } from '../../src/clearinghouses/pxs/pxs.codec.ts'
import { ADMIN_KEY, type TestPortolan, testPortolan } from '../support/portolan.ts'
import { until } from '../support/until.ts'

const TIMEOUT_SECONDS = 1
/** What was not acknowledged is due again. */
const PAST_ANY_PAUSE_SECONDS = 120

type Port = {
  readonly state_code: number
  readonly messages: readonly { readonly note: string | null }[]
  readonly next_expected: { readonly event: string; readonly who_name: string }
}

type Mood = 'right' | 'slow' | 'silent' | 'down' | 'refusing' | 'wrong' | 'mistaken'
let mood: Mood = 'right'
/** What came to the clearinghouse, whatever it made of it. */
const came: { readonly msgid: string; readonly body: string }[] = []

const ack = (msgid: string) => encodePxsAck({ msgid, result: 'accept', isDuplicate: false, errors: [] })

/** How a clearinghouse answers that is not well. */
// biome-ignore format: a table
const MOODS: Readonly<Record<Mood, (msgid: string, response: ServerResponse) => unknown>> = {
  right:    (msgid, response) => response.end(ack(msgid)),
  slow:     (msgid, response) => { setTimeout(() => response.end(ack(msgid)), 2000 * TIMEOUT_SECONDS) },
  silent:   () => {},
  down:     (_, response) => response.destroy(),
  refusing: (_, response) => response.writeHead(503).end('maintenance until 12:00'),
  wrong:    (_, response) => response.end('<html>It works!</html>'),
  mistaken: (_, response) => response.end(ack('another-message')),
}

const server = createServer(async (request, response) => {
  const chunks = await Array.fromAsync(request).catch(() => undefined)
  if (!chunks) return // given up by who sent it, before it was read
  const body = Buffer.concat(chunks)
  const decoded = decodePxs(body)
  const msgid = decoded.kind === 'message' ? decoded.message.msgid : ''
  came.push({ msgid, body: body.toString() })
  MOODS[mood](msgid, response)
})

let portolan: TestPortolan
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // an IP server that listens has this shape
  portolan = await testPortolan({
    PORTOLAN_PXS_URL: `http://127.0.0.1:${port}`,
    PORTOLAN_PXS_USERNAME: 'carr',
    PORTOLAN_PXS_PASSWORD: 'walk-password',
    PORTOLAN_PXS_TIMEOUT_SECONDS: String(TIMEOUT_SECONDS),
  })
})
after(async () => {
  await portolan.close()
  server.closeAllConnections()
  server.close()
})

// biome-ignore format: a table
const FAULTS: readonly [mood: Mood, said: RegExp][] = [
  ['slow',     /no answer within 1 s|timeout/i],
  ['silent',   /no answer within 1 s|timeout/i],
  ['down',     /other side closed|ECONNRESET|fetch failed/],
  ['refusing', /^HTTP 503 without an acknowledgement: maintenance until 12:00/],
  ['wrong',    /^HTTP 200 without an acknowledgement: <html>It works!/],
  ['mistaken', /^HTTP 200 acknowledges another-message, not /],
]
for (const [index, [fault, said]] of FAULTS.entries()) {
  test(`a clearinghouse that is ${fault} loses nothing: the port says what it waits for, and goes on when it is well again`, async () => {
    mood = fault
    const id = await portolan.create(`555171${index}`)
    let note: string | null | undefined
    const look = async () => {
      const answer = await fetch(`${portolan.url}/v1/ports/${id}`, { headers: { 'x-api-key': ADMIN_KEY } })
      const seen = (await answer.json()) as Port // the surface's own schema has shaped it
      note = seen.messages[0]?.note
      // a busy machine may have cut an attempt short
      return said.test(note ?? '') && seen
    }
    const port = await until('the attempt', look).catch((error: Error) => {
      throw new Error(`${error.message}: ${note}`)
    })
    equal(port.state_code, 0)
    deepEqual([port.next_expected.event, port.next_expected.who_name], ['the acknowledgement of the request', 'pxs'])
    mood = 'right'
    await portolan.advance(PAST_ANY_PAUSE_SECONDS, 'ours')
    await portolan.reaches(id, 1)
    const sent = came.filter(({ msgid }) => msgid === `${id}-001`)
    ok(sent.length > 1, 'it was sent again')
    equal(new Set(sent.map(({ body }) => body)).size, 1, 'as the same message')
  })
}

test('every request has reached it in the end', async () => {
  await until('nothing is left to send', async () => {
    const rows = await portolan.db.sql("select 1 from outbound where state = 'queued'")
    return rows.length === 0
  })
  equal(new Set(came.map(({ msgid }) => msgid)).size, FAULTS.length)
})
