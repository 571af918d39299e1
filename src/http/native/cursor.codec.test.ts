import { deepEqual, equal, throws } from 'node:assert/strict'
import test from 'node:test'
import { cursorOf, placeOf } from './cursor.codec.ts'

const ID = '0198c1de-5f7b-7aaa-8000-5d2f4d1c9a11'
const AT = Temporal.Instant.from('2025-01-15T10:30:00.987654Z')

test('a cursor gives the place that it was made of', () => {
  const cursor = cursorOf('ports', [AT.toString(), ID, 'a/b', 3, 4711])
  const place = placeOf('ports', cursor, ['instant', 'id', 'text', 'line', 'number'])
  deepEqual(place?.map(String), [AT.toString(), ID, 'a/b', '3', '4711'])
  equal(placeOf('ports', undefined, ['id']), undefined)
  equal(placeOf('ports', '', ['id']), undefined)
})

// biome-ignore format: a table
const REFUSED: [what: string, cursor: string, form: Parameters<typeof placeOf>[2]][] = [
  ['of another question',           cursorOf('routes', [ID]),                      ['id']],
  ['of another length',             cursorOf('ports', [ID, ID]),                   ['id']],
  ['that is none',                  'nonsense',                                    ['id']],
  ['with text in place of an id',   cursorOf('ports', ['x']),                      ['id']],
  ['with text in place of a time',  cursorOf('ports', ['x']),                      ['instant']],
  ['with a time before all records', cursorOf('ports', ['-271821-04-20T00:00:00Z']), ['instant']],
  ['with a number for text',        cursorOf('ports', [1]),                        ['text']],
  ['with text that cannot be kept', cursorOf('ports', ['a\0']),                    ['text']],
  ['with half a number',            cursorOf('ports', [0.5]),                      ['number']],
  ['with a line past all lines',    cursorOf('ports', [2 ** 31]),                  ['line']],
]
for (const [what, cursor, form] of REFUSED) {
  test(`refused: a cursor ${what}`, () => {
    throws(() => placeOf('ports', cursor, form), { code: 'field_invalid', field: 'cursor' })
  })
}
