import { type DnsName, isWithin, parentOf } from './name.codec.ts'
import type { ResourceRecord } from './record.codec.ts'

/** What a zone holds at a name for a type. `aliases` have led to where it was looked for, and are a part of the answer. */
export type Found =
  | {
      readonly kind: 'records'
      readonly answers: readonly ResourceRecord[]
      readonly additional?: readonly ResourceRecord[]
    }
  /** The name is another server's. */
  | {
      readonly kind: 'referral'
      readonly nameServers: readonly ResourceRecord[]
      /** Addresses of the name servers below the cut: without them nobody finds these (RFC 9471 §3.1). */
      readonly glue: readonly ResourceRecord[]
      readonly additional: readonly ResourceRecord[]
      readonly aliases?: readonly ResourceRecord[]
    }
  /** The name exists, or names below it do (an empty non-terminal), but nothing of this type. */
  | { readonly kind: 'nodata'; readonly aliases?: readonly ResourceRecord[] }
  /** Neither the name nor anything below it exists (RFC 8020). */
  | { readonly kind: 'nxdomain'; readonly aliases?: readonly ResourceRecord[] }

export type Zone = {
  readonly apex: DnsName
  find(name: DnsName, type: number): Found
  /** The SOA as it is now: its serial follows the zone's content. */
  soa(): ResourceRecord
}

export type ZoneSet = {
  readonly all: readonly Zone[]
  /** The zone with the longest apex that `name` is in; undefined when we serve none (REFUSED). */
  zoneOf(name: DnsName): Zone | undefined
}

/** @throws Error when two zones have one apex */
export function zoneSet(zones: readonly Zone[]): ZoneSet {
  const byApex = new Map(zones.map((zone) => [zone.apex, zone]))
  if (byApex.size !== zones.length)
    throw new Error(`an apex is served twice: ${zones.map(({ apex }) => apex).join(', ')}`)
  return {
    all: zones,
    zoneOf(name) {
      if (!zones.some(({ apex }) => isWithin(name, apex))) return undefined
      for (let at = name; ; at = parentOf(at)) {
        const zone = byApex.get(at)
        if (zone !== undefined || at === '.') return zone
      }
    },
  }
}
