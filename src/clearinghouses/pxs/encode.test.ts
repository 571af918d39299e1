import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { parseE164 } from '../../numbers/e164.ts'
import { loadMarket } from '../../numbers/load-market.ts'
import type { Command, Fixed, Port } from '../../porting/port.ts'
import { Fault, type FaultCode } from '../../shared/fault.ts'
import { pxsEncoder } from './encode.ts'
import type { PxsMessage } from './messages.codec.ts'
import { PXS_PROFILE } from './profile.ts'
import { decodePxs } from './pxs.codec.ts'

const market = await loadMarket(new URL('../../../markets', import.meta.url).pathname, 'doc')
const encode = pxsEncoder({ market, profile: PXS_PROFILE })
const AT = Temporal.Instant.from('2025-01-15T10:30:00Z')

const PORT: Port = {
  id: '0',
  direction: 'in',
  publicId: 1,
  msgidentifier: 'XX202501-CARR-00001',
  state: 'NoPort',
  clearinghouse: 'pxs',
  counterparty: 'DONOR',
  range: { first: parseE164('+15550100')!, last: parseE164('+15550199')! },
  numberType: 'mobile',
  accountType: 'Prepaid',
  contactNumber: '5550100',
  email: 'ops@example.com',
  isCoolOffOverridden: false,
  failureReason: null,
  failureText: null,
  chainId: '0',
  originalMsgidentifier: null,
  supersededBy: null,
  createdAt: AT,
  createdBy: 'ops',
  updatedAt: AT,
}

const FIXED = { msgid: 'XX202501-CARR-00001-001', msgidentifier: 'XX202501-CARR-00001', at: AT }
const asking = (port: Partial<Port> = {}) => ({ kind: 'authorisation_request', port: { ...PORT, ...port } }) as const

function said(command: Command, fixed: Fixed = FIXED): PxsMessage {
  const { body } = encode(command, fixed)
  const decoded = decodePxs(body)
  assert(decoded.kind === 'message', JSON.stringify(decoded))
  return decoded.message
}

test('a request says the port in the words of the wire [PXS authorisation_request]', () => {
  const { msgid, msgidentifier, at, sender, receiver, body } = said(asking())
  assert.deepEqual(
    [msgid, msgidentifier, at.toString()],
    ['XX202501-CARR-00001-001', 'XX202501-CARR-00001', '2025-01-15T10:30:00Z'],
  )
  assert.deepEqual([sender.operator, receiver.operator], ['CARR', 'CRDB'])
  assert.deepEqual(body, {
    kind: 'authorisation_request',
    recipient: 'CARR',
    donor: 'DONOR',
    numberType: 'mobile',
    accountType: 'Prepaid',
    isCoolOffOverridden: false,
    contactNumber: '5550100',
    email: 'ops@example.com',
    series: [{ first: '5550100', last: '5550199' }],
  })
})

// biome-ignore format: a table
const COMMANDS: readonly [command: Command, msgtype: string, body: object][] = [
  [{ kind: 'instruction' },                                         'Instruction',   { kind: 'instruction' }],
  [{ kind: 'change', note: 'tomorrow' },                            'ChangeRequest', { kind: 'change', note: 'tomorrow' }],
  [{ kind: 'change', note: undefined, requestedAt: AT },            'ChangeRequest', { kind: 'change', requestedAt: AT }],
  [{ kind: 'authorisation_response', result: 'accept', code: 0, text: undefined }, 'AuthorisationResponse', { kind: 'authorisation_response', result: 'accept', code: 0, donor: 'CARR' }],
  [{ kind: 'authorisation_response', result: 'reject', code: 33, text: 'unpaid' }, 'AuthorisationResponse', { kind: 'authorisation_response', result: 'reject', code: 33, text: 'unpaid', donor: 'CARR' }],
  [{ kind: 'instruction_response', result: 'accept', code: 0, text: undefined },   'InstructionResponse',   { kind: 'instruction_response', result: 'accept', code: 0 }],
  [{ kind: 'abort_response', result: 'reject', code: 99, text: 'too late' },       'AbortResponse',         { kind: 'abort_response', result: 'reject', code: 99, text: 'too late' }],
  [{ kind: 'abort', reasonCode: 99, reasonText: 'Aborted by ops' }, 'Abort',         { kind: 'abort', reasonCode: 99, reasonText: 'Aborted by ops' }],
]
for (const [command, msgtype, body] of COMMANDS) {
  test(`${command.kind} is ${msgtype} to the API (contract O-27) and ${command.kind} on the wire`, () => {
    assert.deepEqual(said(command).body, body)
    const message = encode(command, { ...FIXED, msgid: 'a' })
    assert.deepEqual([message.msgid, message.msgtype, message.contentType], ['a', msgtype, 'application/xml'])
  })
}

// biome-ignore format: a table
const LONE: readonly [command: Command, msgtype: string, body: object][] = [
  [{ kind: 'numberinfo_request', number: PORT.range.first },                      'NumberInfoRequest', { kind: 'numberinfo_request', number: '5550100' }],
  [{ kind: 'termination_request', range: PORT.range, numberType: PORT.numberType }, 'Termination',     { kind: 'termination_request', currentOperator: 'CARR', numberType: 'mobile', effectiveAt: AT, series: [{ first: '5550100', last: '5550199' }] }],
]
for (const [command, msgtype, body] of LONE) {
  test(`${command.kind} is about no port, and says none`, () => {
    const message = said(command, { ...FIXED, msgidentifier: undefined })
    assert.deepEqual([message.body, message.msgidentifier], [body, undefined])
    assert.equal(encode(command, FIXED).msgtype, msgtype)
  })
}

test('the same port and the same id are the same bytes: a retry repeats what was said', () => {
  const once = encode(asking(), FIXED)
  assert.deepEqual(once, encode(asking(), FIXED))
})

// biome-ignore format: a table
const CONTACTS: readonly [text: string | null, wire: string, why: string][] = [
  ['+1 555 0100',     '5550100',      'a number of the market is local on the wire'],
  ['+44 20 7946 000', '44207946000',  'a foreign one is its bare digits'],
  [null,              '5550100',      'without one it is the first number of the range (contract O-33)'],
]
for (const [text, wire, why] of CONTACTS) {
  test(`the contact number ${text} is ${wire}: ${why}`, () => {
    const { body } = said(asking({ contactNumber: text }))
    assert(body.kind === 'authorisation_request')
    assert.equal(body.contactNumber, wire)
  })
}

// biome-ignore format: a table
const UNSAYABLE: readonly [what: string, port: Partial<Port>, code: FaultCode, field: string][] = [
  ['a contact that is no number',    { contactNumber: 'reception' },    'number_invalid', 'contacttelephonenumber'],
  ['no account type',                { accountType: null },             'field_missing',  'AccountType'],
  ['an endless email',               { email: `${'x'.repeat(300)}@a` }, 'field_invalid',  'email'],
  ['an email with a control in it',  { email: 'a\0b@example.com' },     'field_invalid',  'email'],
]
for (const [what, port, code, field] of UNSAYABLE) {
  test(`${what} is refused before anything is queued`, () => {
    assert.throws(
      () => said(asking(port)),
      (error) => error instanceof Fault && error.code === code && error.field === field,
    )
  })
}
