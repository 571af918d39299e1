import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import smpp, { type Pdu, type Session } from 'smpp'
import type { Peers } from './peers.ts'
import { type SmsStory, smsStoryOf } from './stories.ts'

/** The providers that speak SMPP; each is its own `system_id` at the one server. */
export const SMPP_PROVIDERS: readonly string[] = ['enet', 'gtt', 'digicel']

const { errors } = smpp

/** Command statuses of SMPP 3.4 §5.1.3 by story. */
// biome-ignore format: a table
const REFUSALS: Partial<Record<SmsStory, string>> = {
  invalid_number:     'ESME_RINVDSTADR',
  unreachable:        'ESME_RSUBMITFAIL',
  account_blocked:    'ESME_RMSGQFUL',
  bad_credentials:    'ESME_RINVSYSID',
  throttled:          'ESME_RTHROTTLED',
  server_error:       'ESME_RSYSERR',
  echoes_credentials: 'ESME_RINVPASWD',
}

export type SmppServer = { readonly listenPort: number; close(): Promise<void> }

/** A message centre for the three providers. */
export async function startSmppServer(peers: Peers, listenPort: number): Promise<SmppServer> {
  const sockets = new Set<Socket>()
  const server = smpp.createServer((session) => {
    sockets.add(session.socket)
    session.on('close', () => sockets.delete(session.socket))
    session.on('error', () => session.destroy()) // a client that breaks off, or sends what is no PDU
    serve(session, peers)
  })
  server.listen(listenPort, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the SMPP server listens on no TCP port')
  return {
    listenPort: address.port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function serve(session: Session, peers: Peers): void {
  let provider: string | undefined
  for (const bind of ['bind_transmitter', 'bind_transceiver', 'bind_receiver']) {
    session.on(bind, (pdu: Pdu) => {
      const status = bindStatus(pdu, peers.key)
      if (status === 'ESME_ROK') provider = pdu.system_id
      session.send(pdu.response({ command_status: errors[status], system_id: 'portolan-sim' }))
    })
  }
  session.on('submit_sm', (pdu: Pdu) => submitted(pdu, { session, provider, peers }))
  session.on('enquire_link', (pdu: Pdu) => session.send(pdu.response()))
  session.on('unbind', (pdu: Pdu) => {
    session.send(pdu.response())
    session.close()
  })
  session.on('unknown', (pdu: Pdu) => session.send(pdu.response()))
}

function bindStatus({ system_id = '', password }: Pdu, key: string): string {
  if (!SMPP_PROVIDERS.includes(system_id)) return 'ESME_RINVSYSID'
  return password === key ? 'ESME_ROK' : 'ESME_RINVPASWD'
}

type Stage = { readonly session: Session; readonly provider: string | undefined; readonly peers: Peers }

function submitted(pdu: Pdu, { session, provider, peers }: Stage): void {
  const { destination_addr: to = '', source_addr: from = '', short_message: message } = pdu
  const answer = (status: string, message_id?: string) =>
    session.send(pdu.response({ command_status: errors[status], ...(message_id === undefined ? {} : { message_id }) }))
  if (provider === undefined) {
    answer('ESME_RINVBNDSTS')
    return
  }
  const story = smsStoryOf(to)
  peers.received({ provider, to, from, text: String(message?.message ?? ''), story })
  const refusal = REFUSALS[story]
  if (refusal !== undefined) answer(refusal)
  else if (story === 'garbage') session.socket.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))
  else if (story === 'huge')
    session.socket.write(Buffer.concat([Buffer.from([0x7f, 0xff, 0xff, 0xff]), randomBytes(64)]))
  else if (story === 'hangs_up' || story === 'redirects') session.destroy()
  else if (story === 'accepted_without_id') answer('ESME_ROK', '')
  else if (story === 'slow') peers.later(() => answer('ESME_ROK', randomBytes(6).toString('hex')))
  else if (story !== 'silent') answer('ESME_ROK', randomBytes(6).toString('hex'))
}
