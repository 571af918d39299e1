import type { DnsName } from './name.codec.ts'
import { writeName } from './name.codec.ts'
import type { Writer } from './writer.ts'
import { put16, put32, putBytes, putSized16, putText } from './writer.ts'

/** Record types by number (IANA, "Resource Record (RR) TYPEs"), those that we write or treat in a way of their own. */
// biome-ignore format: a table
export const TYPES = {
  A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, HINFO: 13, MX: 15, TXT: 16, AAAA: 28, SRV: 33, NAPTR: 35, OPT: 41,
  TKEY: 249, TSIG: 250, IXFR: 251, AXFR: 252, MAILB: 253, MAILA: 254, ANY: 255,
} as const

export const CLASSES = { IN: 1, CH: 3, NONE: 254, ANY: 255 } as const

export type Soa = {
  readonly type: 'SOA'
  readonly primary: DnsName
  readonly contact: DnsName
  readonly serial: number
  readonly refreshSeconds: number
  readonly retrySeconds: number
  readonly expireSeconds: number
  readonly minimumSeconds: number
}

/** A NAPTR's data as it is on the wire: one backslash before a back-reference, not the two of a master file. */
export type Naptr = {
  readonly type: 'NAPTR'
  readonly order: number
  readonly preference: number
  readonly flags: string
  readonly services: string
  readonly regexp: string
  readonly replacement: DnsName
}

export type Rdata =
  | Soa
  | Naptr
  | { readonly type: 'NS' | 'CNAME' | 'PTR'; readonly host: DnsName }
  | { readonly type: 'A' | 'AAAA'; readonly address: Uint8Array }
  | { readonly type: 'MX'; readonly preference: number; readonly host: DnsName }
  | { readonly type: 'TXT'; readonly texts: readonly string[] }
  | {
      readonly type: 'SRV'
      readonly priority: number
      readonly weight: number
      readonly port: number
      readonly host: DnsName
    }

/** One resource record of class IN. */
export type ResourceRecord = { readonly name: DnsName; readonly ttlSeconds: number; readonly data: Rdata }

/** A record's data at most: one beside others, and a signature, stay below the 64 KiB of a message. */
export const RDATA_OCTETS_MAX = 48_000

/** Writes a record; only the types of RFC 1035 have names in their data compressed (RFC 3597 §4). */
export function writeRecord(writer: Writer, { name, ttlSeconds, data }: ResourceRecord): void {
  writeName(writer, name, 'compressed')
  put16(writer, TYPES[data.type])
  put16(writer, CLASSES.IN)
  put32(writer, ttlSeconds)
  putSized16(writer, () => writeRdata(writer, data))
}

function writeRdata(writer: Writer, data: Rdata): void {
  switch (data.type) {
    case 'SOA':
      writeName(writer, data.primary, 'compressed')
      writeName(writer, data.contact, 'compressed')
      put32(writer, data.serial)
      for (const seconds of [data.refreshSeconds, data.retrySeconds, data.expireSeconds, data.minimumSeconds]) {
        put32(writer, seconds)
      }
      break
    case 'NAPTR':
      for (const value of [data.order, data.preference]) put16(writer, value)
      for (const text of [data.flags, data.services, data.regexp]) putText(writer, text)
      writeName(writer, data.replacement, 'plain')
      break
    case 'NS':
    case 'CNAME':
    case 'PTR':
      writeName(writer, data.host, 'compressed')
      break
    case 'A':
    case 'AAAA':
      putBytes(writer, data.address)
      break
    case 'MX':
      put16(writer, data.preference)
      writeName(writer, data.host, 'compressed')
      break
    case 'TXT':
      for (const text of data.texts.length === 0 ? [''] : data.texts) putText(writer, text)
      break
    case 'SRV':
      for (const value of [data.priority, data.weight, data.port]) put16(writer, value)
      writeName(writer, data.host, 'plain')
      break
    default:
      data satisfies never
  }
}
