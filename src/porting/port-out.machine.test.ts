import { deepEqual, ok } from 'node:assert/strict'
import test from 'node:test'
import { LIFECYCLES } from './lifecycle.ts'
import { isLive, PORTING_STATES, type PortingState } from './port-in.machine.ts'
import { PORT_OUT, type PortOutTrigger } from './port-out.machine.ts'

const ASKED = 'Waiting_for_Authorisation_Response'
const AUTHORISED = 'Waiting_for_Instruction'
const EXECUTING = 'Waiting_for_Ported_Response'

/** The states passed through from the birth of a port-out. A refused trigger is listed as itself. */
function walk(...triggers: PortOutTrigger[]) {
  let state: PortingState = ASKED
  return triggers.map((on) => {
    const move = PORT_OUT.next(state, on)
    if (move) state = move.to
    return move ? move.to : `refused ${on}`
  })
}

// biome-ignore format: a table
const WALKS: [story: string, said: PortOutTrigger[], passed: string[]][] = [
  ['a person agrees, all goes on',     ['operator:authorise', 'pxs:instruction', 'pxs:ported', 'checks:confirmed'], [AUTHORISED, EXECUTING, 'Number_Ported', 'Number_Ported_Complete']],
  ['the policy agrees',                ['guard:authorise', 'pxs:instruction'],                 [AUTHORISED, EXECUTING]],
  ['the market agrees for us',         ['clock:progress', 'pxs:instruction'],                  [AUTHORISED, EXECUTING]],
  ['a person refuses, and that is it', ['operator:reject', 'operator:authorise'],              ['Rejected', 'refused operator:authorise']],
  ['too late to refuse',               ['operator:authorise', 'operator:reject'],              [AUTHORISED, 'refused operator:reject']],
  ['our silence',                      ['clock:timeout', 'operator:authorise'],                ['TimeOut', 'refused operator:authorise']],
  ['instructed before we agreed',      ['pxs:instruction', 'operator:authorise'],              ['refused pxs:instruction', AUTHORISED]],
  ['ported before the instruction',    ['operator:authorise', 'pxs:ported'],                   [AUTHORISED, 'refused pxs:ported']],
  ['withdrawn in time',                ['operator:authorise', 'pxs:aborted', 'pxs:instruction'], [AUTHORISED, 'Aborted', 'refused pxs:instruction']],
  ['withdrawn too late',               ['operator:authorise', 'pxs:instruction', 'pxs:aborted'], [AUTHORISED, EXECUTING, 'refused pxs:aborted']],
  ['our yes did not arrive',           ['guard:authorise', 'pxs:answer_refused', 'operator:authorise'], [AUTHORISED, ASKED, AUTHORISED]],
]
for (const [story, said, passed] of WALKS) test(`port-out, ${story} (O-45)`, () => deepEqual(walk(...said), passed))

test('port-out, every decision records its basis: no row leads to authorised or rejected without (I20)', () => {
  const decided = PORT_OUT.rows.filter(([, , to]) => to === AUTHORISED || to === 'Rejected')
  ok(decided.length > 0)
  deepEqual(
    decided.filter(([, , , actions]) => !actions.includes('record_basis')),
    [],
  )
})

test('port-out, only ported moves routes, and nothing is deleted (O-43)', () => {
  const routing = PORT_OUT.rows.filter(([, , to, actions]) => actions.includes('set_routes') || to === 'Number_Ported')
  deepEqual(
    routing.map(([, on, to]) => [on, to]),
    [['pxs:ported', 'Number_Ported']],
  )
})

test('port-out, the buttons are those of state 1 alone (porting-manager.md, "Port OUT Dashboard")', () => {
  const buttons = PORT_OUT.rows
    .filter(([, on]) => on.startsWith('operator:'))
    .map(([from, on]) => [PORTING_STATES[from], on])
  deepEqual(buttons, [
    [1, 'operator:authorise'],
    [1, 'operator:reject'],
  ])
})

test('both directions mean the same by a live port, and have words for every trigger', () => {
  for (const { machine, words } of Object.values(LIFECYCLES)) {
    const states = new Set(machine.rows.flatMap(([from, , to]) => [from, to]))
    for (const state of states) {
      const isOnItsWay = state !== 'Number_Ported' && machine.reaches(state, 'Number_Ported')
      ok(isOnItsWay === isLive(state), state)
    }
    for (const [, on] of machine.rows) ok(words[on], on)
  }
})
