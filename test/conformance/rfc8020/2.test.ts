import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { ask, world } from '../world.ts'

const { state } = world()

test('§2: NXDOMAIN means that neither the name nor any name under it exists', () => {
  for (const name of ['2.e164.arpa', '0.2.e164.arpa', '0.0.0.0.0.0.0.2.e164.arpa', 'x.e164.arpa', '5.x.e164.arpa']) {
    equal(ask(state, name, 'NAPTR').rcode, 3, name)
  }
})

test('§2: and so no name on the way to an existing one is ever NXDOMAIN', () => {
  const labels = '0.0.1.0.5.5.5.1'.split('.')
  for (let from = 0; from <= labels.length; from++) {
    const name = [...labels.slice(from), 'e164.arpa'].join('.')
    for (const type of ['NAPTR', 'NS', 'A', 'TXT', 'ANY']) equal(ask(state, name, type).rcode, 0, `${name} ${type}`)
  }
})
