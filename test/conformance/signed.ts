import { createHmac } from 'node:crypto'
import type { DnsPolicy } from '../../src/dns/policy.ts'
import { ASKER } from './world.ts'

/** The key of the tests, and a policy under which ASKER may transfer `e164.arpa` with it. */
export const KEY = {
  name: 'transfer.example',
  algorithm: 'hmac-sha256',
  secret: 'c2VjcmV0IG9mIGF0IGxlYXN0IDE2IG9jdGV0cw==',
}
export const SECONDARY: Partial<DnsPolicy> = {
  transfers: {
    keys: [KEY],
    secondaries: { 'e164.arpa': [{ address: ASKER.address.join('.'), port: 53, key: KEY.name }] },
  },
}

export type Signing = {
  readonly nowSeconds?: number
  readonly fudgeSeconds?: number
  /** How many octets of the MAC are sent. */
  readonly macOctets?: number
  readonly key?: typeof KEY
  readonly otherMac?: Buffer
}

/** Signs a query as RFC 8945 §4.3 has it, sharing no line with our codec. */
export function signed(query: Buffer, signing: Signing = {}): { readonly bytes: Buffer; readonly mac: Buffer } {
  const { nowSeconds = ASKER.nowSeconds, fudgeSeconds = 300, key = KEY } = signing
  const whole = hmac(key, [query, variables(key, { nowSeconds, fudgeSeconds, error: 0, other: Buffer.alloc(0) })])
  const mac = signing.otherMac ?? Buffer.concat([whole, whole]).subarray(0, signing.macOctets ?? whole.length)
  const rdata = Buffer.concat([
    wireOf(key.algorithm),
    time(nowSeconds),
    words(fudgeSeconds, mac.length),
    mac,
    query.subarray(0, 2),
    words(0, 0),
  ])
  const bytes = Buffer.concat([query, wireOf(key.name), words(250, 255, 0, 0, rdata.length), rdata])
  bytes.writeUInt16BE(bytes.readUInt16BE(10) + 1, 10)
  return { bytes, mac }
}

/** The TSIG at the end of a reply, and whether it is right for the request that had `requestMac`. */
export function tsigOf(reply: Uint8Array, requestMac: Buffer, place: 'first' | 'later' = 'first') {
  const bytes = Buffer.from(reply)
  const name = wireOf(KEY.name)
  const at = bytes.lastIndexOf(name)
  if (at < 12) return undefined
  const start = at + name.length + 10 + wireOf(KEY.algorithm).length
  const macAt = start + 10
  const end = macAt + bytes.readUInt16BE(start + 8)
  const mac = bytes.subarray(macAt, end)
  const other = bytes.subarray(end + 6, end + 6 + bytes.readUInt16BE(end + 4))
  const said = {
    nowSeconds: bytes.readUIntBE(start, 6),
    fudgeSeconds: bytes.readUInt16BE(start + 6),
    error: bytes.readUInt16BE(end + 2),
    other,
  }
  const message = Buffer.from(bytes.subarray(0, at))
  message.writeUInt16BE(message.readUInt16BE(10) - 1, 10)
  const timers = Buffer.concat([time(said.nowSeconds), words(said.fudgeSeconds)])
  const covered = [words(requestMac.length), requestMac, message, place === 'first' ? variables(KEY, said) : timers]
  return { ...said, mac: Buffer.from(mac), isRight: hmac(KEY, covered).equals(mac) }
}

type Said = {
  readonly nowSeconds: number
  readonly fudgeSeconds: number
  readonly error: number
  readonly other: Buffer
}

function variables(key: typeof KEY, { nowSeconds, fudgeSeconds, error, other }: Said): Buffer {
  return Buffer.concat([
    wireOf(key.name),
    words(255, 0, 0),
    wireOf(key.algorithm),
    time(nowSeconds),
    words(fudgeSeconds, error, other.length),
    other,
  ])
}

function hmac(key: typeof KEY, parts: readonly Buffer[]): Buffer {
  return createHmac(key.algorithm.replace('hmac-', ''), Buffer.from(key.secret, 'base64'))
    .update(Buffer.concat(parts))
    .digest()
}

function wireOf(name: string): Buffer {
  return Buffer.concat([
    ...name.split('.').flatMap((label) => [Buffer.of(label.length), Buffer.from(label)]),
    Buffer.of(0),
  ])
}

function words(...values: number[]): Buffer {
  return Buffer.concat(values.map((value) => Buffer.of(value >>> 8, value & 255)))
}

function time(seconds: number): Buffer {
  const bytes = Buffer.alloc(6)
  bytes.writeUIntBE(seconds, 0, 6)
  return bytes
}
