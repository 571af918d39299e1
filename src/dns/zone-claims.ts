import { hash } from 'node:crypto'
import type { E164 } from '../numbers/e164.ts'
import type { Log } from '../shared/log.ts'
import { naptrsOf } from './enum-profile.ts'
import type { DnsName } from './name.codec.ts'
import type { DnsPolicy } from './policy.ts'
import type { TableReader } from './table-reader.ts'
import type { ZoneConfig } from './zone-config.schema.ts'
import { checkedName } from './zone-config.ts'
import { soaOf } from './zone-enum.ts'

/**
 * Which node's settings the ENUM zones of secondaries are made of. A serial stands for one content only, so settings take a
 * generation of their own when they change, and of two nodes with different ones the one that started last has its way: the
 * other gives its secondaries nothing until it starts with the same.
 */
export type ZoneClaims = {
  /** The zones that have secondaries. */
  readonly apexes: readonly DnsName[]
  /** Makes the settings of this node those of the zones. */
  claim(): Promise<void>
  /**
   * Sees whether another node has; to be done before a generation is served in which one may have. What this node claimed in a
   * database that was set back since it claims again.
   */
  look(): Promise<void>
  /**
   * The generation from which on a zone is made of this node's settings: of what secondaries had before that a difference is unknown.
   *
   * @returns undefined when it is made of other settings, or nobody knows yet; 0 for a zone without secondaries
   */
  heldSince(apex: DnsName): number | undefined
}

/** What all nodes know of the settings. */
export type SettingsRecord = {
  find(): Promise<readonly HeldSettings[]>
  /** Makes these the settings, each with a new generation where it is another. @returns as `find` then would */
  record(settings: readonly { readonly apex: string; readonly fingerprint: string }[]): Promise<readonly HeldSettings[]>
}
type HeldSettings = { readonly apex: string; readonly fingerprint: string; readonly since: number }

export type ClaimOptions = {
  readonly config: ZoneConfig
  readonly policy: Pick<DnsPolicy, 'transfers'>
  readonly table: TableReader
  readonly record: SettingsRecord
  readonly log: Log
}

export function zoneClaims({ config, policy, table, record, log }: ClaimOptions): ZoneClaims {
  const served = config.apexes.map((apex) => checkedName(apex))
  const transferred = new Set(Object.keys(policy.transfers?.secondaries ?? {}).map((apex) => checkedName(apex)))
  const apexes = served.filter((apex) => transferred.has(apex))
  const ours = new Map(apexes.map((apex) => [apex, fingerprintOf(apex, config)]))
  let held = new Map<string, HeldSettings>()
  const isOurs = (apex: DnsName): boolean => held.get(apex)?.fingerprint === ours.get(apex)
  const take = (found: readonly HeldSettings[]): void => {
    const had = apexes.filter(isOurs)
    held = new Map(found.map((settings) => [settings.apex, settings]))
    for (const zone of apexes) {
      const facts = { zone, generation: held.get(zone)?.since }
      if (isOurs(zone) && !had.includes(zone)) log.info(facts, 'secondaries get a zone as this node is set')
      if (!isOurs(zone) && had.includes(zone))
        log.warn(
          facts,
          'a zone is made of the settings of another node: secondaries get nothing here until this one has the same',
        )
    }
  }
  const claim = async (): Promise<void> =>
    take(await record.record([...ours].map(([apex, fingerprint]) => ({ apex, fingerprint }))))
  return {
    apexes,
    async claim() {
      if (apexes.length > 0) await claim()
    },
    async look() {
      if (apexes.length === 0) return
      const found = await record.find()
      const isLost = (zone: DnsName): boolean => {
        const since = found.find(({ apex }) => apex === zone)?.since ?? 0
        return isOurs(zone) && since < (held.get(zone)?.since ?? 0)
      }
      if (apexes.some(isLost)) await claim()
      else take(found)
    },
    heldSince(apex) {
      if (!ours.has(apex)) return 0
      const since = isOurs(apex) ? held.get(apex)?.since : undefined
      return since !== undefined && since <= table.generation ? since : undefined
    },
  }
}

/** Two numbers as they are worded: a release that words them otherwise makes another zone of the same settings. */
const SAMPLES = ['+15550100' as E164, 'any'] as const

/** Equal for two zones that are equal whatever the routes are. */
export function fingerprintOf(apex: DnsName, config: ZoneConfig): string {
  const { profile, nameServers, blocks, operators, blockWording } = config
  const worded = operators.flatMap(({ imsDomain, routingNumber }) =>
    SAMPLES.map((number) => naptrsOf(profile, number, { imsDomain, routingNumber })),
  )
  const made = [soaOf(apex, config, 0), nameServers, blocks, operators, blockWording ?? 'literal', worded]
  return hash('sha256', JSON.stringify(made))
}
