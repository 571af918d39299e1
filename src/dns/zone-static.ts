import { type DnsName, isWithin, parentOf } from './name.codec.ts'
import { type ResourceRecord, TYPES } from './record.codec.ts'
import type { Found, Zone } from './zones.ts'

/** A zone of fixed records, as plain data that can be handed to a thread. */
export type StaticZone = { readonly apex: DnsName; readonly records: readonly ResourceRecord[] }

const ALIASES_MAX = 8
const ADDITIONAL_MAX = 20

/** @throws Error when there is no SOA at the apex */
export function staticZone({ apex, records }: StaticZone): Zone {
  const byName = new Map<DnsName, ResourceRecord[]>()
  const existing = new Set<DnsName>([apex])
  for (const record of records) {
    const own = byName.get(record.name)
    if (own === undefined) byName.set(record.name, [record])
    else own.push(record)
    for (let name = record.name; name !== apex; name = parentOf(name)) existing.add(name)
  }
  const soa = byName.get(apex)?.find(({ data }) => data.type === 'SOA')
  if (soa === undefined) throw new Error(`${apex} has no SOA`)
  const at = (name: DnsName, type: number): ResourceRecord[] =>
    (byName.get(name) ?? []).filter(({ data }) => TYPES[data.type] === type)
  const addressesOf = (host: DnsName): ResourceRecord[] => [...at(host, TYPES.A), ...at(host, TYPES.AAAA)]

  /** The highest cut on the way to a name: what lies at it and below is another server's (RFC 1034 §4.3.2, 3b). */
  const cutAbove = (name: DnsName): ResourceRecord[] => {
    let cut: ResourceRecord[] = []
    for (let here = name; here !== apex; here = parentOf(here)) {
      const nameServers = at(here, TYPES.NS)
      if (nameServers.length > 0) cut = nameServers
    }
    return cut
  }
  /** The records that answer for a name: its own, or a wildcard's under the closest existing name (RFC 4592 §3.3). */
  const ownOrWildcard = (name: DnsName): readonly ResourceRecord[] | undefined => {
    if (existing.has(name)) return byName.get(name) ?? []
    let encloser = parentOf(name)
    while (!existing.has(encloser)) encloser = parentOf(encloser)
    const wildcard = `*.${encloser}` as DnsName
    return existing.has(wildcard) ? (byName.get(wildcard) ?? []).map((record) => ({ ...record, name })) : undefined
  }
  const find = (name: DnsName, type: number, aliases: number): Found => {
    const cut = cutAbove(name)
    if (cut.length > 0) return referral(cut, addressesOf)
    const own = ownOrWildcard(name)
    if (own === undefined) return { kind: 'nxdomain' }
    const answers = own.filter(({ data }) => TYPES[data.type] === type)
    if (answers.length > 0) return { kind: 'records', answers, additional: additionalTo(answers, addressesOf, at) }
    const alias = own.find(({ data }) => data.type === 'CNAME')
    if (alias?.data.type === 'CNAME') return followed(alias, alias.data.host, type, aliases)
    // ANY gets one of the sets (RFC 8482 §4.1).
    const first = own[0]
    if (type === TYPES.ANY && first !== undefined)
      return { kind: 'records', answers: own.filter(({ data }) => data.type === first.data.type) }
    return { kind: 'nodata' }
  }
  /** A CNAME and, where it leads to a name of this zone, what is found there. */
  const followed = (alias: ResourceRecord, host: DnsName, type: number, aliases: number): Found => {
    if (type === TYPES.ANY || aliases === ALIASES_MAX || !isWithin(host, apex))
      return { kind: 'records', answers: [alias] }
    const further = find(host, type, aliases + 1)
    if (further.kind === 'records') return { ...further, answers: [alias, ...further.answers] }
    // What the end of the chain is, is what the reply says (RFC 6604 §3, RFC 2308 §2).
    return { ...further, aliases: [alias, ...(further.aliases ?? [])] }
  }
  return { apex, soa: () => soa, find: (name, type) => find(name, type, 0) }
}

/** Where a cut leads, with the addresses that this zone has. */
function referral(
  nameServers: readonly ResourceRecord[],
  addressesOf: (host: DnsName) => readonly ResourceRecord[],
): Found {
  const hosts = nameServers.flatMap(({ name, data }) => (data.type === 'NS' ? [{ cut: name, host: data.host }] : []))
  const addressesOfThose = (isWanted: (each: (typeof hosts)[number]) => boolean): readonly ResourceRecord[] =>
    hosts.filter(isWanted).flatMap(({ host }) => addressesOf(host))
  return {
    kind: 'referral',
    nameServers,
    glue: addressesOfThose(({ cut, host }) => isWithin(host, cut)),
    additional: addressesOfThose(({ cut, host }) => !isWithin(host, cut)),
  }
}

/** Addresses of the hosts that records name, and what S-NAPTR leads to next (RFC 3958 §2.2.4): it saves the asker queries. */
function additionalTo(
  records: readonly ResourceRecord[],
  addressesOf: (host: DnsName) => readonly ResourceRecord[],
  at: (name: DnsName, type: number) => readonly ResourceRecord[],
): readonly ResourceRecord[] {
  const more = records.flatMap(({ data }): readonly ResourceRecord[] => {
    if (data.type === 'NS' || data.type === 'MX' || data.type === 'SRV') return addressesOf(data.host)
    if (data.type !== 'NAPTR') return []
    if (data.flags.toLowerCase() === 'a') return addressesOf(data.replacement)
    return data.flags.toLowerCase() === 's' ? at(data.replacement, TYPES.SRV) : []
  })
  return more.length === 0
    ? []
    : [...new Set([...more, ...additionalTo(more, addressesOf, at)])].slice(0, ADDITIONAL_MAX)
}
