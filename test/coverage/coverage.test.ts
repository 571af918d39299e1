import { deepEqual, equal } from 'node:assert/strict'
import test, { before } from 'node:test'
import { npApiDocument } from '../../src/http/np-api/document.ts'
import { coverageOf, openInVain, rowsIn } from './coverage.ts'
import { ENDPOINTS, GROUPS, ROWS } from './rows.ts'
import { type NamedTest, testNames } from './test-names.ts'

let tests: readonly NamedTest[]
before(async () => {
  tests = await testNames()
})

test('every row of the contract has a test whose name says it, or stands on the open list with a reason', () => {
  deepEqual(coverageOf(tests).missing, [])
})

test('a row leaves the open list when a test shows it', () => {
  deepEqual(coverageOf(tests).paid, [])
  deepEqual(openInVain(), [])
})

test('what a name says in brackets at its end are rows, spelt as in the table', () => {
  deepEqual(coverageOf(tests).unknown, [])
})

test('no two rows have the same id', () => {
  equal(ROWS.size, GROUPS.flatMap(({ rows }) => rows).length)
})

// biome-ignore format: a table
const NAMES: readonly [name: string, rows: readonly string[], why: string][] = [
  ['abort is taken [endpoint 5 success, state 98]', ['endpoint 5 success', 'state 98'],  'a list in brackets at the end'],
  ['a list [of things] is read',                    [],                                  'brackets elsewhere are words'],
  ['the old id leads on (O-31, I21) [code 35]',     ['O-31', 'I21', 'code 35'],          'resolutions and invariants anywhere'],
  ['contract X-04, RFC 4694, IMSI I',               [],                                  'other papers and words'],
]
for (const [name, rows, why] of NAMES) test(`rows in a name: ${why}`, () => deepEqual(rowsIn(name), rows))

type Described = { paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>> }

test('every operation is described with exactly the refusals of its rows, and 500 for our own faults', async () => {
  const { paths } = (await npApiDocument()) as Described // OpenAPI, whose other parts have tests of their own
  const described = Object.values(paths).flatMap((path) => Object.values(path))
  for (const [, address, operation, refusals] of ENDPOINTS) {
    const found = described.find(({ operationId }) => operationId === operation)
    if (!found) continue // the explorer is no operation of the description; what is not built yet is on the open list
    const statuses = Object.keys(found.responses).map(Number)
    deepEqual(statuses.toSorted(), [...new Set([200, ...refusals, 500])].toSorted(), address)
  }
})
