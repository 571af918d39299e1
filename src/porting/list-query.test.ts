import { deepEqual } from 'node:assert/strict'
import test from 'node:test'
import { loadMarket } from '../numbers/load-market.ts'
import { meaningOf } from './list-query.ts'

const market = await loadMarket(new URL('../../markets', import.meta.url).pathname, 'doc')

// biome-ignore format: a table
const CASES: readonly [q: string, kind: string, what: string | undefined][] = [
  // q                     means        what
  ['DONOR',               'operator',  'DONOR'],
  ['donor',               'operator',  'DONOR'],
  ['5550100',             'number',    '+15550100'],
  ['+15550100',           'number',    '+15550100'],
  ['555 0100',            'number',    '+15550100'],
  ['00012',               'sequence',  '00012'],
  ['XX202501-CARR-00012', 'end',       'XX202501-CARR-00012'],
  ['carr-00012',          'end',       'CARR-00012'],
  ['xx202501',            'beginning', 'XX202501'],
  ['XX202501-CARR-000',   'beginning', 'XX202501-CARR-000'],
  ['100%',                'beginning', '100%'],
]
for (const [q, kind, what] of CASES) {
  test(`the q ${q} of a list means ${kind} ${what}`, () => {
    const { kind: found, ...rest } = meaningOf(market, q)
    deepEqual([found, Object.values(rest)[0]], [kind, what])
  })
}
