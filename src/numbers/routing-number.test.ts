import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatRoutingNumber, parseRoutingNumber } from './routing-number.ts'

// biome-ignore format: a table
const READ: [text: string, normalised: string | undefined, reason: string][] = [
  ['+15559901',                     '+15559901',                     'global'],
  ['+1-215-555-0199',               '+12155550199',                  'visual separators are dropped (RFC 4769 example)'],
  ['+1.(215).555-0199',             '+12155550199',                  'all four of RFC 3966'],
  ['+1868d12',                      '+1868D12',                      'hexadecimal after the country code'],
  [' +15559901 ',                   '+15559901',                     'blanks around'],
  ['d2701;rn-context=+7',           'D2701;rn-context=+7',           'local, as Russia writes it'],
  ['27-01;RN-Context=+1-868',       '2701;rn-context=+1868',         'the name of a parameter is in any case'],
  ['2701;rn-context=Example.COM.',  '2701;rn-context=example.com',   'the context may be a domain'],
  ['5559901',                       undefined,                       'local digits without a context'],
  ['+D1234',                        undefined,                       'no country code begins with a letter'],
  ['+01234',                        undefined,                       'no country code begins with 0'],
  ['+2AF',                          undefined,                       'the country code ends before its last digit'],
  ['+1',                            undefined,                       'a country code alone routes nowhere'],
  ['+1234567890123456',             undefined,                       '16 digits'],
  ['+15559901;rn-context=+1',       undefined,                       'global with a context'],
  ['2701;rn-context=',              undefined,                       'an empty context'],
  ['2701;rn-context=+0',            undefined,                       'a context that is no country code'],
  ['2701;rn-context=-bad.example',  undefined,                       'a context that is no domain'],
  ['2701;phone-context=+1',         undefined,                       'another parameter'],
  ['2701;rn-context=+1;npdi',       undefined,                       'a parameter too many'],
  ['27 01;rn-context=+1',           undefined,                       'a blank is no visual separator'],
  ['G1;rn-context=+1',              undefined,                       'no hexadecimal digit'],
  ['',                              undefined,                       'nothing'],
]
for (const [text, normalised, reason] of READ) {
  test(`routing number ${JSON.stringify(text)}: ${reason}`, () => {
    const rn = parseRoutingNumber(text)
    equal(rn && formatRoutingNumber(rn), normalised)
  })
}

const hex = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: min, maxLength: max })
const separated = (digits: fc.Arbitrary<string>) =>
  digits.chain((text) =>
    fc
      .array(fc.constantFrom('', '', '-', '.', '(', ')'), { minLength: text.length, maxLength: text.length })
      .map((marks) => [...text].map((digit, at) => digit + marks[at]).join('')),
  )
const countryCode = fc.constantFrom('1', '7', '44', '233', '868', '998')
const routingNumber = fc.oneof(
  fc
    .tuple(countryCode, hex(1, 12))
    .chain(([cc, rest]) => separated(fc.constant(cc + rest)).map((digits) => `+${digits}`)),
  fc
    .tuple(
      separated(hex(1, 15)),
      fc.oneof(
        countryCode.map((cc) => `+${cc}`),
        fc.domain(),
      ),
    )
    .map(([digits, context]) => `${digits};rn-context=${context}`),
)

test('whatever the grammar makes is read, and its normalised text reads as itself', () => {
  fc.assert(
    fc.property(routingNumber, (text) => {
      const rn = parseRoutingNumber(text)
      const normalised = rn && formatRoutingNumber(rn)
      deepEqual(parseRoutingNumber(normalised ?? ''), rn)
      return rn !== undefined
    }),
  )
})

test('any text is read or refused, and what is read is safe inside a NAPTR regexp', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        routingNumber.chain((text) => fc.string().map((more) => text + more)),
      ),
      (text) => {
        const rn = parseRoutingNumber(text)
        return rn === undefined || /^[0-9A-Za-z+;=.-]+$/.test(formatRoutingNumber(rn))
      },
    ),
  )
})
