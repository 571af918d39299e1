import { deepEqual } from 'node:assert/strict'
import test from 'node:test'
import { partsOf } from './said.ts'

const DOC = { country_code: '1' }

// biome-ignore format: a table
const SENTENCES = [
  // sentence                                                              what is not mere words                              reason
  ['it is late',                                                           [],                                                 'words alone'],
  ['since 2026-11-22T06:42:49.081Z, until 2026-11-23T10:00:00Z',           ['2026-11-22T06:42:49.081Z', '2026-11-23T10:00:00Z'], 'instants of RFC 3339'],
  ['15550100 is routed to CARR (+15559901), with 15550100 to 15550199',    ['15550100', '15550100', '15550199'],               'a routing number stays as it is'],
  ['by the port XX202611-CARR-00001 of 1 number',                          [],                                                 'an identifier is no number'],
  ['0.0.1.0.5.5.5.1.e164.arpa and sip:+15550100;rn=15559901',              [],                                                 'nor is what DNS says'],
] as const
for (const [sentence, found, reason] of SENTENCES)
  test(`"${sentence}" has ${found.length} to be written for people: ${reason}`, () =>
    deepEqual(
      partsOf(sentence, DOC)
        .filter(({ kind }) => kind !== 'words')
        .map(({ text }) => text),
      found,
    ))

test('nothing of a sentence is lost', () => {
  const sentence = '15550100 since 2026-11-22T06:42:49.081Z.'
  deepEqual(
    partsOf(sentence, DOC)
      .map(({ text }) => text)
      .join(''),
    sentence,
  )
})
