import { OPCODES, RCODES } from './message.codec.ts'
import { type DnsName, readName, skipName, writeName } from './name.codec.ts'
import { CLASSES, type Naptr, TYPES } from './record.codec.ts'
import { put16, writerOn } from './writer.ts'

/** A DNS server by address. */
export type DnsNode = { readonly host: string; readonly port: number }

export type ProbeAnswer = { readonly kind: 'answer'; readonly reply: NaptrReply } | Silent

/** What a node says of a zone's serial. */
export type SerialAnswer = { readonly kind: 'serial'; readonly serial: number } | Silent

type Silent = { readonly kind: 'silent'; readonly reason: string }

const QUESTION_OCTETS = 12 + 255 + 4

/** A question as a resolver of a call server asks it; it asks for NAPTR records. */
export function encodeQuestion(id: number, name: DnsName, type: 'NAPTR' | 'SOA' = 'NAPTR'): Uint8Array {
  const writer = writerOn(new Uint8Array(QUESTION_OCTETS + OPT_RECORD.length))
  // id, flags (a plain query), one question, no answers, no authority, one additional record
  for (const word of [id, OPCODES.QUERY, 1, 0, 0, 1]) put16(writer, word)
  writeName(writer, name, 'plain')
  put16(writer, TYPES[type])
  put16(writer, CLASSES.IN)
  writer.bytes.set(OPT_RECORD, writer.at)
  return writer.bytes.subarray(0, writer.at + OPT_RECORD.length)
}

/** EDNS with 1232 octets of room (RFC 6891 §6.1.2): root name, OPT, size, no flags, no options. */
const OPT_RECORD = Uint8Array.of(0, 0, TYPES.OPT, 1232 >>> 8, 1232 & 0xff, 0, 0, 0, 0, 0, 0)

export type NaptrReply = {
  readonly id: number
  readonly isAuthoritative: boolean
  /** The name of the code where we know it, its number otherwise. */
  readonly rcode: string
  readonly naptrs: readonly Naptr[]
  /** Of the SOA record in the answer, where there is one. */
  readonly serial: number | undefined
}

/** Reads the answer to such a question; undefined for what is none or is cut off. */
export function readNaptrReply(bytes: Uint8Array): NaptrReply | undefined {
  if (bytes.length < 12) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const flags = view.getUint16(2)
  if ((flags & 0x8000) === 0 || (flags & 0x0200) !== 0) return undefined
  let at: number | undefined = 12
  for (let left = view.getUint16(4); left > 0 && at !== undefined; left--) at = skipQuestion(bytes, at)
  const naptrs: Naptr[] = []
  let serial: number | undefined
  for (let left = view.getUint16(6); left > 0; left--) {
    const start: number | undefined = at === undefined ? undefined : skipName(bytes, at)
    if (start === undefined || start + 10 > bytes.length) return undefined
    const end = start + 10 + view.getUint16(start + 8)
    if (end > bytes.length) return undefined
    const type = view.getUint16(start)
    const naptr = type === TYPES.NAPTR ? readNaptr(bytes, start + 10, end) : undefined
    if (type === TYPES.SOA) serial = readSerial(bytes, start + 10, end)
    if (naptr) naptrs.push(naptr)
    at = end
  }
  const code = flags & 15
  const rcode = Object.entries(RCODES).find(([, value]) => value === code)?.[0] ?? String(code)
  return { id: view.getUint16(0), isAuthoritative: (flags & 0x0400) !== 0, rcode, naptrs, serial }
}

function skipQuestion(bytes: Uint8Array, at: number): number | undefined {
  const end = skipName(bytes, at)
  return end === undefined ? undefined : end + 4
}

/** RFC 1035 §3.3.13: two names, then the serial. */
function readSerial(bytes: Uint8Array, start: number, end: number): number | undefined {
  const contact = skipName(bytes, start)
  const at = contact === undefined ? undefined : skipName(bytes, contact)
  if (at === undefined || at + 4 > end) return undefined
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at)
}

/** RFC 3403 §4.1. */
function readNaptr(bytes: Uint8Array, start: number, end: number): Naptr | undefined {
  if (start + 4 > end) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const texts: string[] = []
  let at = start + 4
  for (let left = 3; left > 0; left--) {
    const length = bytes[at]
    if (length === undefined || at + 1 + length > end) return undefined
    texts.push(Buffer.from(bytes.subarray(at + 1, at + 1 + length)).toString('latin1'))
    at += 1 + length
  }
  const [flags = '', services = '', regexp = ''] = texts
  const replacement = readName(bytes, at)
  if (!replacement || replacement.next > end) return undefined
  const order = view.getUint16(start)
  const preference = view.getUint16(start + 2)
  return { type: 'NAPTR', order, preference, flags, services, regexp, replacement: replacement.name }
}
