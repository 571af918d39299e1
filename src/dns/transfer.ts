import { type Asker, answer, type DnsState, refuseTsig } from './answer.ts'
import type { Journal } from './journal.ts'
import { decodeQuery, FLAGS, type Query } from './message.codec.ts'
import { type DnsName, readName, skipName, writeName } from './name.codec.ts'
import { CLASSES, type ResourceRecord, type Soa, TYPES, writeRecord } from './record.codec.ts'
import type { RouteValue } from './table-values.ts'
import { readTsig, tsigSigner, verifyTsig } from './tsig.codec.ts'
import { put16, putBytes, type Writer, writerOn } from './writer.ts'
import { zoneContent } from './zone-content.ts'
import { soaOf } from './zone-enum.ts'
import type { StaticZone } from './zone-static.ts'

/** What a transfer needs besides the question. */
export type TransferState = {
  readonly state: DnsState
  readonly journal: Journal
  readonly fixedZones: readonly StaticZone[]
}

/**
 * Answers AXFR and IXFR over TCP to the secondaries of a zone, by address and key (RFC 5936, RFC 1995, RFC 8945).
 *
 * @returns undefined for any other question, which `answer` takes
 */
function transfer(bytes: Uint8Array, asker: Asker, transfers: TransferState): Iterable<Uint8Array> | undefined {
  const decoded = decodeQuery(bytes)
  if (decoded.kind !== 'query' || decoded.query.question.class !== CLASSES.IN) return undefined
  const { query } = decoded
  const { name, type } = query.question
  if ((type !== TYPES.AXFR && type !== TYPES.IXFR) || query.tsigAt === undefined) return undefined
  const { state } = transfers
  const tsig = readTsig(bytes, query.tsigAt)
  if (tsig === undefined) return undefined
  const verified = verifyTsig(bytes, tsig, state.policy.keys, asker.nowSeconds)
  if (typeof verified === 'string') return [refuseTsig(query, tsig, verified, asker, state)]
  const isSecondary = state.policy.secondaries
    .get(name)
    ?.some(({ key, octets }) => key === verified.key && Buffer.compare(octets, asker.address) === 0)
  // `answer` refuses every transfer, and signs that.
  if (!isSecondary) return undefined
  const sign = tsigSigner(verified.key, tsig.mac)
  const records =
    type === TYPES.AXFR ? wholeZone(name, transfers) : changedZone(name, serialOf(bytes, query), transfers)
  return records === undefined
    ? undefined
    : signed(messages(query, records), (message) => sign(message, asker.nowSeconds))
}

function* signed(messages: Iterable<Uint8Array>, sign: (message: Uint8Array) => Uint8Array): Generator<Uint8Array> {
  for (const message of messages) yield sign(message)
}

/** The zone between two copies of its SOA (RFC 5936 §2.2), as it was when the transfer began. */
function wholeZone(apex: DnsName, { state, journal, fixedZones }: TransferState): Iterable<ResourceRecord> | undefined {
  const fixed = fixedZones.find((zone) => zone.apex === apex)
  if (fixed !== undefined)
    return [soaIn(fixed), ...fixed.records.filter(({ data }) => data.type !== 'SOA'), soaIn(fixed)]
  const { plan } = state
  const zone = state.zones.all.find((each) => each.apex === apex)
  if (zone === undefined) return undefined
  const generation = plan.table.generation
  const soa = soaOf(apex, plan.config, generation)
  const nameServers = zone.find(apex, TYPES.NS)
  const content = zoneContent(apex, plan)
  return (function* () {
    yield soa
    if (nameServers.kind === 'records') yield* nameServers.answers
    yield* content.all(() => {
      const undo = plan.table.generation === generation ? UNCHANGED : journal.valuesAt(generation)
      if (undo === undefined)
        throw new Error('the zone changed too much while it was transferred; the secondary will ask again')
      return undo
    })
    yield soa
  })()
}

const UNCHANGED: ReadonlyMap<string, RouteValue | undefined> = new Map()

/** What changed since a serial (RFC 1995 §4): one difference from there to now; the whole zone when that is not known. */
function changedZone(
  apex: DnsName,
  serial: number | undefined,
  transfers: TransferState,
): Iterable<ResourceRecord> | undefined {
  const { state, journal, fixedZones } = transfers
  const { plan } = state
  const fixed = fixedZones.find((zone) => zone.apex === apex)
  const soa = fixed === undefined ? soaOf(apex, plan.config, plan.table.generation) : soaIn(fixed)
  if (serial === undefined) return undefined
  // Not behind, or ahead of us (RFC 1982): our SOA says all there is to say.
  const behind = (soaData(soa).serial - serial) | 0
  if (behind <= 0) return [soa]
  const undo = fixed === undefined ? journal.valuesAt(plan.table.generation - behind) : undefined
  if (undo === undefined) return wholeZone(apex, transfers)
  const { removed, added } = zoneContent(apex, plan).difference(undo)
  return [soa, soaOf(apex, plan.config, plan.table.generation - behind), ...removed, soa, ...added, soa]
}

function soaIn({ apex, records }: StaticZone): ResourceRecord {
  const soa = records.find(({ data }) => data.type === 'SOA')
  if (soa === undefined) throw new Error(`${apex} has no SOA`)
  return soa
}

function soaData({ data }: ResourceRecord): Soa {
  if (data.type !== 'SOA') throw new Error('not an SOA')
  return data
}

/** The serial that an IXFR query's authority section tells (RFC 1995 §3). */
function serialOf(bytes: Uint8Array, { question }: Query): number | undefined {
  if (bytes[9] !== 1) return undefined
  const type = skipName(bytes, 12 + question.wire.length)
  const primary = type === undefined ? undefined : readName(bytes, type + 10)
  const contact = primary && readName(bytes, primary.next)
  if (contact === undefined || contact.next + 20 > bytes.length) return undefined
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(contact.next)
}

/** A message is closed when it has so many octets: pointers reach 16 KiB, so more would compress less. */
const MESSAGE_OCTETS = 16_000

/** Packs records into messages, each with the question and authoritative. */
function* messages({ header, question }: Query, records: Iterable<ResourceRecord>): Generator<Uint8Array> {
  let writer: Writer | undefined
  let count = 0
  for (const record of records) {
    if (writer === undefined) {
      writer = writerOn(new Uint8Array(MESSAGE_OCTETS + 4096))
      put16(writer, header.id)
      put16(writer, FLAGS.QR | FLAGS.AA | (header.flags & FLAGS.RD))
      for (const counted of [1, 0, 0, 0]) put16(writer, counted)
      writeName(writer, question.name, 'compressed')
      putBytes(writer, question.wire.subarray(question.wire.length - 4))
      count = 0
    }
    writeRecord(writer, record)
    count++
    if (writer.at >= MESSAGE_OCTETS) {
      yield closed(writer, count)
      writer = undefined
    }
  }
  if (writer !== undefined) yield closed(writer, count)
}

function closed({ bytes, at }: Writer, count: number): Uint8Array {
  const message = bytes.slice(0, at)
  new DataView(message.buffer).setUint16(6, count)
  return message
}

/** What TCP answers: a transfer to those who may have it, else what `answer` says. */
export function tcpReplies(transfers: TransferState): (bytes: Uint8Array, asker: Asker) => Iterable<Uint8Array> {
  return (bytes, asker) => {
    const reply = transfer(bytes, asker, transfers) ?? answer(bytes, asker, transfers.state)
    if (reply === undefined) return []
    return reply instanceof Uint8Array ? [reply] : reply
  }
}
