import type { Clock } from './clock.ts'
import { judgeCookie } from './cookie.codec.ts'
import { decodeQuery, FLAGS } from './message.codec.ts'
import type { Policy, RateLimit } from './policy.ts'
import { TYPES } from './record.codec.ts'
import type { Responder } from './respond.ts'

const COOKIE = 10
const HEADER_OCTETS = 12
const OPT_OCTETS = 11
const BUCKETS = 65_536
/** A burst may be as much as two seconds' replies. */
const BURST_SECONDS = 2
/**
 * What a reply without data costs: a resolver that minimises query names (RFC 9156) walks down the digits of a number and
 * gets up to fourteen of them before the one reply it wants.
 */
const NO_DATA_COST = 1 / 15

/**
 * Sends a network of askers (/24, or /56 of IPv6) no more replies than the limit, so that forged queries cannot make this
 * server flood a third party. Two networks may share a bucket, and then share their limit's room.
 */
export function limited(
  respond: Responder,
  policy: Policy & { readonly rateLimit: RateLimit },
  clock: Clock,
): Responder {
  const { repliesPerSecond, truncatedEach } = policy.rateLimit
  const room = new Float64Array(BUCKETS).fill(repliesPerSecond * BURST_SECONDS)
  const seenMs = new Float64Array(BUCKETS)
  let tooMany = 0
  const isKnown = (
    octets: Uint8Array,
    at: number,
    length: number,
    addressAt: number,
    addressOctets: number,
  ): boolean => {
    const decoded = decodeQuery(octets.subarray(at, at + length))
    const options = decoded.kind === 'query' ? decoded.query.edns?.options : undefined
    const cookie = options?.find(({ code }) => code === COOKIE)?.data
    if (cookie === undefined) return false
    const facts = {
      secret: policy.cookieSecret,
      otherSecrets: policy.otherCookieSecrets,
      address: octets.slice(addressAt, addressAt + addressOctets),
      nowSeconds: clock.nowSeconds(),
    }
    return ['valid', 'aging'].includes(judgeCookie(cookie, facts))
  }
  return (octets, at, length, space, addressAt, addressOctets) => {
    // Who is known takes nothing of the room that the others of its network have.
    if (mayHaveCookie(octets, at, length) && isKnown(octets, at, length, addressAt, addressOctets))
      return respond(octets, at, length, space, addressAt, addressOctets)
    const bucket = bucketOf(octets, addressAt, addressOctets)
    const now = clock.monotonicMs()
    room[bucket] = Math.min(
      room[bucket]! + ((now - seenMs[bucket]!) / 1000) * repliesPerSecond,
      repliesPerSecond * BURST_SECONDS,
    )
    seenMs[bucket] = now
    if (room[bucket]! < 1) {
      if (++tooMany % truncatedEach !== 0) return 0
      return truncate(octets, at, respond(octets, at, length, space, addressAt, addressOctets))
    }
    const reply = respond(octets, at, length, space, addressAt, addressOctets)
    if (reply > 0) room[bucket]! -= isNoData(octets, at) ? NO_DATA_COST : 1
    return reply
  }
}

/** Whether there is more at the end than an OPT without options: a look that allocates nothing. */
function mayHaveCookie(octets: Uint8Array, at: number, length: number): boolean {
  const opt = at + length - OPT_OCTETS
  if (octets[at + 11] === 0 || length < HEADER_OCTETS + OPT_OCTETS) return false
  return octets[opt] !== 0 || octets[opt + 2] !== TYPES.OPT || octets[opt + 9]! + octets[opt + 10]! !== 0
}

function bucketOf(octets: Uint8Array, addressAt: number, addressOctets: number): number {
  let hash = 0x811c9dc5
  const kept = addressOctets === 4 ? 3 : 7
  for (let index = 0; index < kept; index++) hash = Math.imul(hash ^ octets[addressAt + index]!, 0x01000193)
  return (hash ^ (hash >>> 16)) & (BUCKETS - 1)
}

/** Header and question alone, with TC set. */
function truncate(octets: Uint8Array, at: number, length: number): number {
  if (length < 12) return 0
  let end = at + 12
  if (octets[at + 5] === 1) {
    while (octets[end] !== 0) end += octets[end]! + 1
    end += 5
  }
  octets[at + 2]! |= FLAGS.TC >>> 8
  octets.fill(0, at + 6, at + 12)
  return end - at
}

function isNoData(octets: Uint8Array, at: number): boolean {
  return (octets[at + 3]! & 15) === 0 && octets[at + 7] === 0
}
