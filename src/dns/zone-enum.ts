import type { E164 } from '../numbers/e164.ts'
import { digitsOfEnumName } from './enum.codec.ts'
import { naptrsOf, type Target } from './enum-profile.ts'
import type { DnsName } from './name.codec.ts'
import { type ResourceRecord, TYPES } from './record.codec.ts'
import type { TableReader } from './table-reader.ts'
import type { RouteValue } from './table-values.ts'
import type { ServedBlock, ZoneConfig } from './zone-config.schema.ts'
import { checkedName, checkZoneConfig } from './zone-config.ts'
import type { Found, Zone } from './zones.ts'

/** Where calls go, by the route that a number has or, without one, by its block. */
export type EnumTargets = {
  /** Where calls go that the table has a route for. */
  targetOfRoute(route: RouteValue): Target
  /** Where calls go to the numbers of each block that have none. */
  readonly blockTargets: readonly (ServedBlock & { readonly target: Target })[]
}

/** A checked configuration over a table: all that is needed to answer for a number. */
export type EnumPlan = EnumTargets & { readonly config: ZoneConfig; readonly table: TableReader }

/** @throws Error that names every problem of the configuration */
export function enumPlan(config: ZoneConfig, table: TableReader): EnumPlan {
  checkZoneConfig(config)
  return { config, table, ...enumTargets(config) }
}

export function enumTargets({ operators, blocks }: Pick<ZoneConfig, 'operators' | 'blocks'>): EnumTargets {
  const operatorOf = new Map(operators.map((operator) => [operator.code, operator]))
  return {
    targetOfRoute(route) {
      const operator = operatorOf.get(route.operator)
      return { imsDomain: operator?.imsDomain, routingNumber: route.routingNumber ?? operator?.routingNumber }
    },
    blockTargets: blocks.map((block) => {
      return { ...block, target: { imsDomain: operatorOf.get(block.operator)?.imsDomain, routingNumber: undefined } }
    }),
  }
}

/** Where calls to a number go, by its route or its block; undefined outside the blocks. */
export function targetFinder(
  targets: EnumTargets,
): (digits: string, route: RouteValue | undefined) => Target | undefined {
  const longestBlock = blockFinder(targets)
  return (digits, route) => {
    if (route !== undefined) return targets.targetOfRoute(route)
    const block = longestBlock(digits)
    return block?.lengths.includes(digits.length) ? block.target : undefined
  }
}

/** The ENUM zones of a deployment, one per apex, with equal answers under each (contract O-01). */
export function enumZones(plan: EnumPlan): readonly Zone[] {
  const numbers = numberSpace(plan)
  return plan.config.apexes.map((apex) => enumZone(checkedName(apex), plan, numbers))
}

function enumZone(apex: DnsName, { config, table }: EnumPlan, numbers: NumberSpace): Zone {
  const soa = (): ResourceRecord => soaOf(apex, config, table.generation)
  const nameServers = config.nameServers.map(
    (host): ResourceRecord => ({
      name: apex,
      ttlSeconds: config.ttlSeconds,
      data: { type: 'NS', host: checkedName(host) },
    }),
  )
  const atApex = (type: number): Found => {
    if (type === TYPES.NS) return { kind: 'records', answers: nameServers }
    return type === TYPES.SOA || type === TYPES.ANY ? { kind: 'records', answers: [soa()] } : { kind: 'nodata' }
  }
  return {
    apex,
    soa,
    find(name, type) {
      if (name === apex) return atApex(type)
      const digits = digitsOfEnumName(name, apex)
      if (digits === undefined) return { kind: 'nxdomain' }
      const found = numbers.find(digits)
      if (found === undefined) return { kind: numbers.hasBelow(digits) ? 'nodata' : 'nxdomain' }
      // ANY is answered with the only record set that a number has (RFC 8482 §4.1).
      if (type !== TYPES.NAPTR && type !== TYPES.ANY) return { kind: 'nodata' }
      const naptrs = naptrsOf(config.profile, found.wording, found.target)
      const answers = naptrs.map((data): ResourceRecord => ({ name, ttlSeconds: config.ttlSeconds, data }))
      return answers.length > 0 ? { kind: 'records', answers } : { kind: 'nodata' }
    },
  }
}

type NumberSpace = {
  /** Where calls to a number go, and how that is worded; undefined for digits that are no number of ours. */
  find(digits: string): { readonly target: Target; readonly wording: E164 | 'any' } | undefined
  /** Whether there are longer numbers of ours that begin with these digits. */
  hasBelow(digits: string): boolean
}

function numberSpace(plan: EnumPlan): NumberSpace {
  const { config, table, blockTargets } = plan
  const targetOf = targetFinder(plan)
  const longestBlock = blockFinder(plan)
  const beginnings = new Set(blockTargets.flatMap(({ prefix }) => prefixesOf(prefix).slice(0, -1)))
  return {
    find(digits) {
      const route = table.lookup(digits)
      const target = targetOf(digits, route)
      if (target === undefined) return undefined
      // Digits that the table or a block of this length has are a number.
      const isAny = route === undefined && config.blockWording === 'reference'
      return { target, wording: isAny ? 'any' : (`+${digits}` as E164) }
    },
    hasBelow(digits) {
      if (beginnings.has(digits) || table.hasBelow(digits)) return true
      return longestBlock(digits)?.lengths.some((length) => length > digits.length) ?? false
    },
  }
}

/** Of two blocks that fit a number the longer prefix wins. */
function blockFinder({ blockTargets }: EnumTargets) {
  const blockOf = new Map(blockTargets.map((block) => [block.prefix, block]))
  return (digits: string) =>
    prefixesOf(digits)
      .map((prefix) => blockOf.get(prefix))
      .findLast((block) => block !== undefined)
}

/** `'155'` gives `'1'`, `'15'`, `'155'`. */
function prefixesOf(digits: string): string[] {
  return Array.from(digits, (_, at) => digits.slice(0, at + 1))
}

/** Secondaries ask again every minute, and give up after a week without an answer. */
const REFRESH_SECONDS = 60
const RETRY_SECONDS = 30
const EXPIRE_SECONDS = 604_800

/** The generation as serial: it only grows, and wraps as RFC 1982 wants it. */
export function soaOf(apex: DnsName, config: ZoneConfig, generation: number): ResourceRecord {
  return {
    name: apex,
    ttlSeconds: config.ttlSeconds,
    data: {
      type: 'SOA',
      primary: checkedName(config.nameServers[0]!),
      contact: checkedName(config.contact),
      serial: generation % 2 ** 32,
      refreshSeconds: REFRESH_SECONDS,
      retrySeconds: RETRY_SECONDS,
      expireSeconds: EXPIRE_SECONDS,
      minimumSeconds: config.ttlSeconds,
    },
  }
}
