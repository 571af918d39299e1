import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from 'dns-packet'
import { answer, dnsState } from '../../../src/dns/answer.ts'
import { withJournal } from '../../../src/dns/journal.ts'
import { routeTable } from '../../../src/dns/table.ts'
import { tcpReplies } from '../../../src/dns/transfer.ts'
import { KEY, SECONDARY, signed, tsigOf } from '../signed.ts'
import { ASKER, DOC, POLICY, queryBytes, readReply, sentIn, setRoute } from '../world.ts'

const DIGI = { operator: 'DIGI', routingNumber: '+15559901' }

/** A primary at a generation, with one change since each of the ones before. */
function primary({ from = 1, to = 4, differenceMax = 100, changesMax = 100, since = 0 as number | 'elsewhere' } = {}) {
  const bare = routeTable(100_000)
  bare.setGeneration(from)
  const { table, journal } = withJournal(bare, { changesMax, differenceMax })
  for (let generation = from + 1; generation <= to; generation++) {
    const number = `+1555010${generation % 10}`
    setRoute(table, number, number, DIGI)
    table.setGeneration(generation)
  }
  const state = dnsState(DOC, table, { ...POLICY, ...SECONDARY })
  const asked = (serial: number): Buffer => {
    const soa = { mname: 'a.', rname: 'b.', serial, refresh: 1, retry: 1, expire: 1, minimum: 1 }
    const authorities: Answer[] = [{ type: 'SOA', name: 'e164.arpa', ttl: 0, data: soa }]
    return queryBytes('e164.arpa', 'IXFR', { authorities })
  }
  const replies = tcpReplies({
    state,
    journal,
    fixedZones: [],
    heldSince: () => (since === 'elsewhere' ? undefined : since),
  })
  return { state, asked, replies }
}

/** The records of the answer to an IXFR from a serial: SOAs by their serial, others by type. */
function changesSince(serial: number, options: Parameters<typeof primary>[0] = {}) {
  const { replies, asked } = primary(options)
  const messages = sentIn(replies(signed(asked(serial)).bytes, { ...ASKER, via: 'tcp' }))
  return messages
    .map((each) => readReply(each).packet)
    .flatMap(({ answers = [] }) => answers.map((record) => (record.type === 'SOA' ? record.data.serial : record.type)))
}

test('§4: the differences begin and end with the new SOA; the old SOA begins what is removed, the new what is added', () => {
  const records = changesSince(3)
  deepEqual(
    records.filter((each) => typeof each === 'number'),
    [4, 3, 4, 4],
  )
  deepEqual([records[0], records.at(-1)], [4, 4])
})

test('§2: a request with the same or a newer version is answered with a single SOA of the current one', () => {
  for (const serial of [4, 5, 2 ** 31]) deepEqual(changesSince(serial), [4], `from ${serial}`)
})

test('§4: when the changes since are not all known, the whole zone is sent, as for AXFR', () => {
  const whole = changesSince(1, { from: 1000, to: 1200, changesMax: 10 })
  deepEqual(
    whole.filter((each) => typeof each === 'number'),
    [1200, 1200],
  )
  ok(whole.length > 30)
})

test('§4: nor is the difference sent where it takes more than the whole zone', () => {
  const since = (serial: number) =>
    changesSince(serial, { differenceMax: 2 }).filter((each) => typeof each === 'number')
  deepEqual(
    [since(1), since(2)],
    [
      [4, 4],
      [4, 2, 4, 4],
    ],
  )
})

test('§4: what a secondary has is from before the zone was made as it is now: the whole zone, once', () => {
  const since = (serial: number) => changesSince(serial, { since: 2 }).filter((each) => typeof each === 'number')
  deepEqual(
    [since(1), since(2), since(3)],
    [
      [4, 4],
      [4, 2, 4, 4],
      [4, 3, 4, 4],
    ],
  )
})

test('the zone is made of the settings of another node: SERVFAIL, signed, to who may transfer it; others are refused', () => {
  const { replies, asked } = primary({ since: 'elsewhere' })
  const { bytes, mac } = signed(asked(3))
  const [reply, ...more] = sentIn(replies(bytes, { ...ASKER, via: 'tcp' }))
  deepEqual([readReply(reply!).rcode, more.length, tsigOf(reply!, mac)?.isRight], [2, 0, true])
  const whole = sentIn(replies(signed(queryBytes('e164.arpa', 'AXFR')).bytes, { ...ASKER, via: 'tcp' }))
  deepEqual(
    whole.map((each) => readReply(each).rcode),
    [2],
  )
  equal(readReply(sentIn(replies(asked(3), { ...ASKER, via: 'tcp' }))[0]!).rcode, 5)
})

test('§2: over UDP the answer is the SOA of the server’s current version, and the rest is to be had over TCP', () => {
  const { state, asked } = primary()
  const reply = readReply(answer(signed(asked(3)).bytes, { ...ASKER, via: 'udp' }, state)!)
  deepEqual(
    [reply.rcode, reply.isAuthoritative, reply.isTruncated, reply.answers.slice(0, 1)],
    [0, true, false, ['SOA']],
  )
})

test('whoever is no secondary is refused, over either', () => {
  const { state, asked, replies } = primary()
  const stranger = { ...ASKER, address: Uint8Array.of(203, 0, 113, 5) }
  const queries = [asked(3), signed(asked(3)).bytes]
  for (const query of queries) {
    equal(readReply(answer(query, { ...stranger, via: 'udp' }, state)!).rcode, 5)
    const [reply] = replies(query, { ...stranger, via: 'tcp' })
    equal(readReply(reply!).rcode, 5)
  }
  const { bytes } = signed(asked(3), { key: { ...KEY, secret: Buffer.alloc(16).toString('base64') } })
  equal(readReply(answer(bytes, { ...ASKER, via: 'udp' }, state)!).rcode, 9)
})

test('RFC 1982 §3.2: serials go round: after 4294967295 comes 0, which is newer', () => {
  const records = changesSince(2 ** 32 - 1, { from: 2 ** 32 - 2, to: 2 ** 32 + 1 })
  deepEqual(
    records.filter((each) => typeof each === 'number'),
    [1, 2 ** 32 - 1, 1, 1],
  )
  deepEqual(changesSince(1, { from: 2 ** 32 - 2, to: 2 ** 32 + 1 }), [1])
})
