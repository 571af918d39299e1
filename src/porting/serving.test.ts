import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import { loadMarket } from '../numbers/load-market.ts'
import { parseRange } from '../numbers/market.ts'
import { routeTo } from './serving.ts'

const market = await loadMarket(new URL('../../markets', import.meta.url).pathname, 'doc') // 55502 is CARR's, the rest of 5550 DONOR's

// biome-ignore format: a table
const CASES: readonly [first: string, last: string, operator: string, isHome: boolean, why: string][] = [
  // range                operator  home    why
  ['5550100', '5550199', 'DONOR',   true,  'one block'],
  ['5550300', '5551200', 'DONOR',   true,  'two blocks of one holder'],
  ['5550200', '5550299', 'CARR',    true,  'the finer block wins'],
  ['5550200', '5550299', 'DONOR',   false, 'the wider block is not what holds it'],
  ['5550199', '5550300', 'DONOR',   false, 'a block of another in the middle'],
  ['5550290', '5550310', 'CARR',    false, 'it ends in a block of another'],
  ['5550290', '5550310', 'DONOR',   false, 'it begins in a block of another'],
]
for (const [first, last, operator, isHome, why] of CASES) {
  test(`${first} to ${last} needs ${isHome ? 'no route' : 'a route'} to ${operator}: ${why}`, () => {
    const limits = { numbersPerRange: 100_000 }
    const range = parseRange(
      { ...market, limits },
      { first, last, numberType: 'mobile', fields: { first: 'first', last: 'last' } },
    )
    const route = routeTo(market, operator, { range, numberType: 'mobile' }, '+15559999')
    equal(route === undefined, isHome)
    if (route) deepEqual(route, { operator, routingNumber: '+15559999', numberType: 'mobile' })
  })
}
