import { type Asker, answer, type DnsState, ednsReply, NOTHING, PLAIN_OCTETS, signerOf } from './answer.ts'
import type { Journal } from './journal.ts'
import { decodeQuery, type Edns, encodeReply, FLAGS, type Query, writeEdns, writeQuestion } from './message.codec.ts'
import { type DnsName, readName, skipName } from './name.codec.ts'
import { CLASSES, RDATA_OCTETS_MAX, type ResourceRecord, type Soa, TYPES, writeRecord } from './record.codec.ts'
import { put16, type Writer, writerOn } from './writer.ts'
import type { ZoneClaims } from './zone-claims.ts'
import { zoneContent } from './zone-content.ts'
import { soaOf } from './zone-enum.ts'
import type { StaticZone } from './zone-static.ts'

/** What a transfer needs besides the question. */
export type TransferState = {
  readonly state: DnsState
  readonly journal: Journal
  readonly fixedZones: readonly StaticZone[]
  /** Default: every zone has always been made as it is now. */
  readonly heldSince?: ZoneClaims['heldSince'] | undefined
}

/**
 * Answers AXFR and IXFR over TCP to the secondaries of a zone, by address and key (RFC 5936, RFC 1995, RFC 8945).
 *
 * @returns undefined for any other question, which `answer` takes
 */
function transfer(bytes: Uint8Array, asker: Asker, transfers: TransferState): Messages | undefined {
  const decoded = decodeQuery(bytes)
  if (decoded.kind !== 'query' || decoded.query.question.class !== CLASSES.IN) return undefined
  const { query } = decoded
  const { name, type } = query.question
  if ((type !== TYPES.AXFR && type !== TYPES.IXFR) || query.tsigAt === undefined) return undefined
  const { state, heldSince = () => 0 } = transfers
  const signer = signerOf(bytes, query, query.tsigAt, asker, state)
  if (signer instanceof Uint8Array) return [signer]
  // `answer` refuses every transfer, and EDNS that is wrong, and signs that.
  if (!state.policy.isSecondary(name, signer.key, asker.address)) return undefined
  const { edns, rcode } = ednsReply(query.edns, asker, state)
  if (rcode !== 'NOERROR') return undefined
  // Our serial now stands for what another node makes of the zone: the secondary is to ask that one.
  const since = heldSince(name)
  if (since === undefined)
    return [signer.sign(encodeReply({ ...NOTHING, ...query, edns, rcode: 'SERVFAIL' }, PLAIN_OCTETS), asker.nowSeconds)]
  const serial = serialOf(bytes, query)
  const records = type === TYPES.AXFR ? wholeZone(name, transfers) : changedZone(name, { serial, since }, transfers)
  return records === undefined
    ? undefined
    : signed(messages({ ...query, edns }, records), (message) => signer.sign(message, asker.nowSeconds))
}

/** undefined is a pause: there is nothing to send yet, and others may have a turn. */
type Messages = Iterable<Uint8Array | undefined>
type Records = Iterable<ResourceRecord | undefined>

function* signed(messages: Messages, sign: (message: Uint8Array) => Uint8Array): Generator<Uint8Array | undefined> {
  for (const message of messages) yield message && sign(message)
}

/** The zone between two copies of its SOA (RFC 5936 §2.2), as it was when the transfer began. */
function wholeZone(apex: DnsName, { state, journal, fixedZones }: TransferState): Records | undefined {
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
  const past = journal.present()
  return (function* () {
    yield soa
    if (nameServers.kind === 'records') yield* nameServers.answers
    yield* content.all(past)
    yield soa
  })()
}

/** What changed since a serial (RFC 1995 §4): one difference from there to now; the whole zone when that is not known. */
function changedZone(
  apex: DnsName,
  { serial, since }: { readonly serial: number | undefined; readonly since: number },
  transfers: TransferState,
): Records | undefined {
  const { state, journal, fixedZones } = transfers
  const { plan } = state
  const fixed = fixedZones.find((zone) => zone.apex === apex)
  const soa = fixed === undefined ? soaOf(apex, plan.config, plan.table.generation) : soaIn(fixed)
  if (serial === undefined) return undefined
  // Not behind, or ahead of us (RFC 1982): our SOA says all there is to say.
  const behind = (soaData(soa).serial - serial) | 0
  if (behind <= 0) return [soa]
  const from = plan.table.generation - behind
  // What a secondary has from before the zone was made as it is now differs by more than by routes.
  const changes = fixed === undefined && from >= since ? journal.changesSince(from) : undefined
  if (changes === undefined) return wholeZone(apex, transfers)
  const { removed, added } = zoneContent(apex, plan).difference(changes, journal.changesFromNow())
  return (function* () {
    yield* [soa, soaOf(apex, plan.config, from)]
    yield* removed
    yield soa
    yield* added
    yield soa
  })()
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
/** The name and the head of the record that closes it, and our OPT. */
const BESIDE_OCTETS = 1024

/** Packs records into messages, each with the question and authoritative, the first with our OPT (RFC 5936 §2.2). */
function* messages({ header, question, edns }: Query, records: Records): Generator<Uint8Array | undefined> {
  const octets = new Uint8Array(MESSAGE_OCTETS + RDATA_OCTETS_MAX + BESIDE_OCTETS)
  let writer: Writer | undefined
  let opt = edns
  let count = 0
  for (const record of records) {
    if (record === undefined) {
      yield
      continue
    }
    if (writer === undefined) {
      writer = writerOn(octets)
      put16(writer, header.id)
      put16(writer, FLAGS.QR | FLAGS.AA | (header.flags & FLAGS.RD))
      for (const counted of [1, 0, 0, 0]) put16(writer, counted)
      writeQuestion(writer, question)
      count = 0
    }
    writeRecord(writer, record)
    count++
    if (writer.at >= MESSAGE_OCTETS) {
      yield closed(writer, count, opt)
      writer = undefined
      opt = undefined
    }
  }
  if (writer !== undefined) yield closed(writer, count, opt)
}

function closed(writer: Writer, count: number, edns: Edns | undefined): Uint8Array {
  if (edns !== undefined) writeEdns(writer, edns, 0)
  const message = writer.bytes.slice(0, writer.at)
  const view = new DataView(message.buffer)
  view.setUint16(6, count)
  view.setUint16(10, edns === undefined ? 0 : 1)
  return message
}

/** What TCP answers: a transfer to those who may have it, else what `answer` says. */
export function tcpReplies(transfers: TransferState): (bytes: Uint8Array, asker: Asker) => Messages {
  return (bytes, asker) => {
    const reply = transfer(bytes, asker, transfers) ?? answer(bytes, asker, transfers.state)
    if (reply === undefined) return []
    return reply instanceof Uint8Array ? [reply] : reply
  }
}
