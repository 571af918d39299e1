import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { loadMarket } from '../../numbers/load-market.ts'
import { rangeText } from '../../numbers/range.ts'
import type { Heard } from '../../porting/port.ts'
import { heardOf, rangesOf, refusalOf } from './hear.ts'
import type { PxsBody } from './messages.codec.ts'

const market = await loadMarket(new URL('../../../markets', import.meta.url).pathname, 'doc')
const AT = Temporal.Instant.from('2025-01-15T11:00:07Z')
const series = (...ends: readonly [string, string][]) => ends.map(([first, last]) => ({ first, last }))
const PORTED = { kind: 'ported', recipient: 'CARR', donor: 'DONOR', numberType: 'mobile', actualAt: AT } as const
const TERMINATION = {
  currentOperator: 'CARR',
  numberType: 'mobile',
  effectiveAt: AT,
  series: series(['5550100', '5550100']),
} as const
const ERROR = {
  kind: 'error',
  erroredMsgid: 'a',
  errors: [{ errorCode: 'overlap', description: 'an open port' }],
} as const

// biome-ignore format: a table
const HEARD: readonly [why: string, body: PxsBody, heard: Partial<Heard> | undefined, sentType?: string][] = [
  ['the donor agrees',                     { kind: 'authorisation_response', result: 'accept', code: 0, donor: 'DONOR', text: 'ok' },   { kind: 'authorised', donor: 'DONOR', text: 'ok' }],
  ['an agreement is one whatever its code', { kind: 'authorisation_response', result: 'accept', code: 7, donor: 'DONOR' },              { kind: 'authorised', donor: 'DONOR', text: undefined }],
  ['the donor refuses',                    { kind: 'authorisation_response', result: 'reject', code: 35, donor: 'DONOR', text: 'no' },  { kind: 'rejected', donor: 'DONOR', code: 35, text: 'no' }],
  ['a code of no catalogue (O-29)',        { kind: 'authorisation_response', result: 'reject', code: 77, donor: 'DONOR', text: 'odd' }, { kind: 'rejected', donor: 'DONOR', code: 0, text: 'code 77: odd' }],
  ['the instruction is taken',             { kind: 'instruction_response', result: 'accept', code: 0 },                                 { kind: 'instructed', text: undefined }],
  ['the instruction is refused',           { kind: 'instruction_response', result: 'reject', code: 99, text: 'later' },                 { kind: 'instruction_refused', code: 99, text: 'later' }],
  ['the change is taken',                  { kind: 'change_response', result: 'accept', code: 0 },                                      { kind: 'changed', text: undefined }],
  ['a refused change ends the waiting too', { kind: 'change_response', result: 'reject', code: 99, text: 'no' },                        { kind: 'changed', text: 'refused, code 99: no' }],
  ['the abort is taken',                   { kind: 'abort_response', result: 'accept', code: 0 },                                       { kind: 'abort_confirmed' }],
  ['the abort is refused',                 { kind: 'abort_response', result: 'reject', code: 99 },                                      { kind: 'abort_refused', text: 'code 99' }],
  ['a window ended over there',            { kind: 'timedout', phase: 'porting', deadline: AT },                                        { kind: 'timedout', phase: 'porting' }],
  ['an error about our request',           ERROR, { kind: 'request_refused', text: 'overlap: an open port' },                           'PortingRequest'],
  ['an error about our instruction',       ERROR, { kind: 'instruction_refused', code: 0, text: 'overlap: an open port' },              'Instruction'],
  ['an error about our change',            ERROR, { kind: 'changed', text: 'refused, overlap: an open port' },                          'ChangeRequest'],
  ['an error about our abort',             ERROR, { kind: 'abort_refused', text: 'overlap: an open port' },                             'Abort'],
  ['an error about nothing we know',       ERROR, { kind: 'error', text: 'overlap: an open port' }],
  ['an error about our answer',            ERROR, { kind: 'answer_refused', text: 'overlap: an open port' },                            'AuthorisationResponse'],
  ['the recipient goes on',                { kind: 'instruction' },                                                                     { kind: 'instruction', text: undefined }],
  ['the recipient names the day',          { kind: 'instruction', portingAt: AT },                                                      { kind: 'instruction', text: `scheduled for ${AT}`, scheduledAt: AT }],
  ['consent has its dates',                { kind: 'authorisation_response', result: 'accept', code: 0, donor: 'DONOR', text: 'ok', firstPossibleAt: AT, validUntil: AT }, { kind: 'authorised', donor: 'DONOR', text: `ok; possible from ${AT}; valid until ${AT}`, validUntil: AT }],
  ['the day of the port is named',         { kind: 'instruction_response', result: 'accept', code: 0, scheduledAt: AT },                { kind: 'instructed', text: `scheduled for ${AT}`, scheduledAt: AT }],
  ['the recipient withdraws',              { kind: 'abort', reasonCode: 0, reasonText: 'changed my mind' },                             { kind: 'abort', text: 'changed my mind' }],
  ['the recipient wants another day',      { kind: 'change', note: 'tomorrow' },                                                        { kind: 'change', text: 'tomorrow' }],
  ['termination is no part of a port',     { kind: 'terminated', ...TERMINATION },                                                      undefined],
  ['an answer to a question',              { kind: 'numberinfo_response', number: '5550100', isPorted: false },                         undefined],
]
for (const [why, body, heard, sentType] of HEARD) {
  test(`${body.kind}, ${why}: heard as ${heard?.kind ?? 'nothing'}${heard ? ` [PXS ${body.kind}]` : ''}`, () => {
    assert.deepEqual(heardOf(market, body, sentType), heard)
  })
}

// biome-ignore format: a table
const RANGES: readonly [why: string, ends: readonly [string, string][], text: string][] = [
  ['one series',                       [['5550100', '5550199']],                         '+15550100..+15550199'],
  ['neighbours are one range',         [['5550150', '5550199'], ['5550100', '5550149']], '+15550100..+15550199'],
  ['with a gap they are two',          [['5550100', '5550149'], ['5550151', '5550199']], '+15550100..+15550149 +15550151..+15550199'],
  ['what is no number of the market is left out', [['5550100', '5550100'], ['999', '999']], '+15550100'],
]
for (const [why, ends, text] of RANGES) {
  test(`ranges: ${why}`, () =>
    assert.equal(
      rangesOf(market, series(...ends))
        .map(rangeText)
        .join(' '),
      text,
    ))
}

test('ported carries the recipient, the routing number, the moment and the range', () => {
  const heard = heardOf(
    market,
    { ...PORTED, routingNumber: '+15559901', series: series(['5550100', '5550199']) },
    undefined,
  )
  assert(heard?.kind === 'ported')
  const { recipient, routingNumber, numberType, at, range } = heard
  assert.deepEqual(
    [recipient, routingNumber, numberType, at.toString(), rangeText(range)],
    ['CARR', '+15559901', 'mobile', '2025-01-15T11:00:07Z', '+15550100..+15550199'],
  )
})

test('ported may say the routing number in its series, or not at all', () => {
  const inSeries = heardOf(
    market,
    { ...PORTED, series: [{ first: '5550100', last: '5550100', routingNumber: '+15559901' }] },
    undefined,
  )
  assert(inSeries?.kind === 'ported')
  assert.equal(inSeries.routingNumber, '+15559901')
  const silent = heardOf(market, { ...PORTED, series: series(['5550100', '5550100']) }, undefined)
  assert(silent?.kind === 'ported')
  assert.equal(silent.routingNumber, undefined)
})

// biome-ignore format: a table
const ROUTING_NUMBERS: readonly [said: string, kept: string | undefined, why: string][] = [
  ['+1-555-9901',           '+15559901',            'visual separators are no part of it'],
  ['d003;rn-context=+1',    'D003;rn-context=+1',   'one spelling is stored'],
  ['D2701',                 'D2701;rn-context=+1',  'local digits mean something in the country of the clearinghouse (RFC 4694 §4)'],
  ['foo!bar;x',             undefined,              'what cannot be read never reaches the DNS: it would end the NAPTR expression'],
  ['1;rn-context=+1;npdi',  undefined,              'a parameter of its own would be one of the answer'],
]
for (const [said, kept, why] of ROUTING_NUMBERS) {
  test(`the routing number ${said} of a ported is kept as ${kept}: ${why}`, () => {
    const heard = heardOf(market, { ...PORTED, routingNumber: said, series: series(['5550100', '5550100']) }, undefined)
    assert(heard?.kind === 'ported')
    assert.equal(heard.routingNumber, kept)
    if (kept === undefined) assert.match(heard.text ?? '', /cannot be read, so the one of CARR is used/)
    else assert.equal(heard.text, undefined)
  })
}

// biome-ignore format: a table
const UNPORTABLE: readonly [why: string, ends: readonly [string, string][]][] = [
  ['two ranges with a gap',           [['5550100', '5550149'], ['5550151', '5550199']]],
  ['a number outside the market',     [['999', '999']]],
  ['one of two outside the market',   [['5550100', '5550199'], ['999', '999']]],
  ['more numbers than one request',   [['5550000', '5579999']]],
  ['numbers between outside the plan', [['5559999', '5570000']]],
]
for (const [why, ends] of UNPORTABLE) {
  test(`ported with ${why} moves nothing and is heard as an error`, () => {
    const heard = heardOf(market, { ...PORTED, series: series(...ends) }, undefined)
    assert(heard?.kind === 'error')
    assert.match(heard.text, /not one range of this market/)
  })
}

test('every code of the catalogue is kept, every other one is 0 with its number in the text (contract O-29)', () => {
  const kept = Array.from({ length: 1000 }, (_, code) => refusalOf({ code })).filter(({ text }) => text === undefined)
  assert.deepEqual(
    kept.map(({ code }) => code),
    [0, 31, 32, 33, 34, 35, 36, 37, 38, 39, 99],
  )
  assert.deepEqual(refusalOf({ code: 77 }), { code: 0, text: 'code 77' })
})
