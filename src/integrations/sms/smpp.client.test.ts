import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { until } from '../../../test/support/until.ts'
import type { SmsAccess } from './access.schema.ts'
import { sendBySmpp } from './smpp.client.ts'

// SMPP 3.4 §5.1.2.1, by hand: the package that the client uses must not judge itself
const GENERIC_NACK = 0x80000000
const BIND_RECEIVER = 0x1
const BIND_TRANSMITTER = 0x2
const SUBMIT_SM = 0x4
const DELIVER_SM = 0x5
const UNBIND = 0x6
const BIND_TRANSCEIVER = 0x9
const ENQUIRE_LINK = 0x15
const RESPONSE = 0x80000000

type RawPdu = { readonly command: number; readonly status: number; readonly sequence: number; readonly body: Buffer }
type Centre = { readonly baseUrl: string; readonly received: RawPdu[]; readonly ended: () => boolean }
type Answer = (pdu: RawPdu, say: (command: number, status: number, body?: Buffer, sequence?: number) => void) => void

/** A message centre of bytes: reads PDUs by their length, and answers what the test says. */
async function centre(context: TestContext, answer: Answer): Promise<Centre> {
  const received: RawPdu[] = []
  let isEnded = false
  const serve = (socket: Socket) => {
    let bytes = Buffer.alloc(0)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      isEnded = true
    })
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      while (bytes.length >= 4 && bytes.length >= bytes.readUInt32BE(0)) {
        const pdu = pduOf(bytes.subarray(0, bytes.readUInt32BE(0)))
        bytes = bytes.subarray(bytes.readUInt32BE(0))
        received.push(pdu)
        answer(pdu, (command, status, body = Buffer.alloc(0), sequence = pdu.sequence) => {
          const head = Buffer.alloc(16)
          for (const [index, word] of [16 + body.length, command, status, sequence].entries()) {
            head.writeUInt32BE(word >>> 0, index * 4)
          }
          socket.write(Buffer.concat([head, body]))
        })
      }
    })
  }
  const server = createServer(serve).listen(0, '127.0.0.1')
  context.after(() => server.close())
  await once(server, 'listening')
  const address = server.address()
  ok(address !== null && typeof address === 'object')
  return { baseUrl: `smpp://127.0.0.1:${address.port}`, received, ended: () => isEnded }
}

function pduOf(bytes: Buffer): RawPdu {
  return {
    command: bytes.readUInt32BE(4),
    status: bytes.readUInt32BE(8),
    sequence: bytes.readUInt32BE(12),
    body: bytes.subarray(16),
  }
}

const cstring = (text: string) => Buffer.from(`${text}\0`, 'latin1')

/** Binds and unbinds as everybody does; the rest is the test's. */
const polite =
  (answer: Answer): Answer =>
  (pdu, say) => {
    const { command } = pdu
    if ([BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER].includes(command)) {
      say((command | RESPONSE) >>> 0, 0, cstring('centre'))
    } else if (command === UNBIND) say((UNBIND | RESPONSE) >>> 0, 0)
    else answer(pdu, say)
  }

const send = (baseUrl: string, more: Partial<SmsAccess> = {}) =>
  sendBySmpp(
    { baseUrl, account: 'portolan', key: 'secret12', sender: '+15550199', ...more },
    { to: '+15550100', from: more.sender ?? '+15550199', text: 'Test from GTT' },
    { name: 'GTT', timeoutSeconds: 2 },
  )

test('binds as a transmitter, submits one message, unbinds and leaves, to the byte', async (context) => {
  const smsc = await centre(
    context,
    polite((_pdu, say) => say((SUBMIT_SM | RESPONSE) >>> 0, 0, cstring('7A1'))),
  )
  deepEqual(await send(smsc.baseUrl, { systemType: 'WWW' }), {
    isAccepted: true,
    isInDoubt: false,
    messageId: '7A1',
    transactionId: '2',
    response: 'submit_sm_resp 0x00000000 ESME_ROK message_id=7A1',
  })
  await until('the session is over', smsc.ended)
  deepEqual(
    smsc.received.map(({ command }) => command),
    [BIND_TRANSMITTER, SUBMIT_SM, UNBIND],
  )
  // SMPP 3.4 §4.1.1: system_id, password, system_type, interface_version 3.4, address range unset
  deepEqual(
    smsc.received[0]?.body,
    Buffer.concat([cstring('portolan'), cstring('secret12'), cstring('WWW'), Buffer.from([0x34, 0, 0, 0])]),
  )
  // §4.4.1: service_type, source, destination, then flags up to data_coding, default message and the text
  deepEqual(
    smsc.received[1]?.body,
    Buffer.concat([
      cstring(''),
      Buffer.from([1, 1]),
      cstring('15550199'),
      Buffer.from([1, 1]),
      cstring('15550100'),
      Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0]),
      Buffer.from([13]),
      Buffer.from('Test from GTT'),
    ]),
  )
})

// biome-ignore format: a table
const SENDERS: readonly [sender: string, ton: number, npi: number, address: string, because: string][] = [
  ['+15550199',  1, 1, '15550199',   'a full number is international, E.164'],
  ['2929',       0, 1, '2929',       'a short code is of unknown type'],
  ['Acme Tel',   5, 0, 'Acme Tel',   'a name is alphanumeric and of no plan'],
]
for (const [sender, ton, npi, address, because] of SENDERS) {
  test(`the sender ${sender}: ${because}`, async (context) => {
    const smsc = await centre(
      context,
      polite((_pdu, say) => say((SUBMIT_SM | RESPONSE) >>> 0, 0, cstring('1'))),
    )
    equal((await send(smsc.baseUrl, { sender })).isAccepted, true)
    const body = smsc.received[1]?.body
    deepEqual(body?.subarray(1, 4 + address.length), Buffer.concat([Buffer.from([ton, npi]), cstring(address)]))
  })
}

test('a transceiver is bound where the provider wants one', async (context) => {
  const smsc = await centre(
    context,
    polite((_pdu, say) => say((SUBMIT_SM | RESPONSE) >>> 0, 0, cstring('1'))),
  )
  equal((await send(smsc.baseUrl, { bindAs: 'transceiver' })).isAccepted, true)
  equal(smsc.received[0]?.command, BIND_TRANSCEIVER)
})

// biome-ignore format: a table
const ANSWERS: readonly [answer: Answer, isAccepted: boolean, response: RegExp, because: string][] = [
  [(_pdu, say) => say(0x80000004, 0, cstring('')),      true,  /ESME_ROK message_id=$/,                            'an empty message_id'],
  [(_pdu, say) => say(0x80000004, 0),                   true,  /ESME_ROK message_id=$/,                            'an answer without a body'],
  [(_pdu, say) => say(0x80000004, 0x0b),                false, /submit_sm refused: 0x0000000B ESME_RINVDSTADR/,    'a refusal with the header alone'],
  [(_pdu, say) => say(0x80000004, 0x58, cstring('')),   false, /submit_sm refused: 0x00000058 ESME_RTHROTTLED/,    'a refusal with an empty message_id'],
  [(_pdu, say) => say(0x80000004, 0x411),               false, /submit_sm refused: 0x00000411$/,                   "a status of the provider's own"],
  [(_pdu, say) => say(GENERIC_NACK, 0x3),               false, /submit_sm refused: 0x00000003 ESME_RINVCMDID/,     'a generic_nack'],
  [(_pdu, say) => say(0x80000004, 0, cstring('1'), 99), false, /no answer within 2 s/,                             'an answer to another request'],
]
for (const [answer, isAccepted, response, because] of ANSWERS) {
  test(`${because} is ${isAccepted ? 'a success' : 'no success'}`, async (context) => {
    const smsc = await centre(context, polite(answer))
    const outcome = await send(smsc.baseUrl)
    equal(outcome.isAccepted, isAccepted)
    match(outcome.response, response)
    await until('the session is over', smsc.ended)
  })
}

test('a refused bind sends nothing and leaves', async (context) => {
  const smsc = await centre(context, ({ command }, say) => say((command | RESPONSE) >>> 0, 0x0e))
  const outcome = await send(smsc.baseUrl)
  deepEqual([outcome.isAccepted, outcome.response], [false, 'bind refused: 0x0000000E ESME_RINVPASWD'])
  await until('the session is over', smsc.ended)
  equal(
    smsc.received.some(({ command }) => command === SUBMIT_SM),
    false,
  )
})

test('a link that is enquired answers; a message for others is left with the provider', async (context) => {
  const smsc = await centre(
    context,
    polite(({ command, body }, say) => {
      if (command === SUBMIT_SM) {
        say(ENQUIRE_LINK, 0, Buffer.alloc(0), 71)
        say(DELIVER_SM, 0, body, 72)
      }
      if (command === (DELIVER_SM | RESPONSE) >>> 0) say((SUBMIT_SM | RESPONSE) >>> 0, 0, cstring('9'), 2)
    }),
  )
  equal((await send(smsc.baseUrl, { bindAs: 'transceiver' })).messageId, '9')
  const answers = smsc.received.filter(({ sequence }) => sequence > 70)
  deepEqual(
    answers.map(({ command, status, sequence }) => [command, status, sequence]),
    [
      [(ENQUIRE_LINK | RESPONSE) >>> 0, 0, 71],
      [(DELIVER_SM | RESPONSE) >>> 0, 0x64, 72], // ESME_RX_T_APPN: temporary, so it is offered again
    ],
  )
})
