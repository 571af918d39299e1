import { equal } from 'node:assert/strict'
import test from 'node:test'
import { counted, timesOf } from './count.ts'

// biome-ignore format: a table
const SAID = [
  // said                                                       for people
  [counted(0, 'number'),                                        '0 numbers'],
  [counted(1, 'number'),                                        '1 number'],
  [counted(2, 'number'),                                        '2 numbers'],
  [counted(1, 'stream is open', 'streams are open'),            '1 stream is open'],
  [counted(3, 'stream is open', 'streams are open'),            '3 streams are open'],
  [timesOf(1),                                                  'once'],
  [timesOf(4),                                                  '4 times'],
] as const
for (const [said, forPeople] of SAID) test(`a count is said as ${forPeople}`, () => equal(said, forPeople))
