import { addressOctets, isInNetwork, type Network, parseNetwork, peerOctets } from './address.ts'
import { parseCookieSecret } from './cookie.codec.ts'
import { type DnsName, parseDnsName } from './name.codec.ts'
import { parseTsigKey, type TsigKey } from './tsig.codec.ts'
import { checkedName } from './zone-config.ts'

/** How the server treats who asks. Plain data, the same for every thread. */
export type DnsPolicy = {
  /** 16 octets as 32 hex digits; nodes behind one address need the same one (RFC 9018 §5). */
  readonly cookieSecret: string
  /** Likewise; their cookies are taken, and replaced by ours (RFC 9018 §5). */
  readonly otherCookieSecrets?: readonly string[]
  /** What this node is called in replies to those that ask for it (RFC 5001); not told by default. */
  readonly nodeName?: string
  /** Per apex the networks that may ask; an apex that is not named answers everyone. */
  readonly allow?: Readonly<Record<string, readonly string[]>>
  /** Off by default. */
  readonly rateLimit?: RateLimit
  /** Nobody may transfer a zone by default. */
  readonly transfers?: Transfers
}

export type Transfers = {
  readonly keys: readonly { readonly name: string; readonly algorithm: string; readonly secret: string }[]
  /** Per apex the servers that may transfer the zone and are notified when it changes, each with its key. */
  readonly secondaries: Readonly<Record<string, readonly SecondaryAddress[]>>
}
type SecondaryAddress = { readonly address: string; readonly port: number; readonly key: string }

export type RateLimit = {
  /** Replies a second to one network of askers, over UDP, without a valid cookie. */
  readonly repliesPerSecond: number
  /** Of the replies that are too many, each so-manieth goes out truncated, so that a real asker comes over TCP. */
  readonly truncatedEach: number
}

/** A policy made ready for use. */
export type Policy = {
  readonly cookieSecret: Uint8Array
  readonly otherCookieSecrets: readonly Uint8Array[]
  readonly nodeName: Uint8Array | undefined
  readonly rateLimit: RateLimit | undefined
  readonly keys: readonly TsigKey[]
  readonly secondaries: ReadonlyMap<DnsName, readonly Secondary[]>
  /** Whether a key, from an address, is that of a server which may transfer a zone. */
  isSecondary(apex: DnsName, key: TsigKey, address: Uint8Array): boolean
  /** Whether the `count` address octets at `at` may ask for names under an apex. Allocates nothing. */
  isAllowed(apex: DnsName, octets: Uint8Array, at: number, count: number): boolean
}

export type Secondary = {
  readonly address: string
  readonly octets: Uint8Array
  readonly port: number
  readonly key: TsigKey
}

/** @throws Error that names every problem of the policy */
export function readPolicy({
  cookieSecret,
  otherCookieSecrets = [],
  nodeName,
  allow = {},
  rateLimit,
  transfers = NO_TRANSFERS,
}: DnsPolicy): Policy {
  const problems: string[] = []
  const secret = parseCookieSecret(cookieSecret)
  const otherSecrets = otherCookieSecrets.flatMap((hex) => parseCookieSecret(hex) ?? [])
  if (secret === undefined || otherSecrets.length < otherCookieSecrets.length)
    problems.push('the cookie secret is not 32 hex digits')
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
  const { keys, secondaries } = readTransfers(transfers, problems)
  // Who may have the whole zone may ask for its serial, without which it would never come for it.
  for (const [apex, allowed] of networks) {
    const also = (secondaries.get(apex) ?? []).map(({ octets }) => ({ octets, bits: octets.length * 8 }))
    networks.set(apex, [...allowed, ...also])
  }
  if (secret === undefined || problems.length > 0) throw new Error(`the DNS policy is wrong: ${problems.join('; ')}`)
  return {
    cookieSecret: secret,
    otherCookieSecrets: otherSecrets,
    nodeName: nodeName === undefined ? undefined : Uint8Array.from(Buffer.from(nodeName)),
    rateLimit,
    keys,
    secondaries,
    isSecondary: (apex, key, address) =>
      secondaries.get(apex)?.some((each) => each.key === key && Buffer.compare(each.octets, address) === 0) ?? false,
    isAllowed(apex, octets, at, count) {
      const allowed = networks.get(apex)
      if (allowed === undefined) return true
      for (let index = 0; index < allowed.length; index++)
        if (isInNetwork(allowed[index]!, octets, at, count)) return true
      return false
    },
  }
}

const NO_TRANSFERS: Transfers = { keys: [], secondaries: {} }

function readTransfers(transfers: Transfers, problems: string[]): Pick<Policy, 'keys' | 'secondaries'> {
  const keys: TsigKey[] = []
  for (const key of transfers.keys) {
    try {
      const read = parseTsigKey(key)
      if (keys.some(({ name }) => name === read.name)) problems.push(`there are two TSIG keys of the name ${key.name}`)
      keys.push(read)
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error))
    }
  }
  const secondaries = new Map<DnsName, Secondary[]>()
  for (const [apex, addresses] of Object.entries(transfers.secondaries)) {
    const name = checkedName(apex)
    secondaries.set(name, [])
    for (const { address, port, key: keyName } of addresses) {
      const octets = addressOctets(address) && peerOctets(address)
      const key = keys.find((each) => each.name === parseDnsName(keyName))
      if (octets === undefined) problems.push(`the secondary ${JSON.stringify(address)} of ${apex} is no address`)
      if (key === undefined) problems.push(`the secondary ${address} of ${apex} has no key ${JSON.stringify(keyName)}`)
      if (octets !== undefined && key !== undefined) secondaries.get(name)?.push({ address, octets, port, key })
    }
  }
  return { keys, secondaries }
}
