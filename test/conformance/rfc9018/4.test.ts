import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { addressOctets } from '../../../src/dns/address.ts'
import { answerCookie, judgeCookie } from '../../../src/dns/cookie.codec.ts'

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
const OLD = 'e5e973e5a6b2a43f48e7dc849e37bfcf'
const NEW = '445536bcd2513298075a5d379663c962'

// biome-ignore format: a table
const EXAMPLES: readonly [example: string, secret: string, address: string, nowSeconds: number, asked: string, judged: string, answered: string][] = [
  ['A.1 learning a new server cookie',  OLD, '198.51.100.100', 1_559_731_985, '2464c4abcf10c957',
    'unknown', '2464c4abcf10c957010000005cf79f111f8130c3eee29480'],
  ['A.2 the same client, cookie aging', OLD, '198.51.100.100', 1_559_734_385, '2464c4abcf10c957010000005cf79f111f8130c3eee29480',
    'aging',   '2464c4abcf10c957010000005cf7a871d4a564a1442aca77'],
  ['A.3 reserved octets are not 0',     OLD, '203.0.113.203',  1_559_734_700, 'fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5',
    'unknown', 'fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e'],
  ['A.4 a secret that was replaced',    NEW, '2001:db8:220:1:59de:d0f4:8769:82b8', 1_559_741_961, '22681ab97d52c298010000005cf7c57926556bd0934c72f8',
    'unknown', '22681ab97d52c298010000005cf7c609a6bb79d16625507a'],
]
for (const [example, secret, address, nowSeconds, asked, judged, answered] of EXAMPLES) {
  test(`appendix ${example}`, () => {
    const facts = { secret: hex(secret), address: addressOctets(address)!, nowSeconds }
    equal(judgeCookie(hex(asked), facts), judged)
    equal(Buffer.from(answerCookie(hex(asked), facts)).toString('hex'), answered)
  })
}

test('§4.3: the server MUST allow cookies within a 1-hour period in the past and a 5-minute period into the future', () => {
  const secret = hex(OLD)
  const address = addressOctets('198.51.100.100')!
  const cookie = hex('2464c4abcf10c957010000005cf79f111f8130c3eee29480')
  const madeAt = 1_559_731_985
  for (const [offset, judged] of [
    [-301, 'unknown'],
    [-300, 'valid'],
    [1800, 'valid'],
    [1801, 'aging'],
    [3600, 'aging'],
    [3601, 'unknown'],
  ] as const) {
    equal(judgeCookie(cookie, { secret, address, nowSeconds: madeAt + offset }), judged, `${offset} s`)
  }
  equal(
    judgeCookie(cookie, { secret, address: addressOctets('198.51.100.101')!, nowSeconds: madeAt }),
    'unknown',
    'another address',
  )
})
