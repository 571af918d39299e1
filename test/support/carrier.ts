import { strict as assert } from 'node:assert'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { TestContext } from 'node:test'
import type { PxsAck, PxsBody, PxsMessage } from '../../src/clearinghouses/pxs/messages.codec.ts'
import { decodePxs, encodePxs, encodePxsAck, type PxsDecoded } from '../../src/clearinghouses/pxs/pxs.codec.ts'
import { until } from './until.ts'

/** A delivery as it came in: what it turned out to be, and how it was answered. */
export type Delivery = {
  readonly decoded: PxsDecoded
  readonly word: string
  readonly msgid: string
  readonly isDuplicate: boolean
}

/**
 * The smallest carrier that can play a clearinghouse's client: it keeps and acknowledges what is delivered to it, and sends
 * what it is told to. Nothing of ours but the codec is in it.
 */
export type Carrier = {
  readonly url: string
  readonly credentials: { readonly username: string; readonly key: string }
  readonly deliveries: Delivery[]
  /** Answers 500 to the next so many deliveries. */
  deaf: number
  /** One attempt; undefined when the connection breaks before an acknowledgement. */
  attempt(simulatorUrl: string, message: PxsMessage): Promise<PxsAck | undefined>
  /** Attempts until there is an acknowledgement. */
  send(simulatorUrl: string, body: PxsBody, more?: Partial<PxsMessage>): Promise<PxsAck>
  /** Waits for the words of a port's deliveries to be exactly these (or these and more, with a last '...'). */
  hears(msgidentifier: string, words: readonly string[]): Promise<readonly Delivery[]>
}

export const CLIENT = { username: 'carr', password: 'carr-password' }
export const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

export async function openCarrier(context: TestContext): Promise<Carrier> {
  const credentials = { username: 'pxs', key: 'pxs-key' }
  const deliveries: Delivery[] = []
  const server = createServer(async (request, response) => {
    const bytes = Buffer.concat(await Array.fromAsync(request))
    if (request.headers.authorization !== basic(credentials.username, credentials.key))
      return response.writeHead(401).end()
    if (carrier.deaf > 0) {
      carrier.deaf -= 1
      return response.writeHead(500).end()
    }
    const decoded = decodePxs(bytes)
    const msgid = msgidOf(decoded)
    const isDuplicate = deliveries.some((delivery) => delivery.msgid === msgid && msgid !== '')
    deliveries.push({ decoded, word: wordOf(decoded), msgid, isDuplicate })
    if (msgid === '') return response.writeHead(500).end()
    response.end(encodePxsAck({ msgid, result: 'accept', isDuplicate, errors: [] }))
  }).listen(0, '127.0.0.1')
  context.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the carrier listens on no TCP port')

  let sequence = 0
  const carrier: Carrier = {
    url: `http://127.0.0.1:${address.port}/recv/`,
    credentials,
    deliveries,
    deaf: 0,
    async attempt(simulatorUrl, message) {
      const headers = { authorization: basic(CLIENT.username, CLIENT.password), 'content-type': 'application/xml' }
      const bytes = new Uint8Array(encodePxs(message))
      const response = await fetch(`${simulatorUrl}/messages`, { method: 'POST', headers, body: bytes }).catch(
        () => undefined,
      )
      const decoded = response && decodePxs(await response.bytes())
      return decoded?.kind === 'ack' ? decoded.ack : undefined
    },
    async send(simulatorUrl, body, more) {
      sequence += 1
      const at = Temporal.Now.instant()
      const parties = { sender: { operator: 'CARR' }, receiver: { operator: 'CRDB' } }
      const message: PxsMessage = { msgid: `CARR-${sequence}`, at, ...parties, body, ...more }
      return until(`an acknowledgement of ${body.kind}`, () => carrier.attempt(simulatorUrl, message))
    },
    async hears(msgidentifier, words) {
      const isOpen = words.at(-1) === '...'
      const wanted = (isOpen ? words.slice(0, -1) : words).join(', ')
      let heard: readonly Delivery[] = []
      const textHeard = () => {
        heard = deliveries.filter(
          ({ decoded }) => identifierOf(decoded) === msgidentifier || decoded.kind === 'malformed',
        )
        return heard.map(({ word }) => word).join(', ')
      }
      const isHeard = () => (isOpen ? textHeard().startsWith(wanted) : textHeard() === wanted)
      await until(wanted, isHeard).catch(() => assert.equal(textHeard(), wanted))
      return heard
    },
  }
  return carrier
}

/** `authorisation_response reject 35`, `ported`, `unknown range_update`, `again: ported`: a line of a transcript. */
function wordOf(decoded: PxsDecoded): string {
  if (decoded.kind === 'unknown') return `unknown ${decoded.header.msgtype}`
  if (decoded.kind !== 'message') return decoded.kind
  const { body } = decoded.message
  if (body.kind === 'timedout') return `timedout ${body.phase}`
  if (body.kind === 'error') return `error ${body.errors.map(({ errorCode }) => errorCode).join(' ')}`
  return 'result' in body ? `${body.kind} ${body.result}${body.result === 'reject' ? ` ${body.code}` : ''}` : body.kind
}

function msgidOf(decoded: PxsDecoded): string {
  if (decoded.kind === 'message') return decoded.message.msgid
  return decoded.kind === 'unknown' ? decoded.header.msgid : ''
}

function identifierOf(decoded: PxsDecoded): string | undefined {
  if (decoded.kind === 'message') return decoded.message.msgidentifier
  return decoded.kind === 'unknown' ? decoded.header.msgidentifier : undefined
}
