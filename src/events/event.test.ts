import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import Value from 'typebox/value'
import { EVENT_TYPES, LifecycleEvent, portInEvent, portOutEvent } from './event.ts'
import { SAMPLE_TIME, sampleEvent, samplePort } from './sample.testing.ts'

const rejected = samplePort({ state: 'Rejected', failureReason: 35, failureText: 'Prepaid expected' })
const moment = { at: Temporal.Instant.from('2026-01-01T00:00:00.123456Z'), self: 'CARR', stateCode: 99 }

test('an event says what became of the port, in the words that subscribers are promised', () => {
  const { id, ...event } = portInEvent('port_in.rejected', rejected, moment)
  equal(/^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(id), true, 'a UUID of version 7, so that ids are in the order of time')
  deepEqual(event, {
    type: 'port_in.rejected',
    at: '2026-01-01T00:00:00.123Z',
    data: {
      port_in_id: 42,
      msgidentifier: 'XX202501-CARR-00001',
      original_msgidentifier: null,
      state: 'Rejected',
      state_code: 99,
      first_number: '+15550100',
      last_number: '+15550199',
      donor: 'DONOR',
      recipient: 'CARR',
      number_type: 'mobile',
      account_type: 'Prepaid',
      failure_reason: 35,
      failure_text: 'Prepaid expected',
    },
  })
})

test('an event of a port-out says the same, with the operators the other way round', () => {
  const { id, data, ...event } = portOutEvent('port_out.rejected', rejected, moment)
  equal(typeof id, 'string')
  deepEqual(event, { type: 'port_out.rejected', at: '2026-01-01T00:00:00.123Z' })
  deepEqual(data, {
    port_out_id: 42,
    msgidentifier: 'XX202501-CARR-00001',
    state: 'Rejected',
    state_code: 99,
    first_number: '+15550100',
    last_number: '+15550199',
    donor: 'CARR',
    recipient: 'DONOR',
    number_type: 'mobile',
    account_type: 'Prepaid',
    failure_reason: 35,
    failure_text: 'Prepaid expected',
  })
})

for (const type of EVENT_TYPES) {
  test(`${type} has the shape that is published`, () => {
    deepEqual([...Value.Errors(LifecycleEvent, sampleEvent(type))], [])
  })
}

// biome-ignore format: a table
const LIES: [what: string, change: object][] = [
  // what                              instead
  ['a type that is not ours',          { type: 'port_in.exploded' }],
  ['a field that is not published',    { data: { ...sampleEvent('port_in.ported').data, email: 'ops@example.com' } }],
  ['a number in national form',        { data: { ...sampleEvent('port_in.ported').data, first_number: '5550100' } }],
  ['a port-out that says it is one in', { type: 'port_out.ported' }],
  ['no port',                          { data: null }],
]
for (const [what, change] of LIES) {
  test(`${what} does not pass for an event`, () => {
    equal(Value.Check(LifecycleEvent, { ...sampleEvent('port_in.ported', undefined, SAMPLE_TIME), ...change }), false)
  })
}
