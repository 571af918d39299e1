import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { microsText, parseMicros } from './money.ts'

// biome-ignore format: a table
const READ: readonly (readonly [text: string, micros: bigint | undefined, printed?: string])[] = [
  // text           micros           printed
  ['12',            12_000_000n,     '12.00'],
  ['12.5',          12_500_000n,     '12.50'],
  [' 0.004 ',       4_000n,          '0.004'],
  ['-3.10',         -3_100_000n,     '-3.10'],
  ['+1',            1_000_000n,      '1.00'],
  ['0.000001',      1n,              '0.000001'],
  ['1000000000',    1_000_000_000_000_000n, '1000000000.00'],
  ['1000000001',    undefined],
  ['0.0000001',     undefined],
  ['1,5',           undefined],
  ['1,000.00',      undefined],
  ['12.',           undefined],
  ['.5',            undefined],
  ['1e3',           undefined],
  ['',              undefined],
  ['free',          undefined],
]
for (const [text, micros, printed] of READ) {
  test(`an amount written ${JSON.stringify(text)} is ${micros === undefined ? 'refused' : `${micros} micros`}`, () => {
    equal(parseMicros(text), micros)
    if (micros !== undefined) equal(microsText(micros), printed)
  })
}

test('what is printed is read as what it was', () => {
  const amounts = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })
  fc.assert(fc.property(amounts, (micros) => deepEqual(parseMicros(microsText(micros)), micros)))
})
