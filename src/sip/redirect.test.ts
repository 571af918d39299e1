import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { redirector } from './redirect.ts'

const URI = 'sip:+15550100;npdi;rn=+15559901@ims.one.net;user=phone'
const redirect = redirector((number) => (number === '+15550100' ? URI : undefined), 'a secret of the test')
const PEER = { address: '192.0.2.7', port: 40_000 }

type Said = {
  method?: string
  uri?: string
  version?: string
  via?: string
  to?: string
  cseq?: string
  more?: string[]
}
function message(said: Said = {}): string {
  const { method = 'INVITE', uri = 'sip:+15550100@gw.example.net;user=phone', version = 'SIP/2.0' } = said
  const {
    via = 'SIP/2.0/UDP 192.0.2.7:5080;branch=z9hG4bK776',
    to = '<sip:+15550100@gw.example.net>',
    more = [],
  } = said
  return [
    `${method} ${uri} ${version}`,
    `Via: ${via}`,
    'Max-Forwards: 70',
    'From: "A, B" <sip:+15550199@gw.example.net>;tag=1928301774',
    `To: ${to}`,
    'Call-ID: a84b4c76e66710@gw.example.net',
    `CSeq: ${said.cseq ?? `314159 ${method}`}`,
    ...more,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
}
const answered = (text: string, peer = PEER) => redirect(Buffer.from(text, 'latin1'), peer)
const linesOf = (text: string, peer = PEER) => answered(text, peer)?.bytes.toString('latin1').split('\r\n') ?? []

test('an INVITE for a number that is known gets a 302 with its URI, rn and npdi in it (RFC 3261 §8.3)', () => {
  const lines = linesOf(message())
  match(lines[3] ?? '', /^To: <sip:\+15550100@gw\.example\.net>;tag=[0-9a-f]{16}$/)
  deepEqual(lines.toSpliced(3, 1), [
    'SIP/2.0 302 Moved Temporarily',
    'Via: SIP/2.0/UDP 192.0.2.7:5080;branch=z9hG4bK776',
    'From: "A, B" <sip:+15550199@gw.example.net>;tag=1928301774',
    'Call-ID: a84b4c76e66710@gw.example.net',
    'CSeq: 314159 INVITE',
    `Contact: <${URI}>`,
    'Content-Length: 0',
    '',
    '',
  ])
})

// biome-ignore format: a table
const CALLED: [uri: string, status: number, source: string][] = [
  ['sip:+15550100@gw.example.net',                                    302, 'RFC 3261 §19.1'],
  ['sip:+1-555-0100;npdi;rn=+15559977@gw.example.net;user=phone',     302, 'RFC 3966 §5.1.1, RFC 4694: the number itself is asked about'],
  ['sips:+15550100:secret@gw.example.net',                            302, 'RFC 3261 §19.1.1: a password'],
  ['sip:%2B15550100@gw.example.net',                                  302, 'RFC 3261 §19.1.2'],
  ['sip:15550100@gw.example.net;user=phone',                          302, 'a whole number without plus, as many switches send it'],
  ['TEL:+1-555-0100',                                                 302, 'RFC 3966 §3'],
  ['tel:(555)0100;phone-context=+1',                                  302, 'RFC 3966 §5.1.5'],
  ['tel:5550100;phone-context=example.net',                           404, 'a plan of somebody else'],
  ['tel:+15550101',                                                   404, 'not known'],
  ['tel:5550100',                                                     404, 'local, without context'],
  ['sip:alice@gw.example.net',                                        404, 'no number'],
  ['sip:gw.example.net',                                              404, 'nobody'],
  ['mailto:alice@example.net',                                        416, 'RFC 3261 §8.2.2.1'],
  ['alice',                                                           416, 'no URI'],
]
for (const [uri, status, source] of CALLED)
  test(`${uri}: ${status} (${source})`, () => equal(answered(message({ uri }))?.status, status))

// biome-ignore format: a table
const JUDGED: [said: Said, status: number | undefined, field: RegExp, source: string][] = [
  [{ method: 'ACK' },                                      undefined, /^$/,                                        'RFC 3261 §8.2.7'],
  [{ method: 'CANCEL' },                                   undefined, /^$/,                                        'RFC 3261 §8.2.7'],
  [{ method: 'OPTIONS' },                                  200,       /^Allow: INVITE, ACK, CANCEL, OPTIONS$/m,    'RFC 3261 §11.2'],
  [{ method: 'REGISTER' },                                 405,       /^Allow: INVITE, ACK, CANCEL, OPTIONS$/m,    'RFC 3261 §8.2.1'],
  [{ method: 'BYE', to: '<sip:a@b>;tag=x' },               481,       /^To: <sip:a@b>;tag=x\r$/m,                  'RFC 3261 §12.2.2'],
  [{ to: '<sip:a@b>;tag=x' },                              481,       /^To: <sip:a@b>;tag=x\r$/m,                  'RFC 3261 §12.2.2'],
  [{ to: '<sip:a@b;tag=x>' },                              302,       /^To: <sip:a@b;tag=x>;tag=[0-9a-f]{16}\r$/m, 'a tag of the URI is none of the field'],
  [{ more: ['Require: 100rel', 'Require: timer'] },        420,       /^Unsupported: 100rel, timer\r$/m,           'RFC 3261 §8.2.2.3'],
  [{ cseq: '1 OPTIONS' },                                  400,       /^CSeq: 1 OPTIONS\r$/m,                      'RFC 3261 §8.1.1.5'],
  [{ cseq: '4294967296 INVITE' },                          400,       /./,                                         'RFC 3261 §8.1.1.5: below 2**31'],
  [{ version: 'SIP/3.0' },                                 505,       /./,                                         'RFC 3261 §21.5.6'],
  [{ version: 'HTTP/1.1' },                                undefined, /^$/,                                        'no SIP'],
  [{ via: 'nonsense' },                                    undefined, /^$/,                                        'nobody to answer'],
  [{ via: 'SIP/2.0/UDP 192.0.2.7:0' },                     undefined, /^$/,                                        'nothing can be sent to port 0'],
]
for (const [said, status, field, source] of JUDGED) {
  test(`${JSON.stringify(said)}: ${status ?? 'silence'} (${source})`, () => {
    const response = answered(message(said))
    equal(response?.status, status)
    match(response?.bytes.toString('latin1') ?? '', field)
  })
}

test('a response is never answered, and no message without what a response repeats (RFC 3261 §8.2.6)', () => {
  equal(answered(message().replace(/^.*\r\n/, 'SIP/2.0 302 Moved Temporarily\r\n')), undefined)
  for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq'])
    equal(answered(message().replace(new RegExp(`^${name}: .*\r\n`, 'm'), '')), undefined, name)
})

test('compact and folded fields are read, and come back in their order (RFC 3261 §7.3)', () => {
  const text = message()
    .replace('Via: ', 'v : SIP/2.0/UDP 192.0.2.7:5080;branch=z9hG4bK1 , ')
    .replace('From: ', 'f: ')
    .replace('To: ', 'T:\r\n ')
    .replace('Call-ID: ', 'i: ')
    .replace('Max-Forwards: 70', 'Via: SIP/2.0/TCP far.example.net;branch=z9hG4bK2')
  const lines = linesOf(text)
  match(lines[0] ?? '', /302/)
  deepEqual(lines.slice(1, 3), [
    'Via: SIP/2.0/UDP 192.0.2.7:5080;branch=z9hG4bK1, SIP/2.0/UDP 192.0.2.7:5080;branch=z9hG4bK776',
    'Via: SIP/2.0/TCP far.example.net;branch=z9hG4bK2',
  ])
})

// biome-ignore format: a table
const VIAS: [via: string, answered: string, port: number, source: string][] = [
  ['SIP/2.0/UDP 192.0.2.7',                    'SIP/2.0/UDP 192.0.2.7',                                            5060,   'RFC 3261 §18.2.2: no port'],
  ['SIP/2.0/UDP gw.example.net:5080',          'SIP/2.0/UDP gw.example.net:5080;received=192.0.2.7',               5080,   'RFC 3261 §18.2.1'],
  ['SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4b', 'SIP/2.0/UDP 10.0.0.1;rport=40000;branch=z9hG4b;received=192.0.2.7', 40_000, 'RFC 3581 §4'],
  ['SIP/2.0/UDP 192.0.2.7;rport',              'SIP/2.0/UDP 192.0.2.7;rport=40000;received=192.0.2.7',             40_000, 'RFC 3581 §4: both'],
  ['SIP/2.0/UDP 192.0.2.7;received=192.0.2.9', 'SIP/2.0/UDP 192.0.2.7',                                            5060,   'what the peer says of itself does not count'],
  ['SIP/2.0/UDP 192.0.2.7;maddr=192.0.2.9',    'SIP/2.0/UDP 192.0.2.7;maddr=192.0.2.9',                            5060,   'DIVERGENCES.md: maddr is not followed'],
]
for (const [via, back, port, source] of VIAS) {
  test(`${via} (${source})`, () => {
    equal(linesOf(message({ via }))[1], `Via: ${back}`)
    equal(answered(message({ via }))?.port, port)
  })
}

test('a request that is repeated gets the same response, octet for octet; another one has another tag (RFC 3261 §8.2.7)', () => {
  deepEqual(answered(message()), answered(message()))
  const tagOf = (text: string) => /^To: .*;tag=(\S+)\r$/m.exec(answered(text)?.bytes.toString('latin1') ?? '')?.[1]
  ok(tagOf(message()) !== tagOf(message({ cseq: '314160 INVITE' })))
})

test('whatever comes: no throw, and no response to it that is answered in its turn', () => {
  const dirt = fc.array(
    fc.record({ at: fc.nat(600), text: fc.constantFrom('\r\n', ';', ',', '"', '<', '', '\0', ' ', ':', '%', '@') }),
  )
  const any = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    dirt.map((changes) => {
      let text = message({ uri: 'tel:+15550100', more: ['Require: a', 'k: b'] })
      for (const { at, text: put } of changes) text = text.slice(0, at) + put + text.slice(at + 1)
      return text
    }),
  )
  fc.assert(
    fc.property(any, (text) => {
      const response = answered(text)
      if (!response) return
      match(response.bytes.toString('latin1'), /^SIP\/2\.0 [1-6][0-9]{2} [\x20-\x7e]+\r\nVia: /)
      equal(redirect(response.bytes, PEER), undefined)
    }),
    { numRuns: 5000 },
  )
})
