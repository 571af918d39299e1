import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { withJournal } from '../../../src/dns/journal.ts'
import { parseMaster } from '../../../src/dns/master.codec.ts'
import type { DnsName } from '../../../src/dns/name.codec.ts'
import { tcpReplies } from '../../../src/dns/transfer.ts'
import { SECONDARY, signed } from '../signed.ts'
import { ASKER, OPT, queryBytes, readReply, sentIn, setRoute, world } from '../world.ts'

const APEX = 'example.org.' as DnsName
const LONG = `"${'x'.repeat(255)}" `.repeat(100)
const fixed = {
  apex: APEX,
  records: parseMaster(`$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\nlong TXT ${LONG}\n`, APEX),
}
const secondaries = {
  ...SECONDARY.transfers!.secondaries,
  'example.org': SECONDARY.transfers!.secondaries['e164.arpa']!,
}
const { state, table } = world({}, { transfers: { ...SECONDARY.transfers!, secondaries } }, [fixed])
setRoute(table, '+15553000', '+15553999', { operator: 'DIGI', routingNumber: '+15559901' })
const replies = tcpReplies({ state, journal: withJournal(table).journal, fixedZones: [fixed] })

function transferred(query: Buffer) {
  return sentIn(replies(signed(query).bytes, { ...ASKER, via: 'tcp' })).map((each) => readReply(each))
}

test('§2.2: the first message begins with the SOA and the last ends with the same; nothing else is one', () => {
  const messages = transferred(queryBytes('e164.arpa', 'AXFR'))
  ok(messages.length > 1)
  const records = messages.flatMap(({ packet }) => packet.answers ?? [])
  deepEqual(records[0], records.at(-1))
  equal(records.filter(({ type }) => type === 'SOA').length, 2)
  equal(new Set(records.map((record) => JSON.stringify(record))).size, records.length - 1, 'each record once')
})

test('§2.2.1: every message has the id of the query, QR and AA, and RCODE 0', () => {
  for (const { id, rcode, isAuthoritative, isTruncated } of transferred(queryBytes('e164.arpa', 'AXFR')))
    deepEqual([id, rcode, isAuthoritative, isTruncated], [4711, 0, true, false])
})

test('§2.2.2: in the first message the question MUST be copied from the query, letter case and all', () => {
  const [first] = transferred(queryBytes('E164.aRPa', 'AXFR'))
  deepEqual(
    first?.packet.questions?.map(({ name, type }) => [name, type]),
    [['E164.aRPa', 'AXFR']],
  )
})

test('§2.2.5: a query with an OPT gets one in the first message', () => {
  const messages = transferred(queryBytes('e164.arpa', 'AXFR', { additionals: [OPT] }))
  deepEqual(
    messages.map(({ opt }) => opt?.type),
    ['OPT', ...messages.slice(1).map(() => undefined)],
  )
  equal(transferred(queryBytes('e164.arpa', 'AXFR'))[0]?.opt, undefined)
  const [newer] = transferred(queryBytes('e164.arpa', 'AXFR', { additionals: [{ ...OPT, ednsVersion: 1 }] }))
  deepEqual([newer?.answers, newer?.opt?.extendedRcode], [[], 1])
})

test('§3.1: a zone is transferred as it is, with glue and with a record longer than a message usually is', () => {
  const records = transferred(queryBytes('example.org', 'AXFR')).flatMap(({ packet }) => packet.answers ?? [])
  deepEqual(
    records.map(({ type }) => type),
    ['SOA', 'NS', 'A', 'TXT', 'SOA'],
  )
  const text = records.find(({ type }) => type === 'TXT')
  equal(text?.type === 'TXT' && [text.data].flat().length, 100)
})

test('§4.1: transfers go over TCP, and only to those who may have them: without a key REFUSED', () => {
  const [reply] = replies(queryBytes('e164.arpa', 'AXFR'), { ...ASKER, via: 'tcp' })
  deepEqual([readReply(reply!).rcode, readReply(reply!).answers], [5, []])
})
