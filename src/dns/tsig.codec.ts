import { createHmac, timingSafeEqual } from 'node:crypto'
import { type DnsName, parseDnsName, readName, writeName } from './name.codec.ts'
import { CLASSES, TYPES } from './record.codec.ts'
import { put16, put32, putBytes, putSized16, type Writer, writerOn } from './writer.ts'

/** A secret that two servers share (RFC 8945). */
export type TsigKey = { readonly name: DnsName; readonly algorithm: TsigAlgorithm; readonly secret: Uint8Array }

/** RFC 8945 §6, those that are not weak. */
const TSIG_ALGORITHMS = { 'hmac-sha256': 'sha256', 'hmac-sha512': 'sha512' } as const
type TsigAlgorithm = keyof typeof TSIG_ALGORITHMS

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
export type TsigError = keyof typeof TSIG_ERRORS

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

export type Verified = { readonly key: TsigKey; readonly tsig: Tsig }

/**
 * Checks a message's TSIG (RFC 8945 §5.2): key, then MAC, then time.
 *
 * @param priorMac - of the request when `bytes` is its response; empty for a request
 */
export function verifyTsig(
  bytes: Uint8Array,
  tsig: Tsig,
  keys: readonly TsigKey[],
  nowSeconds: number,
  priorMac: Uint8Array = new Uint8Array(0),
): Verified | TsigError {
  const key = keys.find(({ name, algorithm }) => name === tsig.key && tsig.algorithm === `${algorithm}.`)
  if (key === undefined) return 'BADKEY'
  const { timeSigned, fudgeSeconds, error } = tsig
  const expected = macOf(key, priorMac, unsigned(bytes, tsig), { kind: 'first', timeSigned, fudgeSeconds, error })
  if (tsig.mac.length < expected.length)
    return tsig.mac.length < Math.max(10, expected.length / 2) ? 'BADSIG' : 'BADTRUNC'
  if (tsig.mac.length !== expected.length || !timingSafeEqual(tsig.mac, expected)) return 'BADSIG'
  return Math.abs(nowSeconds - tsig.timeSigned) > tsig.fudgeSeconds ? 'BADTIME' : { key, tsig }
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
 * The reply to a request whose TSIG is wrong: the error in a TSIG without a MAC, and for a wrong clock with one, and with our
 * time (RFC 8945 §5.2.3, §5.3.2).
 */
export function withTsigError(
  message: Uint8Array,
  tsig: Tsig,
  error: TsigError,
  keys: readonly TsigKey[],
  nowSeconds: number,
): Uint8Array {
  const key = error === 'BADTIME' ? keys.find(({ name }) => name === tsig.key) : undefined
  const variables: Variables = {
    kind: 'first',
    timeSigned: tsig.timeSigned,
    fudgeSeconds: FUDGE_SECONDS,
    error: TSIG_ERRORS[error],
    otherSeconds: error === 'BADTIME' ? nowSeconds : undefined,
  }
  const mac = key === undefined ? new Uint8Array(0) : macOf(key, tsig.mac, message, variables)
  return withTsig(message, tsig.key, tsig.algorithm, mac, variables)
}

/** What a TSIG adds to a message at most, with keys of usual names. */
export const TSIG_OCTETS_MAX = 256

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
  const octets = Buffer.from(secret, 'base64')
  if (owner === undefined) throw new Error(`the TSIG key's name ${JSON.stringify(name)} is not a domain name`)
  if (algorithm !== 'hmac-sha256' && algorithm !== 'hmac-sha512')
    throw new Error(`TSIG key ${name}: ${algorithm} is neither hmac-sha256 nor hmac-sha512`)
  if (octets.length < 16 || octets.toString('base64').replace(/=+$/, '') !== secret.replace(/=+$/, '')) {
    throw new Error(`TSIG key ${name}: the secret is not base64 of at least 16 octets`)
  }
  return { name: owner, algorithm, secret: Uint8Array.from(octets) }
}
