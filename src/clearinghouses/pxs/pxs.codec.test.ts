import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { PXS_SAMPLES, pxsSample } from '../../../test/fixtures/pxs/samples.ts'
import { compileSchema, isXmlText } from '../../shared/xml.ts'
import { PXS_BODIES, type PxsBody, type PxsKind, type PxsMessage } from './messages.codec.ts'
import { PXS_PROFILE, type PxsProfile } from './profile.ts'
import { decodePxs, encodePxs, encodePxsAck, type PxsDecoded } from './pxs.codec.ts'

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/pxs')
const fixture = (name: string) => readFileSync(join(FIXTURES, `${name}.xml`), 'utf8')
/** As JSON, because deepEqual finds all instants equal. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const decodeText = (text: string) => decodePxs(Buffer.from(text))

function decoded(bytes: Uint8Array): PxsMessage {
  const found = decodePxs(bytes)
  assert(found.kind === 'message', JSON.stringify(found))
  return found.message
}

for (const body of PXS_SAMPLES) {
  test(`${body.kind} is written as its golden file, and read back from it`, () => {
    const message = pxsSample(body)
    assert.equal(encodePxs(message).toString(), fixture(body.kind))
    assert.deepEqual(plain(decodeText(fixture(body.kind))), plain({ kind: 'message', message }))
  })
}

test('every kind has a golden file', () => {
  assert.deepEqual(PXS_SAMPLES.map(({ kind }) => kind).sort(), Object.keys(PXS_BODIES).sort())
})

test('the sample that the profile was proposed with is read', () => {
  const { body, msgid } = decoded(Buffer.from(fixture('authorisation_request.printed')))
  assert.equal(msgid, 'CARR-20250115103000-000017')
  assert(body.kind === 'authorisation_request')
  assert.deepEqual(body.series, [{ first: '5550100', last: '5550199' }])
})

const ACKS = [
  { msgid: 'CARR-1', result: 'accept', isDuplicate: true, errors: [] },
  {
    msgid: 'CARR-1',
    result: 'reject',
    isDuplicate: false,
    errors: [{ errorCode: 'schema', description: 'no such element' }],
  },
] as const
for (const ack of ACKS) {
  test(`an acknowledgement that says ${ack.result} is read back as written`, () => {
    assert.deepEqual(decodePxs(encodePxsAck(ack)), { kind: 'ack', ack })
  })
}

test('an acknowledgement without a word about duplicates is none of a duplicate', () => {
  const found = decodeText('<ack xmlns="urn:np:pxs-profile:1"><msgid>a</msgid><result>accept</result></ack>')
  assert.deepEqual(found, { kind: 'ack', ack: { msgid: 'a', result: 'accept', isDuplicate: false, errors: [] } })
})

// ---- properties: whatever can be said is understood

const token = fc.stringMatching(/^[A-Za-z0-9+;=._-]{1,12}( [A-Za-z0-9]{1,8})?$/)
const operator = fc.stringMatching(/^[A-Z0-9]{2,6}$/)
const number = fc.stringMatching(/^[0-9]{3,15}$/)
const text = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((said) => said.length <= 120 && isXmlText(said))
const stamp = fc
  .integer({ min: 0, max: 4_102_444_800 })
  .map((seconds) => Temporal.Instant.fromEpochMilliseconds(seconds * 1000))
const code = fc.integer({ min: 0, max: 999 })
const result = fc.constantFrom('accept', 'reject')
const numberType = fc.constantFrom('mobile', 'fixed')
const accountType = fc.constantFrom('Prepaid', 'Postpaid')
const msgidentifier = fc.stringMatching(/^[A-Z]{2}20[0-9]{2}(0[1-9]|1[0-2])-[A-Z0-9]{2,8}-[0-9]{5}$/)
const series = fc
  .uniqueArray(fc.integer({ min: 100, max: 899 }), { minLength: 1, maxLength: 3 })
  .map((heads) => heads.map((head) => ({ first: `${head}0100`, last: `${head}0199` })))

/** How each field is made up, by our word for it. */
const FIELDS: Record<string, fc.Arbitrary<unknown>> = {
  ...{
    recipient: operator,
    recipientProvider: operator,
    donor: operator,
    donorProvider: operator,
    rangeHolder: operator,
  },
  ...{ currentOperator: operator, numberType, accountType, isCoolOffOverridden: fc.boolean(), contactNumber: number },
  ...{
    email: text,
    note: text,
    text,
    reasonText: text,
    description: text,
    code,
    reasonCode: code,
    result,
    series,
    number,
  },
  ...{ requestedAt: stamp, authorisationDeadline: stamp, firstPossibleAt: stamp, validUntil: stamp, portingAt: stamp },
  ...{ scheduledAt: stamp, actualAt: stamp, deadline: stamp, effectiveAt: stamp, lastPortedAt: stamp },
  ...{ routingNumber: token, erroredMsgid: token, isPorted: fc.boolean(), openMsgidentifier: msgidentifier },
  phase: fc.constantFrom('authorisation', 'instruction', 'porting', 'change'),
  customer: fc.record({ name: text, idType: token, idNumber: token, accountNumber: token }, { requiredKeys: [] }),
  errors: fc.array(
    fc.record(
      { errorCode: token, field: token, number, description: text },
      { requiredKeys: ['errorCode', 'description'] },
    ),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
}

/** sync_request is a choice between two forms, so it is made up by hand. */
const SYNC = fc.oneof(
  fc.record({ from: stamp, to: stamp }, { requiredKeys: ['from'] }),
  fc.record({ afterMsgid: token }),
)

function bodyOf(kind: PxsKind): fc.Arbitrary<PxsBody> {
  const table = Object.entries<{ readonly presence: string }>(PXS_BODIES[kind])
  const requiredKeys = table.filter(([, { presence }]) => presence !== 'maybe').map(([name]) => name)
  const fields = Object.fromEntries(table.map(([name]) => [name, FIELDS[name] ?? fc.constant(undefined)]))
  const inside = kind === 'sync_request' ? SYNC : fc.record(fields, { requiredKeys })
  return inside.map((value) => ({ kind, ...value }) as PxsBody) // made up by the same table as the type
}

for (const kind of Object.keys(PXS_BODIES) as PxsKind[]) {
  test(`${kind}: decode(encode(x)) = x`, () => {
    const messages = fc.record({
      body: bodyOf(kind),
      msgid: token,
      msgidentifier,
      at: stamp,
      sender: operator,
      receiver: operator,
    })
    fc.assert(
      fc.property(messages, ({ sender, receiver, ...rest }) => {
        const body: { kind: PxsKind; recipient?: string; donor?: string; currentOperator?: string } = rest.body
        const sayer = {
          authorisation_request: body.recipient,
          authorisation_response: body.donor,
          termination_request: body.currentOperator,
        }
        const said = kind in sayer ? sayer[kind as keyof typeof sayer] : sender
        const message: PxsMessage = {
          ...rest,
          sender: { operator: said ?? sender },
          receiver: { operator: receiver, serviceProvider: 'SP1' },
        }
        assert.deepEqual(plain(decoded(encodePxs(message))), plain(message))
      }),
      { numRuns: 60 },
    )
  })
}

// ---- a profile is data

test('another spelling of the wire is another pair of files, no code', () => {
  const names = Object.fromEntries(
    Object.entries(PXS_PROFILE.names).map(([name, wire]) => [name, `X_${wire.toUpperCase()}`]),
  )
  const xsd = readFileSync(join(import.meta.dirname, 'pxs.xsd'), 'utf8')
    .replace(
      /(<xs:element name=")([a-z_]+)"/g,
      (_, before: string, wire: string) => `${before}X_${wire.toUpperCase()}"`,
    )
    .replaceAll('urn:np:pxs-profile:1', 'urn:other')
    .replace('[0-9]{14}', '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}')
  const timestamps = { format: 'yyyy-MM-ddTHH:mm:ss', zone: 'America/Port_of_Spain' }
  const other: PxsProfile = {
    ...PXS_PROFILE,
    namespace: 'urn:other',
    timestamps,
    names: { ...PXS_PROFILE.names, ...names },
    schema: compileSchema(xsd),
  }
  for (const body of PXS_SAMPLES) {
    const bytes = encodePxs(pxsSample(body), other)
    assert.match(bytes.toString(), /<X_TIMESTAMP>2025-01-15T06:30:00<\/X_TIMESTAMP>/)
    assert.deepEqual(plain(decodePxs(bytes, other)), plain({ kind: 'message', message: pxsSample(body) }))
    assert.equal(decodePxs(bytes).kind, 'malformed')
  }
})

// ---- every way the input can lie

const REQUEST = fixture('authorisation_request')
const swap = (from: string | RegExp, to: string) => {
  const changed = REQUEST.replace(from, to)
  assert.notEqual(changed, REQUEST)
  return changed
}
const LAUGHS = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('')

// biome-ignore format: a table
const LIES: readonly [what: string, text: string | Uint8Array, reason: RegExp][] = [
  ['billion laughs',            `<!DOCTYPE m [<!ENTITY l0 "ha">${LAUGHS}]>${swap('<email>', '<email>&l9;')}`,    /document type/],
  ['an external entity',        `<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]>${swap('<email>', '<email>&x;')}`, /document type/],
  ['an entity nobody declared', swap('<email>', '<email>&x;'),                                                   /Entity 'x' not defined/],
  ['100,000 nested elements',   '<a>'.repeat(50_000),                                                            /nested deeper than 64/],
  ['a huge message',            swap('<email>', `<email>${'x'.repeat(300_000)}`),                                /longer than 262144 bytes/],
  ['bytes that are not UTF-8',  Buffer.from(swap('ops@', 'caf\u00e9@'), 'latin1'),                               /not UTF-8/],
  ['another encoding declared', `<?xml version="1.0" encoding="UTF-7"?>${REQUEST}`,                              /encoding is not UTF-8/],
  ['a cut message',             REQUEST.slice(0, 400),                                                           /./],
  ['nothing',                   '',                                                                              /./],
  ['something else',            '{"result":"success"}',                                                          /./],
  ['a NUL inside',              swap('ops@', 'o\0s@'),                                                           /./],
  ['another namespace',         swap('urn:np:pxs-profile:1', 'urn:np:pxs-profile:2'),                            /the root is \{urn:np:pxs-profile:2\}message/],
  ['no namespace',              swap(' xmlns="urn:np:pxs-profile:1"', ''),                                       /the root is \{\}message/],
  ['another root',              REQUEST.replaceAll(/(<\/?)message/g, '$1letter'),                                /the root is .*letter/],
  ['a field twice',             swap('<email>ops@example.com</email>', '<email>a</email><email>b</email>'),      /email/],
  ['two headers',               swap(/<header>.*<\/header>/s, '$&$&'),                                           /2 elements where one is expected: header/],
  ['two bodies in one',         swap(/<authorisation_request>.*<\/authorisation_request>/s, '$&$&'),             /2 elements where one is expected/],
  ['a field missing',           swap(/<accounttype>.*<\/accounttype>/, ''),                                      /accounttype/],
  ['fields in another order',   swap(/(<typeofnumbers>.*?>)(\s*)(<accounttype>.*?<\/accounttype>)/s, '$3$2$1'),  /./],
  ['a field nobody knows',      swap('<email>', '<mood>fine</mood><email>'),                                     /mood/],
  ['an account type of its own', swap('Prepaid', 'prepaid'),                                                     /accounttype/],
  ['a number with a plus',      swap('>5550100<', '>+15550100<'),                                                /telephonenumber/],
  ['a 31 February',             swap('>20250115103000', '>20250231103000'),                                        /is not a moment in time/],
  ['a 25 o\'clock',             swap('>20250115103000', '>20250115250000'),                                        /is not a moment in time/],
  ['a year 0',                   swap('>20250115103000', '>00000101000000'),                                        /is not a moment in time/],
  ['a reversed series',         swap('<telephonenumberserieend>5550199', '<telephonenumberserieend>5550099'),    /is reversed/],
  ['ends of unequal length',    swap('<telephonenumberserieend>5550199', '<telephonenumberserieend>55501990'),   /differ in length/],
  ['a number in two series',    swap(/<telephonenumberserie>.*<\/telephonenumberserie>/s, '$&$&'),               /stands in two series/],
  ['a msgtype that is not its body', swap('<msgtype>authorisation_request', '<msgtype>instruction'),             /msgtype instruction with a body authorisation_request/],
  ['a request by another than the recipient', swap('<networkoperator>CARR', '<networkoperator>OTHER'),           /sent by OTHER, but its recipient is CARR/],
  ['a request about no port',   swap(/<msgidentifier>.*<\/msgidentifier>/, ''),                                  /without a msgidentifier/],
  ['a msgidentifier of its own form', swap('XX202501-CARR-00001', 'CARR-1'),                                     /msgidentifier/],
]
for (const [what, lie, reason] of LIES) {
  test(`refused as malformed: ${what}`, () => {
    const found = typeof lie === 'string' ? decodeText(lie) : decodePxs(lie)
    assert(found.kind === 'malformed', JSON.stringify(found))
    assert.match(found.reason, reason)
  })
}

test('a malformed message that names itself is named in the refusal', () => {
  const found = decodeText(swap('Prepaid', 'prepaid'))
  assert(found.kind === 'malformed')
  assert.equal(found.msgid, 'CARR-20250115103000-000017')
})

/** A message type of tomorrow: its header is read, its body left alone. */
// biome-ignore format: a table
const UNKNOWNS: readonly [what: string, text: string, msgtype: string][] = [
  ['a body and a msgtype of tomorrow', REQUEST.replaceAll('authorisation_request', 'range_update'),               'range_update'],
  ['a known body under a msgtype of tomorrow', swap('<msgtype>authorisation_request', '<msgtype>range_update'),   'range_update'],
  ['a body of tomorrow under a known msgtype', REQUEST.replaceAll(/(<\/?)authorisation_request/g, '$1range_update'), 'authorisation_request'],
]
for (const [what, text, msgtype] of UNKNOWNS) {
  test(`kept as unknown: ${what}`, () => {
    const found = decodeText(text)
    assert(found.kind === 'unknown', JSON.stringify(found))
    assert.equal(found.header.msgtype, msgtype)
    assert.equal(found.header.msgid, 'CARR-20250115103000-000017')
    assert.equal(found.header.msgidentifier, 'XX202501-CARR-00001')
    assert.equal(found.header.sender.operator, 'CARR')
  })
}

const TOMORROW = REQUEST.replaceAll('authorisation_request', 'range_update')
const LONG = 'x'.repeat(129)

test('the longest token of the profile is that of its XSD', () => {
  const xsd = readFileSync(join(import.meta.dirname, 'pxs.xsd'), 'utf8')
  assert.match(xsd, new RegExp(`"Token">.*<xs:maxLength value="${PXS_PROFILE.longestToken}"/>`))
})

// biome-ignore format: a table
const TOO_LONG: readonly [name: string, text: string][] = [
  ['msgid',         TOMORROW.replace('CARR-20250115103000-000017', LONG)],
  ['msgidentifier', TOMORROW.replace('XX202501-CARR-00001', LONG)],
  ['msgtype',       TOMORROW.replace('<msgtype>range_update', `<msgtype>${LONG}`)],
  ['sender',        TOMORROW.replace('<networkoperator>CARR', `<networkoperator>${LONG}`)],
]
for (const [name, text] of TOO_LONG) {
  test(`of a type of tomorrow, a ${name} longer than any token is malformed, and is not repeated in the reason`, () => {
    const found = decodeText(text)
    assert(found.kind === 'malformed', JSON.stringify(found))
    assert.equal(found.reason, `${name} is longer than 128 characters`)
  })
}

test('no bytes make the decoder throw, and a damaged message is never read as another', () => {
  const whole = plain(decodeText(REQUEST))
  const damaged = fc.record({
    at: fc.nat(REQUEST.trimEnd().length - 1),
    byte: fc.integer({ min: 0, max: 255 }),
    cut: fc.boolean(),
  })
  fc.assert(
    fc.property(damaged, ({ at, byte, cut }) => {
      const bytes = Buffer.from(REQUEST)
      bytes[at] = byte
      const found: PxsDecoded = decodePxs(cut ? bytes.subarray(0, at) : bytes)
      if (cut) assert.notDeepEqual(plain(found), whole)
    }),
    { numRuns: 500 },
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => decodePxs(bytes).kind !== 'message'))
})

test('a message that breaks a rule is not written', () => {
  const request = PXS_SAMPLES.find(({ kind }) => kind === 'authorisation_request')!
  const message = pxsSample(request)
  assert.throws(() => encodePxs({ ...message, sender: { operator: 'OTHER' } }), /its recipient is CARR/)
  assert.throws(() => encodePxs({ ...message, msgid: '' }), /msgid/)
  assert(message.body.kind === 'authorisation_request')
  assert.throws(
    () => encodePxs({ ...message, body: { ...message.body, email: 'x'.repeat(256) } } as PxsMessage),
    /email/,
  )
})
