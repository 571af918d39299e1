import { deepEqual, rejects } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { csvRecords } from './csv-records.ts'

async function* inPieces(text: string, size: number) {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}
const read = (text: string, size = 7) => Array.fromAsync(csvRecords(inPieces(text, size)))

test('a record ends where its line ends, unless a quote is open', async () => {
  deepEqual(await read('a,b\r\n1,2\n\n"x\ny","say ""hi"""\n3,4'), ['a,b', '1,2', '"x\ny","say ""hi"""', '3,4'])
  deepEqual(await read(''), [])
})

test('the pieces in which a file comes change nothing', async () => {
  const cell = fc.constantFrom('1', 'x y', '"a\nb"', '"""q"""', '""')
  const file = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(file, fc.integer({ min: 1, max: 9 }), async (rows, size) => {
      const records = rows.map((row) => row.join(','))
      deepEqual(await read(`${records.join('\n')}\n`, size), records)
    }),
  )
})

test('a quote that is never closed ends the reading, not the memory', async () => {
  await rejects(read(`"${'x\n'.repeat(1 << 20)}`, 1 << 16), /is a quote never closed/)
})
