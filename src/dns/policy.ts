import { isInNetwork, type Network, parseNetwork } from './address.codec.ts'
import type { DnsName } from './name.codec.ts'
import { checkedName } from './zone-config.ts'

/** How the server treats who asks. Plain data, the same for every thread. */
export type DnsPolicy = {
  /** 16 octets as 32 hex digits; nodes behind one address need the same one (RFC 9018 §5). */
  readonly cookieSecret: string
  /** What this node is called in replies to those that ask for it (RFC 5001); not told by default. */
  readonly nodeName?: string
  /** Per apex the networks that may ask; an apex that is not named answers everyone. */
  readonly allow?: Readonly<Record<string, readonly string[]>>
  /** Off by default. */
  readonly rateLimit?: RateLimit
}

export type RateLimit = {
  /** Replies a second to one network of askers, over UDP, without a valid cookie. */
  readonly repliesPerSecond: number
  /** Of the replies that are too many, each so-manieth goes out truncated, so that a real asker comes over TCP. */
  readonly truncatedEach: number
}

/** A policy made ready for use. */
export type Policy = {
  readonly cookieSecret: Uint8Array
  readonly nodeName: Uint8Array | undefined
  readonly rateLimit: RateLimit | undefined
  /** Whether the `count` address octets at `at` may ask for names under an apex. Allocates nothing. */
  isAllowed(apex: DnsName, octets: Uint8Array, at: number, count: number): boolean
}

/** @throws Error that names every problem of the policy */
export function readPolicy({ cookieSecret, nodeName, allow = {}, rateLimit }: DnsPolicy): Policy {
  const problems: string[] = []
  if (!/^[0-9a-f]{32}$/i.test(cookieSecret)) problems.push('the cookie secret is not 32 hex digits')
  const networks = new Map<DnsName, readonly Network[]>()
  for (const [apex, texts] of Object.entries(allow)) {
    const read = texts.map((text) => parseNetwork(text) ?? text)
    for (const text of read) if (typeof text === 'string') problems.push(`${JSON.stringify(text)} is no network`)
    networks.set(
      checkedName(apex),
      read.filter((network) => typeof network !== 'string'),
    )
  }
  if (rateLimit !== undefined && !(rateLimit.repliesPerSecond >= 1 && rateLimit.truncatedEach >= 1)) {
    problems.push('a rate limit needs at least one reply a second and one of one truncated')
  }
  if (problems.length > 0) throw new Error(`the DNS policy is wrong: ${problems.join('; ')}`)
  return {
    cookieSecret: Uint8Array.from(Buffer.from(cookieSecret, 'hex')),
    nodeName: nodeName === undefined ? undefined : Uint8Array.from(Buffer.from(nodeName)),
    rateLimit,
    isAllowed(apex, octets, at, count) {
      const allowed = networks.get(apex)
      if (allowed === undefined) return true
      for (let index = 0; index < allowed.length; index++)
        if (isInNetwork(allowed[index]!, octets, at, count)) return true
      return false
    },
  }
}
