import { isIPv4, isIPv6 } from 'node:net'

/** Groups of 16 bits that are a subscriber's whole network: whoever has one address of a /64 has all of them (RFC 6177 §2). */
const NETWORK_GROUPS = 4

/**
 * Whom an address is counted as: itself for IPv4, its /64 for IPv6, so that nobody begins anew 2^64 times. An IPv4 address is the same
 * in the form that a socket of both families shows it in (`::ffff:192.0.2.1`), and other text, as a proxy may send, is itself.
 */
export function networkOf(address: string): string {
  const [text = '', zone] = address.split('%')
  if (!isIPv6(text)) return address
  const groups = groupsOf(text)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped) return ipv4Of(groups)
  const network = groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => group.toString(16))
    .join(':')
  return zone === undefined ? `${network}::/64` : `${network}::%${zone}/64`
}

/** The eight groups of an IPv6 address, whichever way it is written. */
function groupsOf(text: string): number[] {
  // a URL writes every address in the one way of RFC 5952, without a dotted end
  const [head = '', tail] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split('::')
  const read = (half: string) => half.split(':').flatMap((group) => (group === '' ? [] : [Number.parseInt(group, 16)]))
  const [front, back] = [read(head), read(tail ?? '')]
  return [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back]
}

function ipv4Of(groups: readonly number[]): string {
  const text = groups
    .slice(6)
    .flatMap((group) => [group >>> 8, group & 255])
    .join('.')
  if (!isIPv4(text)) throw new Error(`${text} was read as an IPv4 address`)
  return text
}
