import { digitsOf, type E164 } from '../numbers/e164.ts'
import { enumNameOf } from './enum.codec.ts'
import { naptrsOf } from './enum-profile.ts'
import { type DnsName, isWithin } from './name.codec.ts'
import { appliedTo } from './naptr-address.ts'
import { type Naptr, TYPES } from './record.codec.ts'
import type { RouteValue } from './table-values.ts'
import type { ZoneConfig } from './zone-config.schema.ts'
import { checkedName } from './zone-config.ts'
import { enumTargets, targetFinder } from './zone-enum.ts'
import { type StaticZone, staticZone } from './zone-static.ts'
import type { Zone } from './zones.ts'

export type AnsweredNumbers = {
  readonly config: Pick<ZoneConfig, 'profile' | 'operators' | 'blocks' | 'blockWording'> & {
    readonly apexes: readonly string[]
  }
  /** Zones from files; one below an ENUM apex answers for its numbers. */
  readonly fixedZones: readonly StaticZone[]
}

export type NumberAnswers = {
  readonly apexes: readonly DnsName[]
  /** The records that the ENUM zones have for a number with this route, or without one. */
  recordsOf(number: E164, route: RouteValue | undefined): readonly Naptr[]
  /** The records under one apex: of a zone from a file, where one answers for the number. */
  recordsUnder(apex: DnsName, number: E164, route: RouteValue | undefined): readonly Naptr[]
  /** Apex of the zone from a file that answers for a number instead of the routes, under the first ENUM apex that has one. */
  fixedApexOf(number: E164): DnsName | undefined
  /** What a client that asks under the first apex ends up with: of the best record, and out of which zone. */
  answerFor(
    number: E164,
    route: RouteValue | undefined,
  ): { readonly uri: string | undefined; readonly isFixed: boolean }
}

/** What DNS answers for a number, worked out without asking it. */
export function numberAnswers({ config, fixedZones }: AnsweredNumbers): NumberAnswers {
  const targetOf = targetFinder(enumTargets(config))
  const apexes = config.apexes.map((apex) => checkedName(apex))
  const fixed = fixedZones.map(staticZone)
  const recordsOf = (number: E164, route: RouteValue | undefined): readonly Naptr[] => {
    const target = targetOf(digitsOf(number), route)
    const isAny = route === undefined && config.blockWording === 'reference'
    return target === undefined ? [] : naptrsOf(config.profile, isAny ? 'any' : number, target)
  }
  const fixedZoneOf = (number: E164, apex: DnsName): Zone | undefined => {
    const name = enumNameOf(number, apex)
    return fixed
      .filter((zone) => zone.apex !== apex && isWithin(zone.apex, apex) && isWithin(name, zone.apex))
      .sort((a, b) => b.apex.length - a.apex.length)[0]
  }
  const recordsUnder = (apex: DnsName, number: E164, route: RouteValue | undefined): readonly Naptr[] => {
    const zone = fixedZoneOf(number, apex)
    return zone ? naptrsIn(zone, enumNameOf(number, apex)) : recordsOf(number, route)
  }
  return {
    apexes,
    recordsOf,
    recordsUnder,
    fixedApexOf: (number) => apexes.map((apex) => fixedZoneOf(number, apex)?.apex).find((apex) => apex !== undefined),
    answerFor(number, route) {
      const [apex] = apexes
      if (apex === undefined) return { uri: undefined, isFixed: false }
      const uris = recordsUnder(apex, number, route)
        .toSorted((a, b) => a.order - b.order || a.preference - b.preference)
        .map((record) => appliedTo(number, record))
      return { uri: uris.find((uri) => uri !== undefined), isFixed: fixedZoneOf(number, apex) !== undefined }
    },
  }
}

function naptrsIn(zone: Zone, name: DnsName): readonly Naptr[] {
  const found = zone.find(name, TYPES.NAPTR)
  return found.kind === 'records' ? found.answers.flatMap(({ data }) => (data.type === 'NAPTR' ? [data] : [])) : []
}
