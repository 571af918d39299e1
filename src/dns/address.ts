import { isIPv4, isIPv6 } from 'node:net'

/** The octets of an IP address: 4 or 16. @returns undefined for text that is none; a zone (`%eth0`) is ignored */
export function addressOctets(text: string): Uint8Array | undefined {
  const [address = ''] = text.split('%')
  if (isIPv4(address)) return Uint8Array.from(address.split('.').map(Number))
  if (!isIPv6(address)) return undefined
  const mapped = /^(?<head>.*:)(?<four>[0-9.]+)$/.exec(address)
  const four = mapped?.groups?.four?.includes('.') ? addressOctets(mapped.groups.four) : undefined
  const text6 = four === undefined ? address : `${mapped?.groups?.head}0:0`
  const [front = [], back = []] = text6.split('::').map((half) =>
    half
      .split(':')
      .filter(Boolean)
      .map((group) => Number.parseInt(group, 16)),
  )
  const groups = text6.includes('::') ? [...front, ...Array(8 - front.length - back.length).fill(0), ...back] : front
  const octets = Uint8Array.from(groups.flatMap((group) => [group >>> 8, group & 255]))
  if (four !== undefined) octets.set(four, 12)
  return octets
}

/** The octets of who asks: on a socket of both families a peer of IPv4 is shown as `::ffff:192.0.2.1`, and means the same. */
export function peerOctets(text: string): Uint8Array {
  return unmapped(addressOctets(text) ?? new Uint8Array(4))
}

function unmapped(octets: Uint8Array): Uint8Array {
  const isMapped = octets.length === 16 && octets.subarray(0, 12).every((octet, at) => octet === (at < 10 ? 0 : 255))
  return isMapped ? octets.slice(12) : octets
}

/** Addresses that begin alike, of peers as `peerOctets` has them: `192.0.2.0/24`, `2001:db8::/32`, or one address. */
export type Network = { readonly octets: Uint8Array; readonly bits: number }

/** @returns undefined for text that is no network */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', length] = text.split('/')
  const octets = addressOctets(address)
  if (octets === undefined || text.split('/').length > 2) return undefined
  const bits = length === undefined ? octets.length * 8 : Number(length)
  if (!/^[0-9]{1,3}$/.test(length ?? '0') || bits > octets.length * 8) return undefined
  const plain = unmapped(octets)
  const before = (octets.length - plain.length) * 8
  return bits < before ? { octets, bits } : { octets: plain, bits: bits - before }
}

/** Whether the `count` octets at `at` are an address of the network. Allocates nothing. */
export function isInNetwork({ octets, bits }: Network, source: Uint8Array, at: number, count: number): boolean {
  if (octets.length !== count) return false
  const whole = bits >>> 3
  for (let index = 0; index < whole; index++) if (source[at + index] !== octets[index]) return false
  return (bits & 7) === 0 || (source[at + whole]! ^ octets[whole]!) >>> (8 - (bits & 7)) === 0
}
