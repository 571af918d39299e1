import type { DnsName } from './name.codec.ts'
import { readName, skipName } from './name.codec.ts'
import type { ResourceRecord } from './record.codec.ts'
import { TYPES, writeRecord } from './record.codec.ts'
import type { Writer } from './writer.ts'
import { put8, put16, putBytes, writerOn } from './writer.ts'

/** Response codes (IANA, "DNS RCODEs"); those above 15 need EDNS for their upper bits (RFC 6891 §6.1.3). */
export const RCODES = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  NOTAUTH: 9,
  BADVERS: 16,
  BADCOOKIE: 23,
} as const
export type Rcode = keyof typeof RCODES

export const OPCODES = { QUERY: 0, NOTIFY: 4, UPDATE: 5 } as const

export const FLAGS = { QR: 0x8000, AA: 0x0400, TC: 0x0200, RD: 0x0100, CD: 0x0010 } as const

type Question = {
  readonly name: DnsName
  readonly type: number
  readonly class: number
  /** The octets as they were sent, letter case and all, to be echoed. */
  readonly wire: Uint8Array
}

/** What an OPT record says (RFC 6891 §6.1.2). */
export type Edns = {
  readonly version: number
  readonly payloadOctets: number
  /** DO: the asker takes DNSSEC records; echoed (RFC 3225 §3), nothing here is signed. */
  readonly isDnssecOk: boolean
  readonly options: readonly EdnsOption[]
}
export type EdnsOption = { readonly code: number; readonly data: Uint8Array }

/** The header's id and flag word, as sent. */
type Header = { readonly id: number; readonly flags: number; readonly opcode: number }

export type Query = {
  readonly header: Header
  readonly question: Question
  readonly edns: Edns | undefined
  /** Where the TSIG record begins, which is the last of the message (RFC 8945 §5.1). */
  readonly tsigAt: number | undefined
}

export type Decoded =
  | { readonly kind: 'query'; readonly query: Query }
  /** No question, only a client's cookie: it wants ours (RFC 7873 §5.4). */
  | { readonly kind: 'cookie'; readonly header: Header; readonly edns: Edns }
  /** Answered by a header alone, because the rest is not understood. */
  | { readonly kind: 'broken'; readonly header: Header; readonly rcode: Rcode }
  /** Never answered: shorter than a header, or itself an answer (two servers would answer each other for ever). */
  | { readonly kind: 'silence' }

/** Reads a datagram or a framed TCP message that claims to be a query. Octets after the last record are ignored. */
export function decodeQuery(bytes: Uint8Array): Decoded {
  if (bytes.length < 12) return { kind: 'silence' }
  const flags = get16(bytes, 2)
  if ((flags & FLAGS.QR) !== 0) return { kind: 'silence' }
  const header: Header = { id: get16(bytes, 0), flags, opcode: (flags >>> 11) & 15 }
  const broken = (rcode: Rcode): Decoded => ({ kind: 'broken', header, rcode })
  // RFC 2136 updates are understood well enough to be refused; what the other opcodes carry is not known to us.
  if (header.opcode === OPCODES.UPDATE) return broken('REFUSED')
  if (header.opcode !== OPCODES.QUERY) return broken('NOTIMP')
  if (get16(bytes, 4) === 0) {
    const extras = readExtras(bytes, 12)
    const edns = extras === 'malformed' ? undefined : extras.edns
    if (edns === undefined || edns.version !== 0) return broken('FORMERR')
    return edns.options.some(({ code }) => code === 10) ? { kind: 'cookie', header, edns } : broken('FORMERR')
  }
  if (get16(bytes, 4) !== 1) return broken('FORMERR')
  const question = readQuestion(bytes)
  if (question === undefined) return broken('FORMERR')
  const extras = readExtras(bytes, 12 + question.wire.length)
  if (extras === 'malformed') return broken('FORMERR')
  return { kind: 'query', query: { header, question, ...extras } }
}

export type Reply = {
  readonly header: Header
  readonly question: Question | undefined
  readonly rcode: Rcode
  readonly isAuthoritative: boolean
  readonly answers: readonly ResourceRecord[]
  readonly authority: readonly ResourceRecord[]
  /** Of the additional section, what may not be left out without TC (RFC 9471 §3.1). */
  readonly glue: readonly ResourceRecord[]
  readonly additional: readonly ResourceRecord[]
  /** The OPT record of the reply; undefined when the query had none (RFC 6891 §7). */
  readonly edns: Edns | undefined
}

const scratch = new Uint8Array(65_535)

/**
 * Writes a reply of at most `limit` octets. What does not fit whole is left out and TC set (RFC 2181 §9), except additional
 * records other than glue, which are left out silently.
 *
 * @returns octets of their own, not shared with later calls
 */
export function encodeReply(reply: Reply, limit: number): Uint8Array {
  const attempts: readonly (readonly [Reply, 'whole' | 'truncated'])[] = [
    [reply, 'whole'],
    [{ ...reply, additional: [] }, 'whole'],
    [{ ...reply, answers: [], authority: [], glue: [], additional: [] }, 'truncated'],
  ]
  for (const [attempt, fit] of attempts) {
    const writer = writerOn(scratch)
    writeReply(writer, attempt, fit)
    if (writer.at <= limit || fit === 'truncated') return scratch.slice(0, writer.at)
  }
  throw new Error('unreachable: the last attempt always returns')
}

function writeReply(writer: Writer, reply: Reply, fit: 'whole' | 'truncated'): void {
  const { header, question, edns } = reply
  const rcode = RCODES[reply.rcode]
  put16(writer, header.id)
  const kept = header.flags & (FLAGS.RD | FLAGS.CD)
  const said = (reply.isAuthoritative ? FLAGS.AA : 0) | (fit === 'truncated' ? FLAGS.TC : 0)
  put16(writer, FLAGS.QR | (header.opcode << 11) | said | kept | (rcode & 15))
  put16(writer, question === undefined ? 0 : 1)
  put16(writer, reply.answers.length)
  put16(writer, reply.authority.length)
  put16(writer, reply.glue.length + reply.additional.length + (edns === undefined ? 0 : 1))
  if (question !== undefined) writeQuestion(writer, question)
  for (const record of reply.answers) writeRecord(writer, record)
  for (const record of reply.authority) writeRecord(writer, record)
  for (const record of reply.glue) writeRecord(writer, record)
  for (const record of reply.additional) writeRecord(writer, record)
  if (edns !== undefined) writeEdns(writer, edns, rcode >>> 4)
}

/** The question is copied, so that 0x20 mixed case comes back as sent; its name's ends can be pointed at. */
export function writeQuestion(writer: Writer, { name, wire }: Question): void {
  let at = writer.at
  for (let rest: string = name === '.' ? '' : name; rest !== ''; rest = rest.slice(rest.indexOf('.') + 1)) {
    writer.names.set(rest, at)
    at += wire[at - writer.at]! + 1
  }
  putBytes(writer, wire)
}

export function writeEdns(writer: Writer, edns: Edns, rcodeUpper: number): void {
  put8(writer, 0)
  put16(writer, TYPES.OPT)
  put16(writer, edns.payloadOctets)
  put8(writer, rcodeUpper)
  put8(writer, edns.version)
  put16(writer, edns.isDnssecOk ? 0x8000 : 0)
  put16(
    writer,
    edns.options.reduce((sum, { data }) => sum + 4 + data.length, 0),
  )
  for (const { code, data } of edns.options) {
    put16(writer, code)
    put16(writer, data.length)
    putBytes(writer, data)
  }
}

function readQuestion(bytes: Uint8Array): Question | undefined {
  const read = readName(bytes, 12)
  // A pointer in the only question could point nowhere but into the header.
  if (read === undefined || read.next + 4 > bytes.length || hasPointer(bytes, read.next)) return undefined
  return {
    name: read.name,
    type: get16(bytes, read.next),
    class: get16(bytes, read.next + 2),
    wire: bytes.slice(12, read.next + 4),
  }
}

function hasPointer(bytes: Uint8Array, end: number): boolean {
  for (let at = 12; at < end; at += bytes[at]! + 1) if (bytes[at]! > 63) return true
  return false
}

/** Walks the records after the question and finds OPT and TSIG; more than one OPT is an error (RFC 6891 §6.1.1). */
function readExtras(bytes: Uint8Array, start: number): Pick<Query, 'edns' | 'tsigAt'> | 'malformed' {
  let edns: Edns | undefined
  let tsigAt: number | undefined
  let at = start
  const additionalFrom = get16(bytes, 6) + get16(bytes, 8)
  const count = additionalFrom + get16(bytes, 10)
  for (let index = 0; index < count; index++) {
    const type = skipName(bytes, at)
    if (type === undefined || type + 10 > bytes.length) return 'malformed'
    const length = get16(bytes, type + 8)
    const data = type + 10
    if (data + length > bytes.length) return 'malformed'
    if (get16(bytes, type) === TYPES.OPT) {
      if (index < additionalFrom || edns !== undefined || bytes[at] !== 0) return 'malformed'
      const options = readOptions(bytes.subarray(data, data + length))
      if (options === undefined) return 'malformed'
      edns = {
        payloadOctets: get16(bytes, type + 2),
        version: bytes[type + 5]!,
        isDnssecOk: (bytes[type + 6]! & 0x80) !== 0,
        options,
      }
    }
    if (get16(bytes, type) === TYPES.TSIG) {
      if (index < additionalFrom || index !== count - 1) return 'malformed'
      tsigAt = at
    }
    at = data + length
  }
  return { edns, tsigAt }
}

function readOptions(bytes: Uint8Array): EdnsOption[] | undefined {
  const options: EdnsOption[] = []
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) return undefined
    const end = at + 4 + get16(bytes, at + 2)
    if (end > bytes.length) return undefined
    options.push({ code: get16(bytes, at), data: bytes.slice(at + 4, end) })
    at = end
  }
  return options
}

function get16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}
