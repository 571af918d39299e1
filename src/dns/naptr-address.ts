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
    const address = naptr && appliedTo(number, naptr)
    return address === undefined ? undefined : { address, order: naptr!.order, preference: naptr!.preference }
  }
}

/** What may stand in a URI (RFC 3986 §2), and so neither a line end nor what ends the URI in a header of SIP. */
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[\w.~:/?#[\]@!$&'()*+,;=%-]+$/

/**
 * Applies the rule of a record (RFC 3402 §3.2: delimiter, pattern, delimiter, replacement with back-references, delimiter).
 *
 * @returns undefined for one that does not end the look-up (flag "u", RFC 6116 §3.4.1), does not match, or makes no URI: zones
 *   from files may have such
 */
export function appliedTo(number: E164, { flags, regexp }: Naptr): string | undefined {
  if (flags.toLowerCase() !== 'u' || regexp === '') return undefined
  const [, pattern = '', replacement = ''] = regexp.split(regexp.slice(0, 1))
  const found = ruleOf(pattern)?.exec(number)
  if (!found) return undefined
  const put = replacement.replaceAll(/\\([1-9])/g, (_, group: string) => found[Number(group)] ?? '')
  const uri = number.slice(0, found.index) + put + number.slice(found.index + found[0].length)
  return URI.test(uri) ? uri : undefined
}

function ruleOf(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern)
  } catch {
    return undefined // no rule at all: a client could not apply it either
  }
}
