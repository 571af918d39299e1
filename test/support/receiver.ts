import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createReach } from '../../src/integrations/webhook-reach.ts'

export type Received = { readonly headers: IncomingHttpHeaders; readonly body: string }

/** Answers a request, or leaves it unanswered by doing nothing. */
export type Behaviour = (received: Received, response: ServerResponse) => void

export type Receiver = {
  readonly url: string
  readonly received: readonly Received[]
  behave(behaviour: Behaviour): void
  close(): Promise<void>
}

/** Answers with a status and nothing else. */
export const answering =
  (status: number, text = ''): Behaviour =>
  (_received, response) => {
    response.writeHead(status).end(text)
  }

/** Where these receivers are, and no other. */
export const LOOPBACK = createReach({ networks: ['127.0.0.0/8'], stated: undefined })

/** A system of an operator that listens on loopback and keeps what it is sent; it takes everything until told otherwise. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  let behaviour = answering(200)
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const one = { headers: request.headers, body: Buffer.concat(chunks).toString('utf8') }
      received.push(one)
      behaviour(one, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // an IP server that listens has this shape
  return {
    url: `http://127.0.0.1:${port}/events`,
    received,
    behave: (next) => {
      behaviour = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
