import { equal } from 'node:assert/strict'
import test from 'node:test'
import { csvOf } from './csv.ts'

// biome-ignore format: a table
const CELLS = [
  // cell             in the file           reason
  ['plain',           'plain',              'as it is'],
  ['a, b',            '"a, b"',             'a comma is quoted'],
  ['say "no"',        '"say ""no"""',       'a quote is doubled'],
  ['two\nlines',      '"two\nlines"',       'a line break is quoted'],
  ['=1+1',            "'=1+1",              'a spreadsheet must not run it'],
  ['-2+3',            "'-2+3",              'nor this'],
  ['\uff1d1+1',      "'\uff1d1+1",          'nor a sign of full width'],
  ['\uff0b1+1',      "'\uff0b1+1",          'nor this one'],
  ['\n=1+1',         '"\'\n=1+1"',         'nor what comes after a line end'],
  ['+15550100',       '+15550100',          'a telephone number stays one'],
  ['',                '',                   'nothing'],
] as const
for (const [cell, written, reason] of CELLS) {
  test(`${JSON.stringify(cell)} is written ${JSON.stringify(written)}: ${reason}`, () =>
    equal(csvOf(['a', 'b'], [[cell, 7]]), `a,b\r\n${written},7\r\n`))
}
