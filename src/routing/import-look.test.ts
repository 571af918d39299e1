import { equal } from 'node:assert/strict'
import test from 'node:test'
import { isStillTrue } from './import-look.ts'

// biome-ignore format: a table
const LOOKS: readonly [what: string, looked: number, newest: number, previous: number | undefined, isRepeated: boolean, isTrue: boolean][] = [
  ['nothing was written since',                                    7, 7, undefined, false, true],
  ['nothing was written since, a number stood on an earlier line', 7, 7, 7,         true,  true],
  ['only the batch before was written since',                      7, 8, 8,         false, true],
  ['and a number may be one of that batch',                        7, 8, 8,         true,  false],
  ['another writer has written',                                   7, 8, undefined, false, false],
  ['another writer, after the batch before',                       7, 8, 7,         false, false],
  ['another writer, before the batch before',                      7, 9, 8,         false, false],
  ['another writer, between the look and the batch before',        7, 9, 9,         false, false],
]
for (const [what, generation, newest, previous, isRepeated, isTrue] of LOOKS) {
  test(`a look is ${isTrue ? 'still' : 'no longer'} true: ${what}`, () => {
    equal(isStillTrue({ generation }, [{ isRepeated: false }, { isRepeated }], { newest, previous }), isTrue)
  })
}
