import { sipHash24 } from './siphash.codec.ts'

/** A client's cookie is 8 octets; with the server's behind it 16 to 40, ours 24 (RFC 7873 §4, RFC 9018 §4). */
const CLIENT_OCTETS = 8
const OURS_OCTETS = 24
const VERSION = 1

/** How old a cookie of ours may be, how far in the future, and when it is replaced by a new one (RFC 9018 §4.3). */
const VALID_SECONDS = 3600
const AHEAD_SECONDS = 300
const RENEW_SECONDS = 1800

/** Who asks, and when: what a server cookie vouches for. */
export type CookieFacts = {
  readonly secret: Uint8Array
  /** Cookies of these are taken and replaced: of the secret that was, or that the other nodes have already (RFC 9018 §5). */
  readonly otherSecrets?: readonly Uint8Array[]
  readonly address: Uint8Array
  readonly nowSeconds: number
}

/** A secret as configurations write it: 16 octets as 32 hex digits. @returns undefined for what is none */
export function parseCookieSecret(hex: string): Uint8Array | undefined {
  return /^[0-9a-f]{32}$/i.test(hex) ? Uint8Array.from(Buffer.from(hex, 'hex')) : undefined
}

/** @returns `malformed` for a length that no cookie has: the query is answered FORMERR (RFC 7873 §5.2.2) */
export function judgeCookie(cookie: Uint8Array, facts: CookieFacts): 'malformed' | 'unknown' | 'valid' | 'aging' {
  if (cookie.length !== CLIENT_OCTETS && (cookie.length < 16 || cookie.length > 40)) return 'malformed'
  if (cookie.length !== OURS_OCTETS || cookie[8] !== VERSION) return 'unknown'
  const madeAt = new DataView(cookie.buffer, cookie.byteOffset).getUint32(12)
  // Serial arithmetic (RFC 1982), so that 2106 is a day like any other.
  const ageSeconds = (facts.nowSeconds - madeAt) | 0
  if (ageSeconds > VALID_SECONDS || ageSeconds < -AHEAD_SECONDS) return 'unknown'
  const isOf = (secret: Uint8Array): boolean =>
    withServerCookie(cookie, madeAt, { ...facts, secret }).every((octet, at) => octet === cookie[at])
  if (isOf(facts.secret)) return ageSeconds > RENEW_SECONDS ? 'aging' : 'valid'
  return facts.otherSecrets?.some(isOf) ? 'aging' : 'unknown'
}

/** The client's cookie and ours, for the reply: the same again while it is fresh, else a new one. */
export function answerCookie(cookie: Uint8Array, facts: CookieFacts): Uint8Array {
  return judgeCookie(cookie, facts) === 'valid' ? cookie : withServerCookie(cookie, facts.nowSeconds, facts)
}

/** client cookie | version, 3 octets 0 | time | SipHash-2-4 over all that and the client's address (RFC 9018 §4.4) */
function withServerCookie(cookie: Uint8Array, madeAt: number, { secret, address }: CookieFacts): Uint8Array {
  const whole = new Uint8Array(OURS_OCTETS)
  whole.set(cookie.subarray(0, CLIENT_OCTETS))
  whole[8] = VERSION
  new DataView(whole.buffer).setUint32(12, madeAt)
  whole.set(sipHash24(secret, Uint8Array.from([...whole.subarray(0, 16), ...address])), 16)
  return whole
}
