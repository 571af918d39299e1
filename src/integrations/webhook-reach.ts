import { BlockList, isIPv6 } from 'node:net'

/** Where webhooks may be sent. An admin writes their addresses, and an admin's key must not open the machines behind us. */
export type Reach = {
  /** Whether an origin (`https://bss.example`) is the configuration's own, which is not an admin's word but the deployment's. */
  isStated(origin: string): boolean
  /** @returns why nothing is sent to an IP address, as the end of a sentence that begins with it; undefined when it may be */
  problemOf(address: string): string | undefined
}

/** Where no receiver is, and what answers there without asking who it is. Private networks are not here: a BSS is on one. */
// biome-ignore format: a table
const REFUSED: readonly (readonly [network: string, what: string])[] = [
  ['127.0.0.0/8',          'is this machine'],
  ['::1/128',              'is this machine'],
  ['0.0.0.0/8',            'is this machine'],                         // RFC 1122 §3.2.1.3; Linux connects 0.0.0.0 to itself
  ['::/128',               'is this machine'],
  ['169.254.0.0/16',       'is link-local, where clouds have their metadata'], // RFC 3927
  ['fe80::/10',            'is link-local'],                           // RFC 4291 §2.5.6
  ['100.100.100.200/32',   'has the metadata of a cloud'],             // Alibaba
  ['168.63.129.16/32',     'has the metadata of a cloud'],             // Azure
  ['192.0.0.192/32',       'has the metadata of a cloud'],             // Oracle
  ['fd00:ec2::254/128',    'has the metadata of a cloud'],             // AWS
  ['fd20:ce::254/128',     'has the metadata of a cloud'],             // Google
  ['224.0.0.0/4',          'is multicast'],                            // RFC 5771
  ['ff00::/8',             'is multicast'],                            // RFC 4291 §2.7
  ['240.0.0.0/4',          'is reserved'],                             // RFC 1112 §4, and broadcast
]

/**
 * @param networks - addresses and networks (CIDR) that alone may be reached; empty: everywhere but what is refused above
 * @param stated - the address that the configuration itself states
 */
export function createReach({ networks, stated }: { networks: readonly string[]; stated: string | undefined }): Reach {
  const only = networks.length > 0 ? blockOf(networks) : undefined
  const refused = REFUSED.map(([network, what]) => [blockOf([network, ...translated(network)]), what] as const)
  const origin = stated === undefined ? undefined : new URL(stated).origin
  return {
    isStated: (asked) => asked === origin,
    problemOf(address) {
      const [text = ''] = address.split('%')
      const family = isIPv6(text) ? 'ipv6' : 'ipv4'
      if (only) return only.check(text, family) ? undefined : 'is outside PORTOLAN_WEBHOOK_NETWORKS'
      const found = refused.find(([block]) => block.check(text, family))
      return found && `${found[1]}; PORTOLAN_WEBHOOK_NETWORKS says where webhooks may go`
    },
  }
}

/** The same IPv4 network as a translator from IPv6 is asked for it (RFC 6052 §2.1). */
function translated(network: string): string[] {
  const [address = '', bits] = network.split('/')
  return isIPv6(address) ? [] : [`64:ff9b::${address}/${96 + Number(bits)}`]
}

function blockOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}
