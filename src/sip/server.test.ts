import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { until } from '../../test/support/until.ts'
import { createLog } from '../shared/log.ts'
import { redirector } from './redirect.ts'
import { type SipServer, startSip } from './server.ts'

const redirect = redirector(
  (number) => (number === '+15550100' ? 'sip:+15550100;npdi@one.net;user=phone' : undefined),
  'x',
)
const log = createLog('silent')

let sip: SipServer
before(async () => {
  sip = await startSip({ host: '127.0.0.1', port: 0, redirect, log })
})
after(() => sip.close())

const invite = (digits: string, transport: 'UDP' | 'TCP', more: readonly string[] = ['Content-Length: 0']) =>
  [
    `INVITE tel:+${digits} SIP/2.0`,
    `Via: SIP/2.0/${transport} 127.0.0.1:1;rport;branch=z9hG4bK${digits}`,
    'From: <tel:+15550199>;tag=1',
    `To: <tel:+${digits}>`,
    `Call-ID: ${digits}`,
    'CSeq: 1 INVITE',
    ...more,
    '',
    '',
  ].join('\r\n')

test('over UDP: answered from the port that was asked, to the port that asked', async () => {
  const socket = createSocket('udp4')
  socket.send(invite('15550100', 'UDP'), sip.port, '127.0.0.1')
  const [bytes, peer] = await once(socket, 'message')
  equal(peer.port, sip.port)
  match(String(bytes), /^SIP\/2\.0 302 [\s\S]*^Contact: <sip:\+15550100;npdi@one\.net;user=phone>\r$/m)
  socket.send('SIP/2.0 200 OK\r\n\r\n', sip.port, '127.0.0.1')
  await until('silence is counted', () => sip.counts().get('silence') === 1)
  socket.close()
})

async function overTcp(sent: readonly (string | Buffer)[], isEnough: (text: string) => boolean): Promise<string> {
  const socket = connect(sip.port, '127.0.0.1')
  let text = ''
  let isClosed = false
  socket.on('data', (more) => {
    text += more
  })
  socket.on('close', () => {
    isClosed = true
  })
  socket.on('error', () => {}) // a reset is an end as well
  for (const piece of sent) socket.write(piece)
  await until('the responses', () => isEnough(text) || isClosed)
  socket.destroy()
  return text
}
const statuses = (text: string) => [...text.matchAll(/^SIP\/2\.0 (\d+)/gm)].map(([, status]) => status)

test('over TCP: messages together, in pieces, with bodies and pings between them (RFC 3261 §18.3, RFC 5626 §3.5.1)', async () => {
  const body = 'v=0\r\n\r\nINVITE tel:+15550100 SIP/2.0\r\n'
  const withBody = invite('15550100', 'TCP', [`l: ${body.length}`]) + body
  const all = `\r\n\r\n${withBody}\r\n\r\n${invite('15550101', 'TCP')}${invite('15550100', 'TCP')}`
  const text = await overTcp(
    [all.slice(0, 30), all.slice(30, 200), all.slice(200)],
    (seen) => statuses(seen).length === 3,
  )
  deepEqual(statuses(text), ['302', '404', '302'])
  match(text, /^(?:\r\n){1,2}SIP\/2\.0 302/, 'a ping is answered with one line end')
})

test('over TCP a message without its length, or with too large a one, ends the connection', async () => {
  equal(await overTcp([invite('15550100', 'TCP', [])], () => false), '')
  equal(await overTcp([invite('15550100', 'TCP', ['Content-Length: 99999999'])], () => false), '')
  equal(await overTcp([Buffer.alloc(70_000, 'x')], () => false), '')
  deepEqual(statuses(await overTcp([invite('15550100', 'TCP')], (seen) => statuses(seen).length === 1)), ['302'])
})

test('one address cannot take all connections: others are answered beside it', async () => {
  const many = await Promise.all(
    Array.from({ length: 120 }, async () => {
      // Of an address of its own: the server may not have seen yet that the connections before are over.
      const socket = connect({ port: sip.port, host: '127.0.0.1', localAddress: '127.0.0.3' })
      socket.on('error', () => {}) // a reset is an end as well
      await once(socket, 'connect')
      return socket.resume()
    }),
  )
  await until('some are closed', () => many.filter(({ closed }) => closed).length === 20)
  const other = connect({ port: sip.port, host: '127.0.0.1', localAddress: '127.0.0.2' })
  other.write(invite('15550100', 'TCP'))
  const [bytes] = await once(other, 'data')
  match(String(bytes), /^SIP\/2\.0 302/)
  for (const socket of [...many, other]) socket.destroy()
})

test('a taken port is refused with its name, and closing ends connections', async () => {
  await rejects(
    startSip({ host: '127.0.0.1', port: sip.port, redirect, log }),
    new RegExp(`127\\.0\\.0\\.1 port ${sip.port}`),
  )
  const own = await startSip({ host: '127.0.0.1', port: 0, redirect, log })
  const socket = connect(own.port, '127.0.0.1')
  socket.on('error', () => {}) // a reset is an end as well
  await once(socket, 'connect')
  const ended = once(socket, 'close')
  await own.close()
  await ended
  equal(socket.destroyed, true)
})
