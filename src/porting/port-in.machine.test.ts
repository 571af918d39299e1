import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import {
  isLive,
  PORT_IN,
  PORTING_STATES,
  type PortInTrigger,
  type PortingState,
  stateOfCode,
} from './port-in.machine.ts'

/** The states passed through from NoPort. A refused trigger is listed as itself, so a wrong walk reads off the diff. */
function walk(...triggers: PortInTrigger[]) {
  let state: PortingState = 'NoPort'
  return triggers.map((on) => {
    const move = PORT_IN.next(state, on)
    if (move) state = move.to
    return move ? move.to : `refused ${on}`
  })
}

const ASKED = 'Waiting_for_Authorisation_Response'
const AUTHORISED = 'Waiting_for_Instruction'
const INSTRUCTED = 'Waiting_for_Instruction_Response'
const EXECUTING = 'Waiting_for_Ported_Response'
const CHANGING = 'Waiting_for_Change_Response'

// biome-ignore format: a table
const WALKS: [story: string, said: PortInTrigger[], passed: string[]][] = [
  ['all agree',                     ['pxs:acknowledged', 'pxs:authorised', 'operator:instruct', 'pxs:instructed', 'pxs:ported', 'checks:confirmed'],
                                    [ASKED, AUTHORISED, INSTRUCTED, EXECUTING, 'Number_Ported', 'Number_Ported_Complete']],
  ['instructed too early',          ['pxs:acknowledged', 'operator:instruct'], [ASKED, 'refused operator:instruct']],
  ['ported after an abort',         ['pxs:acknowledged', 'operator:abort', 'pxs:ported'], [ASKED, 'Aborted', 'refused pxs:ported']],
  ['ported without an instruction', ['pxs:acknowledged', 'pxs:authorised', 'pxs:ported'], [ASKED, AUTHORISED, 'refused pxs:ported']],
  ['instruction refused, again',    ['pxs:acknowledged', 'pxs:authorised', 'operator:instruct', 'pxs:instruction_refused', 'operator:instruct'],
                                    [ASKED, AUTHORISED, INSTRUCTED, AUTHORISED, INSTRUCTED]],
  ['the donor stays silent',        ['pxs:acknowledged', 'clock:timeout', 'pxs:authorised'], [ASKED, 'TimeOut', 'refused pxs:authorised']],
  ['the market lets it progress',   ['pxs:acknowledged', 'clock:progress', 'operator:instruct'], [ASKED, AUTHORISED, INSTRUCTED]],
  ['changed on the way',            ['pxs:acknowledged', 'pxs:authorised', 'operator:instruct', 'pxs:instructed', 'operator:change', 'pxs:changed', 'pxs:ported'],
                                    [ASKED, AUTHORISED, INSTRUCTED, EXECUTING, CHANGING, EXECUTING, 'Number_Ported']],
  ['ported before the change',      ['pxs:acknowledged', 'pxs:authorised', 'operator:instruct', 'pxs:instructed', 'operator:change', 'pxs:ported', 'pxs:changed'],
                                    [ASKED, AUTHORISED, INSTRUCTED, EXECUTING, CHANGING, 'Number_Ported', 'refused pxs:changed']],
]
for (const [story, said, passed] of WALKS) test(`port-in, ${story} (I6)`, () => deepEqual(walk(...said), passed))

const buttons = (state: PortingState) =>
  PORT_IN.offers(state).filter((on) => on === 'operator:abort' || on === 'operator:instruct')

test('port-in, the buttons of each state (porting-manager.md, "Port IN Dashboard", Actions)', () => {
  deepEqual(buttons(ASKED), ['operator:abort'])
  deepEqual(buttons(AUTHORISED), ['operator:instruct', 'operator:abort'])
})

test('port-in, abort is possible in states 0, 1 and 2 and nowhere else (contract O-07)', () => {
  const abortable = PORT_IN.rows.filter(([, on]) => on === 'operator:abort').map(([from]) => PORTING_STATES[from])
  deepEqual(abortable, [0, 1, 2])
})

test('port-in, our own clock never ends a port after its instruction: the number may have moved already', () => {
  const byClock = PORT_IN.rows.filter(([, on]) => on.startsWith('clock:')).map(([from]) => from)
  deepEqual([...new Set(byClock)], [ASKED])
})

test('port-in, only ported writes routes, and nothing else is called ported', () => {
  const routing = PORT_IN.rows.filter(([, , , actions]) => actions.includes('set_routes'))
  deepEqual(
    routing.map(([from, on, to]) => [from, on, to]),
    [
      [EXECUTING, 'pxs:ported', 'Number_Ported'],
      [CHANGING, 'pxs:ported', 'Number_Ported'],
    ],
  )
  const porting = PORT_IN.rows.filter(([, , to]) => to === 'Number_Ported')
  deepEqual(porting, routing)
})

test('every state is reached from NoPort, and has the number of the document', () => {
  for (const state of Object.keys(PORTING_STATES) as PortingState[]) {
    ok(PORT_IN.reaches('NoPort', state), state)
    equal(stateOfCode(PORTING_STATES[state]), state)
  }
  equal(stateOfCode(12), undefined)
})

test('a port is live until its numbers have moved or never will', () => {
  const live = (Object.keys(PORTING_STATES) as PortingState[]).filter(isLive).map((state) => PORTING_STATES[state])
  deepEqual(live, [0, 1, 2, 3, 10, 11])
})
