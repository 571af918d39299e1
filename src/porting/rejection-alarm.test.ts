import { equal } from 'node:assert/strict'
import test from 'node:test'
import { isAbnormal } from './rejection-alarm.ts'

// biome-ignore format: a table
const CASES: readonly (readonly [why: string, recent: readonly [answered: number, rejected: number], before: readonly [answered: number, rejected: number], isAbnormal: boolean])[] = [
  // why                                                      recent      before        abnormal
  ['as ever',                                                 [50, 5],    [1000, 100],  false],
  ['a little more than ever is chance',                       [50, 9],    [1000, 100],  false],
  ['three times as much is not',                              [50, 16],   [1000, 100],  true],
  ['all refused where a tenth was',                           [10, 10],   [1000, 100],  true],
  ['two refusals of two are too few to tell',                 [2, 2],     [1000, 10],   false],
  ['a donor that always refused much is measured by itself',  [50, 30],   [1000, 550],  false],
  ['and more than that is told of',                           [50, 45],   [1000, 550],  true],
  ['never refused before: the first ones count',              [40, 4],    [500, 0],     true],
  ['no history, no verdict',                                  [50, 50],   [19, 0],      false],
  ['nothing asked today',                                     [0, 0],     [1000, 100],  false],
]
for (const [why, [recentAnswered, recentRejected], [beforeAnswered, beforeRejected], expected] of CASES) {
  test(`a rejection rate against its own history: ${why}`, () => {
    equal(isAbnormal({ recentAnswered, recentRejected, beforeAnswered, beforeRejected }), expected)
  })
}
