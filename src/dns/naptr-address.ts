import { digitsOf, type E164 } from '../numbers/e164.ts'
import { type EnumProfile, naptrsOf } from './enum-profile.ts'
import type { Naptr } from './record.codec.ts'
import type { RouteValue } from './table-values.ts'
import type { ZoneConfig } from './zone-config.schema.ts'
import { enumTargets, targetFinder } from './zone-enum.ts'

/** The first NAPTR record of a number, its regexp already applied: what an ENUM client calls. */
export type NaptrAddress = { readonly address: string; readonly order: number; readonly preference: number }

/**
 * What the ENUM zones answer for a number that has this route, or none, as the URI that a client ends up with.
 *
 * @returns undefined for a number that has no record: outside the blocks, or with a URI that does not fit one
 */
export function naptrAddresses(
  config: Pick<ZoneConfig, 'operators' | 'blocks'> & { readonly profile: EnumProfile },
): (number: E164, route: RouteValue | undefined) => NaptrAddress | undefined {
  const targetOf = targetFinder(enumTargets(config))
  return (number, route) => {
    const target = targetOf(digitsOf(number), route)
    const [naptr] = target === undefined ? [] : naptrsOf(config.profile, number, target)
    return naptr && { address: appliedTo(number, naptr), order: naptr.order, preference: naptr.preference }
  }
}

/** RFC 3402 §3.2: delimiter, pattern, delimiter, replacement with back-references, delimiter. */
export function appliedTo(number: E164, { regexp }: Naptr): string {
  const [, pattern = '', replacement = ''] = regexp.split(regexp.slice(0, 1))
  return number.replace(new RegExp(pattern), replacement.replaceAll(/\\([1-9])/g, '$$$1'))
}
