import { digitsOf, type E164 } from '../numbers/e164.ts'
import { enumNameOf } from './enum.codec.ts'
import { naptrsOf } from './enum-profile.ts'
import { type DnsName, isWithin } from './name.codec.ts'
import { appliedTo } from './naptr-address.ts'
import type { DnsNode, ProbeAnswer } from './probe.codec.ts'
import { type Naptr, TYPES } from './record.codec.ts'
import type { RouteValue } from './table-values.ts'
import { type Ask, problemOf } from './verify.ts'
import type { ZoneConfig } from './zone-config.schema.ts'
import { checkedName } from './zone-config.ts'
import { enumTargets, targetFinder } from './zone-enum.ts'
import { type StaticZone, staticZone } from './zone-static.ts'
import type { Zone } from './zones.ts'

/** What one node says of a number under one apex. */
export type NodeAnswer = {
  readonly name: DnsName
  /** NOERROR, NXDOMAIN ...; undefined when nothing came. */
  readonly rcode: string | undefined
  readonly naptrs: readonly Naptr[]
  /** What is wrong with it, seen from the routes; undefined when nothing is. */
  readonly problem: string | undefined
}

export type NodeReport = {
  readonly node: DnsNode
  /** Serial of the first apex: the generation of the routes that the node answers from; undefined when it does not say. */
  readonly generation: number | undefined
  readonly answers: readonly NodeAnswer[]
}

export type NodeAsker = {
  readonly nodes: readonly DnsNode[]
  /** Asks every node under every apex, at once. Never throws: a node that is down is an answer. */
  ask(number: E164, route: RouteValue | undefined): Promise<NodeReport[]>
  /** The records that the ENUM zones have for a number with this route, or without one. */
  recordsOf(number: E164, route: RouteValue | undefined): readonly Naptr[]
  /** Apex of the fixed zone that answers for a number instead of the routes, under the first ENUM apex that has one. */
  fixedApexOf(number: E164): DnsName | undefined
  /** What a client that asks under the first apex ends up with: of the best record, and out of which zone. */
  answerFor(
    number: E164,
    route: RouteValue | undefined,
  ): { readonly uri: string | undefined; readonly isFixed: boolean }
}

export type AskedNodes = {
  readonly config: Pick<ZoneConfig, 'profile' | 'operators' | 'blocks' | 'blockWording'> & {
    readonly apexes: readonly string[]
  }
  /** Zones from files; one below an ENUM apex answers for its numbers. */
  readonly fixedZones: readonly StaticZone[]
  readonly nodes: readonly DnsNode[]
  readonly askNaptr: Ask
  readonly askSoa: Ask
}

/** Shows what the DNS says of a number now: asked over DNS, and not read from a table. */
export function nodeAsker({ config, fixedZones, nodes, askNaptr, askSoa }: AskedNodes): NodeAsker {
  const targetOf = targetFinder(enumTargets(config))
  const apexes = config.apexes.map((apex) => checkedName(apex))
  const fixed = fixedZones.map(staticZone)
  const recordsOf = (number: E164, route: RouteValue | undefined): readonly Naptr[] => {
    const target = targetOf(digitsOf(number), route)
    const isAny = route === undefined && config.blockWording === 'reference'
    return target === undefined ? [] : naptrsOf(config.profile, isAny ? 'any' : number, target)
  }
  const fixedZoneOf = (name: DnsName, apex: DnsName): Zone | undefined =>
    fixed
      .filter((zone) => isWithin(name, zone.apex) && zone.apex !== apex && isWithin(zone.apex, apex))
      .sort((a, b) => b.apex.length - a.apex.length)[0]
  const ask = async (node: DnsNode, number: E164, route: RouteValue | undefined): Promise<NodeReport> => {
    const asked = apexes.map(async (apex): Promise<NodeAnswer> => {
      const name = enumNameOf(number, apex)
      const zone = fixedZoneOf(name, apex)
      const wanted = zone ? naptrsIn(zone, name) : recordsOf(number, route)
      return answerOf(name, await askNaptr(node, name), wanted)
    })
    const [answers, soa] = await Promise.all([Promise.all(asked), apexes[0] && askSoa(node, apexes[0])])
    return { node, generation: soa?.kind === 'answer' ? soa.reply.serial : undefined, answers }
  }
  return {
    nodes,
    ask: (number, route) => Promise.all(nodes.map((node) => ask(node, number, route))),
    recordsOf,
    answerFor(number, route) {
      const apex = apexes[0]
      const name = apex && enumNameOf(number, apex)
      const zone = name && fixedZoneOf(name, apex)
      const records = zone ? naptrsIn(zone, name) : recordsOf(number, route)
      const best = records.toSorted((a, b) => a.order - b.order || a.preference - b.preference)[0]
      return { uri: best && appliedTo(number, best), isFixed: zone !== undefined }
    },
    fixedApexOf: (number) =>
      apexes.map((apex) => fixedZoneOf(enumNameOf(number, apex), apex)?.apex).find((apex) => apex !== undefined),
  }
}

function naptrsIn(zone: Zone, name: DnsName): readonly Naptr[] {
  const found = zone.find(name, TYPES.NAPTR)
  return found.kind === 'records' ? found.answers.flatMap(({ data }) => (data.type === 'NAPTR' ? [data] : [])) : []
}

/** A number without records has no name: NXDOMAIN, or NODATA where something lies below it, is then what is wanted. */
function answerOf(name: DnsName, answer: ProbeAnswer, wanted: readonly Naptr[]): NodeAnswer {
  if (answer.kind === 'silent') return { name, rcode: undefined, naptrs: [], problem: answer.reason }
  const { rcode, naptrs } = answer.reply
  const isRightlyNothing = wanted.length === 0 && rcode === 'NXDOMAIN'
  return { name, rcode, naptrs, problem: isRightlyNothing ? undefined : problemOf(answer, wanted) }
}
