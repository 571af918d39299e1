import { createHmac, timingSafeEqual } from 'node:crypto'
import { type DnsName, octetsOf, parseDnsName, readName, writeName } from './name.codec.ts'
import { CLASSES, TYPES } from './record.codec.ts'
import { put16, put32, putBytes, putSized16, type Writer, writerOn } from './writer.ts'

/** A secret that two servers share (RFC 8945). */
export type TsigKey = { readonly name: DnsName; readonly algorithm: TsigAlgorithm; readonly secret: Uint8Array }

/** RFC 8945 §6, those that are not weak. */
export const TSIG_ALGORITHMS = { 'hmac-sha256': 'sha256', 'hmac-sha512': 'sha512' } as const
type TsigAlgorithm = keyof typeof TSIG_ALGORITHMS
const MAC_OCTETS: Readonly<Record<TsigAlgorithm, number>> = { 'hmac-sha256': 32, 'hmac-sha512': 64 }

/** A TSIG record as it came: always the last of its message. */
export type Tsig = {
  /** Where the record begins in the message. */
  readonly at: number
  readonly key: DnsName
  readonly algorithm: DnsName
  readonly timeSigned: number
  readonly fudgeSeconds: number
  readonly mac: Uint8Array
  readonly originalId: number
  readonly error: number
}

const TSIG_ERRORS = { NONE: 0, BADSIG: 16, BADKEY: 17, BADTIME: 18, BADTRUNC: 22 } as const
type TsigError = Exclude<keyof typeof TSIG_ERRORS, 'NONE'>

const FUDGE_SECONDS = 300

/** Reads the record that begins at `at`. @returns undefined when it is malformed, or not the message's last octets */
export function readTsig(bytes: Uint8Array, at: number): Tsig | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const owner = readName(bytes, at)
  if (owner === undefined || owner.next + 10 > bytes.length) return undefined
  const algorithm = readName(bytes, owner.next + 10)
  const end = owner.next + 10 + view.getUint16(owner.next + 8)
  if (view.getUint16(owner.next + 2) !== CLASSES.ANY || end !== bytes.length) return undefined
  if (algorithm === undefined || algorithm.next + 10 > end) return undefined
  const macAt = algorithm.next + 10
  const afterMac = macAt + view.getUint16(algorithm.next + 8)
  if (afterMac + 6 > end || afterMac + 6 + view.getUint16(afterMac + 4) !== end) return undefined
  return {
    at,
    key: owner.name,
    algorithm: algorithm.name,
    timeSigned: view.getUint16(algorithm.next) * 2 ** 32 + view.getUint32(algorithm.next + 2),
    fudgeSeconds: view.getUint16(algorithm.next + 6),
    mac: bytes.slice(macAt, afterMac),
    originalId: view.getUint16(afterMac),
    error: view.getUint16(afterMac + 2),
  }
}

/** What a TSIG is worth. `signedBy` is the key that an error may be signed with: only where the MAC was right. */
export type Verdict =
  | { readonly kind: 'verified'; readonly key: TsigKey }
  | { readonly kind: 'refused'; readonly error: TsigError; readonly signedBy?: TsigKey }
  /** A MAC of a length that nobody may send: FORMERR (RFC 8945 §5.2.2.1). */
  | { readonly kind: 'malformed' }

/** A MAC may be cut to half of its octets, but not to fewer than these (RFC 8945 §5.2.2.1). */
const MAC_OCTETS_MIN = 10

/**
 * Checks a message's TSIG (RFC 8945 §5.2): key, then MAC, then time, then whether the MAC is whole, as we want it.
 *
 * @param priorMac - of the request when `bytes` is its response; empty for a request
 */
export function verifyTsig(
  bytes: Uint8Array,
  tsig: Tsig,
  keys: readonly TsigKey[],
  nowSeconds: number,
  priorMac: Uint8Array = new Uint8Array(0),
): Verdict {
  const key = keys.find(({ name, algorithm }) => name === tsig.key && tsig.algorithm === `${algorithm}.`)
  if (key === undefined) return { kind: 'refused', error: 'BADKEY' }
  const { timeSigned, fudgeSeconds, error, mac } = tsig
  const expected = macOf(key, priorMac, unsigned(bytes, tsig), { kind: 'first', timeSigned, fudgeSeconds, error })
  if (mac.length > expected.length || mac.length < Math.max(MAC_OCTETS_MIN, expected.length / 2))
    return { kind: 'malformed' }
  if (!timingSafeEqual(mac, expected.subarray(0, mac.length))) return { kind: 'refused', error: 'BADSIG' }
  if (Math.abs(nowSeconds - timeSigned) > fudgeSeconds) return { kind: 'refused', error: 'BADTIME', signedBy: key }
  return mac.length < expected.length
    ? { kind: 'refused', error: 'BADTRUNC', signedBy: key }
    : { kind: 'verified', key }
}

/** The message as it was before it was signed: without the record, counted so, and with its first id. */
function unsigned(bytes: Uint8Array, { at, originalId }: Tsig): Uint8Array {
  const message = Uint8Array.from(bytes.subarray(0, at))
  const view = new DataView(message.buffer)
  view.setUint16(0, originalId)
  view.setUint16(10, view.getUint16(10) - 1)
  return message
}

/** Signs the messages of one response, one after the other: each covers the MAC before it (RFC 8945 §5.3.1). */
export function tsigSigner(
  key: TsigKey,
  requestMac: Uint8Array,
): (message: Uint8Array, nowSeconds: number) => Uint8Array {
  let priorMac = requestMac
  let kind: Variables['kind'] = 'first'
  return (message, nowSeconds) => {
    const variables: Variables = { kind, timeSigned: nowSeconds, fudgeSeconds: FUDGE_SECONDS, error: TSIG_ERRORS.NONE }
    priorMac = macOf(key, priorMac, message, variables)
    kind = 'later'
    return withTsig(message, key.name, `${key.algorithm}.` as DnsName, priorMac, variables)
  }
}

/**
 * The reply to a request whose TSIG is wrong: the error in a TSIG without a MAC where key or MAC were wrong, and signed where
 * they were right. A wrong clock gets ours beside its own, which the asker then verifies by (RFC 8945 §5.2.3, §5.3.2).
 */
export function withTsigError(
  message: Uint8Array,
  tsig: Tsig,
  { error, signedBy }: Extract<Verdict, { kind: 'refused' }>,
  nowSeconds: number,
): Uint8Array {
  const isTime = error === 'BADTIME'
  const variables: Variables = {
    kind: 'first',
    timeSigned: isTime || signedBy === undefined ? tsig.timeSigned : nowSeconds,
    fudgeSeconds: tsig.fudgeSeconds,
    error: TSIG_ERRORS[error],
    otherSeconds: isTime ? nowSeconds : undefined,
  }
  const mac = signedBy === undefined ? new Uint8Array(0) : macOf(signedBy, tsig.mac, message, variables)
  return withTsig(message, tsig.key, tsig.algorithm, mac, variables)
}

/** What a TSIG of this key adds to a message: the record, its algorithm's name and a whole MAC (RFC 8945 §4.2). */
export function tsigOctets({ name, algorithm }: TsigKey): number {
  return octetsOf(name) + octetsOf(`${algorithm}.` as DnsName) + MAC_OCTETS[algorithm] + 26
}

function withTsig(
  message: Uint8Array,
  name: DnsName,
  algorithm: DnsName,
  mac: Uint8Array,
  variables: Variables,
): Uint8Array {
  const writer = writerOn(new Uint8Array(message.length + 700))
  putBytes(writer, message)
  writeName(writer, name, 'plain')
  put16(writer, TYPES.TSIG)
  put16(writer, CLASSES.ANY)
  put32(writer, 0)
  putSized16(writer, () => {
    writeName(writer, algorithm, 'plain')
    putTime(writer, variables.timeSigned)
    put16(writer, variables.fudgeSeconds)
    put16(writer, mac.length)
    putBytes(writer, mac)
    put16(writer, (message[0]! << 8) | message[1]!)
    put16(writer, variables.error)
    putOther(writer, variables.otherSeconds)
  })
  const signed = writer.bytes.slice(0, writer.at)
  const view = new DataView(signed.buffer)
  view.setUint16(10, view.getUint16(10) + 1)
  return signed
}

type Variables = {
  readonly kind: 'first' | 'later'
  readonly timeSigned: number
  readonly fudgeSeconds: number
  readonly error: number
  readonly otherSeconds?: number | undefined
}

function macOf(key: TsigKey, priorMac: Uint8Array, message: Uint8Array, variables: Variables): Uint8Array {
  const writer = writerOn(new Uint8Array(message.length + priorMac.length + 800))
  if (priorMac.length > 0) {
    put16(writer, priorMac.length)
    putBytes(writer, priorMac)
  }
  putBytes(writer, message)
  if (variables.kind === 'first') {
    writeName(writer, key.name, 'plain')
    put16(writer, CLASSES.ANY)
    put32(writer, 0)
    writeName(writer, `${key.algorithm}.` as DnsName, 'plain')
  }
  putTime(writer, variables.timeSigned)
  put16(writer, variables.fudgeSeconds)
  if (variables.kind === 'first') {
    put16(writer, variables.error)
    putOther(writer, variables.otherSeconds)
  }
  return createHmac(TSIG_ALGORITHMS[key.algorithm], key.secret).update(writer.bytes.subarray(0, writer.at)).digest()
}

function putTime(writer: Writer, seconds: number): void {
  put16(writer, Math.floor(seconds / 2 ** 32))
  put32(writer, seconds)
}

function putOther(writer: Writer, seconds: number | undefined): void {
  put16(writer, seconds === undefined ? 0 : 6)
  if (seconds !== undefined) putTime(writer, seconds)
}

/** A key as configurations write it: a name, an algorithm, and the secret in base64. @throws Error that says what is wrong */
export function parseTsigKey({
  name,
  algorithm,
  secret,
}: {
  readonly name: string
  readonly algorithm: string
  readonly secret: string
}): TsigKey {
  const owner = parseDnsName(name)
  const octets = tsigSecret(secret)
  if (owner === undefined) throw new Error(`the TSIG key's name ${JSON.stringify(name)} is not a domain name`)
  if (!isAlgorithm(algorithm))
    throw new Error(`TSIG key ${name}: ${algorithm} is neither ${Object.keys(TSIG_ALGORITHMS).join(' nor ')}`)
  if (octets === undefined) throw new Error(`TSIG key ${name}: the secret is not base64 of at least 16 octets`)
  return { name: owner, algorithm, secret: octets }
}

function isAlgorithm(text: string): text is TsigAlgorithm {
  return Object.hasOwn(TSIG_ALGORITHMS, text)
}

/** @returns undefined for what is not base64 of at least 16 octets */
export function tsigSecret(base64: string): Uint8Array | undefined {
  const octets = Buffer.from(base64, 'base64')
  const isWhole = octets.toString('base64').replace(/=+$/, '') === base64.replace(/=+$/, '')
  return isWhole && octets.length >= 16 ? Uint8Array.from(octets) : undefined
}
