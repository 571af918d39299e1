import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { answer } from '../../../src/dns/answer.ts'
import { worldWith } from '../static.ts'
import { ASKER, ask, queryBytes } from '../world.ts'

// The sections of RFC 2782 have no numbers; "The format of the SRV RR" is the second of its body.
const { state } = worldWith('_sip._udp SRV 1 20 5060 host\n_none._tcp SRV 0 0 0 .\nhost A 192.0.2.1\n')
const bytesOf = (name: string): Buffer => Buffer.from(answer(queryBytes(name, 'SRV'), { ...ASKER, via: 'udp' }, state)!)

test('the format of the SRV RR: priority, weight and port are 16 bits each, and the target is not compressed', () => {
  const reply = bytesOf('_sip._udp.example.org')
  const target = Buffer.from('\x04host\x07example\x03org\x00', 'latin1')
  const at = reply.indexOf(target, 12 + 27)
  deepEqual([reply.readUInt16BE(at - 6), reply.readUInt16BE(at - 4), reply.readUInt16BE(at - 2)], [1, 20, 5060])
  equal(reply.readUInt16BE(at - 8), 6 + target.length, 'RDLENGTH')
})

test('Target: a target of "." means that the service is decidedly not available at this domain', () => {
  const [record] = ask(state, '_none._tcp.example.org', 'SRV').packet.answers ?? []
  deepEqual(record?.type === 'SRV' && record.data, { priority: 0, weight: 0, port: 0, target: '.' })
})

test('Target: implementors are urged, but not required, to return the address records in the additional section', () => {
  deepEqual(
    (ask(state, '_sip._udp.example.org', 'SRV').packet.additionals ?? []).map(({ name, type }) => `${name} ${type}`),
    ['host.example.org A'],
  )
})
