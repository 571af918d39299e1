import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PORTING_STATES } from '../../porting/port-in.machine.ts'
import { Fault } from '../../shared/fault.ts'
import { contactOfWire, donorOfWire, identifierOfWire, stateOfWire } from './port-in.codec.ts'

test('every state is found by its name in any case and by its number', () => {
  for (const [name, code] of Object.entries(PORTING_STATES)) {
    for (const text of [name, name.toLowerCase(), name.toUpperCase(), String(code)]) {
      assert.equal(stateOfWire(text, 'state'), name, text)
    }
  }
  assert.equal(stateOfWire('Waiting_for_Authorisation', 'state'), 'NoPort', 'the name without a number (O-07)')
})

// biome-ignore format: a table
const NO_STATES: [text: string, why: string][] = [
  ['4',         'not in the table'],
  ['-1',        'negative'],
  ['1.0',       'not written as in the table'],
  ['0x1',       'hexadecimal'],
  ['',          'empty'],
  ['toString',  'a word of every object'],
  ['__proto__', 'a word of every object'],
]
for (const [text, why] of NO_STATES) {
  test(`${JSON.stringify(text)} is no state: ${why}`, () => {
    assert.throws(
      () => stateOfWire(text, 'PortingState'),
      (error) => error instanceof Fault && error.code === 'field_invalid' && error.field === 'PortingState',
    )
  })
}

test('absent, empty and Auto leave the donor to be found', () => {
  for (const text of [undefined, '', 'Auto', 'auto', 'AUTO']) assert.equal(donorOfWire(text), undefined)
  assert.equal(donorOfWire('DONOR'), 'DONOR')
})

test('a contact number is its digits', () => {
  assert.equal(contactOfWire('+1 (555) 010-0'), '15550100')
})

test('a name that no port can have is not looked for', () => {
  assert.equal(identifierOfWire('XX202501-CARR-00001'), 'XX202501-CARR-00001')
  for (const text of ['', 'a b', 'a/b', 'a\u0000', 'x'.repeat(41), 'é']) {
    assert.throws(
      () => identifierOfWire(text),
      (error) => error instanceof Fault && error.code === 'port_not_found',
    )
  }
})
