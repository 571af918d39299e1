import { equal } from 'node:assert/strict'
import test from 'node:test'
import { parseE164 } from '../numbers/e164.ts'
import { loadMarket } from '../numbers/load-market.ts'
import { type CoolOff, coolOffOf, coolOffText, type Move } from './cool-off.ts'

const markets = new URL('../../markets', import.meta.url).pathname
const jamaica = await loadMarket(markets, 'jm') // lock 60 days, return window 14, waiver allowed
const doc = await loadMarket(markets, 'doc') // no lock at all

const number = parseE164('+18762900010')! // in a block of DIGI
const PORTED = Temporal.Instant.from('2026-01-01T12:00:00Z')
const cameToUs: Move = { to: 'FLOW', from: undefined, number, at: PORTED }
const wentBack: Move = { to: undefined, from: 'FLOW', number, at: PORTED }
const after = (days: number) => PORTED.add({ minutes: Math.round(24 * 60 * days) })

// biome-ignore format: a table
const CASES: readonly [why: string, move: Move | undefined, to: string, days: number, waived: boolean, kind: CoolOff['kind']][] = [
  // why                                           the last port  goes to   after   waived  then
  ['a number that has never been ported is free',  undefined,     'DIGI',   1,      false,  'none'],
  ['back to where it came from, in the window',    cameToUs,      'DIGI',   13.9,   false,  'return'],
  ['the window ends after its days',               cameToUs,      'DIGI',   14,     false,  'locked'],
  ['somebody else has no window',                  cameToUs,      'THIRD',  1,      false,  'locked'],
  ['the lock ends after its days',                 cameToUs,      'THIRD',  60,     false,  'none'],
  ['just before, it is still locked',              cameToUs,      'THIRD',  59.9,   false,  'locked'],
  ['the customer has waived it',                   cameToUs,      'THIRD',  1,      true,   'waived'],
  ['a return needs no waiver',                     cameToUs,      'DIGI',   1,      true,   'return'],
  ['home again, it may return to us in the window', wentBack,     'FLOW',   1,      false,  'return'],
]
for (const [why, move, to, days, isWaived, kind] of CASES) {
  test(`cool-off: ${why}`, () => equal(coolOffOf(jamaica, move, { to, isWaived, at: after(days) }).kind, kind))
}

test('cool-off: a market that allows no waiver does not hear one', () => {
  const strict = { ...jamaica, coolOff: { ...jamaica.coolOff, isOverrideAllowed: false } }
  equal(coolOffOf(strict, cameToUs, { to: 'THIRD', isWaived: true, at: after(1) }).kind, 'locked')
})

test('cool-off: a market without a lock has none', () => {
  equal(coolOffOf(doc, cameToUs, { to: 'DONOR', isWaived: false, at: after(0) }).kind, 'none')
})

test('cool-off: its end is said as a day of the market', () => {
  const found = coolOffOf(jamaica, cameToUs, { to: 'THIRD', isWaived: false, at: after(1) })
  equal(found.kind === 'none' ? '' : coolOffText(jamaica, found.until), 'cool-off until 2026-03-02')
})
