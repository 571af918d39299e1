import { deepEqual } from 'node:assert/strict'
import test from 'node:test'
import { loadMarket } from '../numbers/load-market.ts'
import { parseRange } from '../numbers/market.ts'
import { rangeText } from '../numbers/range.ts'
import { routesTo } from './serving.ts'

const market = await loadMarket(new URL('../../markets', import.meta.url).pathname, 'doc') // 55502 is CARR's, the rest of 5550 DONOR's

// biome-ignore format: a table
const CASES: readonly [first: string, last: string, operator: string, routed: readonly string[], home: readonly string[], why: string][] = [
  // range                operator  with a route                            home                                     why
  ['5550100', '5550199', 'DONOR',   [],                                      ['+15550100..+15550199'],                'one block'],
  ['5550300', '5551200', 'DONOR',   [],                                      ['+15550300..+15551200'],                'two blocks of one holder'],
  ['5550200', '5550299', 'CARR',    [],                                      ['+15550200..+15550299'],                'the finer block wins'],
  ['5550200', '5550299', 'DONOR',   ['+15550200..+15550299'],                [],                                      'the wider block is not what holds it'],
  ['5550199', '5550300', 'DONOR',   ['+15550200..+15550299'],                ['+15550199', '+15550300'],              'a block of another in the middle'],
  ['5550290', '5550310', 'CARR',    ['+15550300..+15550310'],                ['+15550290..+15550299'],                'it ends in a block of another'],
  ['5550290', '5550310', 'DONOR',   ['+15550290..+15550299'],                ['+15550300..+15550310'],                'it begins in a block of another'],
  ['5550199', '5550300', 'THIRD',   ['+15550199..+15550300'],                [],                                      'two blocks of others are one run'],
]
for (const [first, last, operator, routed, home, why] of CASES) {
  test(`${first} to ${last} at ${operator}: only numbers outside its own blocks have a route: ${why}`, () => {
    const limits = { numbersPerRange: 100_000 }
    const range = parseRange(
      { ...market, limits },
      { first, last, numberType: 'mobile', fields: { first: 'first', last: 'last' } },
    )
    const runs = routesTo(market, operator, { range, numberType: 'mobile' }, '+15559999')
    const rangesOf = (isRouted: boolean) =>
      runs.filter(({ route }) => (route !== undefined) === isRouted).map((run) => rangeText(run.range))
    deepEqual(rangesOf(true), routed)
    deepEqual(rangesOf(false), home)
    for (const { route } of runs)
      if (route) deepEqual(route, { operator, routingNumber: '+15559999', numberType: 'mobile' })
  })
}
