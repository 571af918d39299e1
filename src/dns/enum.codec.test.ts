import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { E164 } from '../numbers/e164.ts'
import { digitsOfEnumName, enumNameOf, numberOfEnumName } from './enum.codec.ts'
import type { DnsName } from './name.codec.ts'

const ARPA = 'e164.arpa.' as DnsName

test('the printed example of the porting manager document (O-06)', () => {
  equal(enumNameOf('+15550100' as E164, ARPA), '0.0.1.0.5.5.5.1.e164.arpa.')
  equal(numberOfEnumName('0.0.1.0.5.5.5.1.e164.arpa.' as DnsName, ARPA), '+15550100')
})

test('a number comes back from its name', () => {
  const numbers = fc.stringMatching(/^[1-9][0-9]{2,14}$/).map((digits) => `+${digits}` as E164)
  fc.assert(fc.property(numbers, (number) => numberOfEnumName(enumNameOf(number, ARPA), ARPA) === number))
})

// biome-ignore format: a table
const LIES: readonly [name: string, digits: string | undefined, reason: string][] = [
  ['e164.arpa.',                         undefined, 'the apex is no number'],
  ['1.e164enum.net.',                    undefined, 'another apex'],
  ['1.xe164.arpa.',                      undefined, 'the apex must begin at a label'],
  ['10.e164.arpa.',                      undefined, 'two digits in a label'],
  ['a.1.e164.arpa.',                     undefined, 'a letter'],
  ['\\046.1.e164.arpa.',                 undefined, 'a dot inside a label'],
  ['5.5.1.e164.arpa.',                   '155',     'the first digits of a number'],
]
for (const [name, digits, reason] of LIES)
  test(`${name}: ${reason}`, () => deepEqual(digitsOfEnumName(name as DnsName, ARPA), digits))
