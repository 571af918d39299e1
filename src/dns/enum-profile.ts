import type { E164 } from '../numbers/e164.ts'
import { ROOT } from './name.codec.ts'
import type { Naptr } from './record.codec.ts'

/**
 * How an answer is worded. `interoperable` is understood by every client known to us; `compact` is one record, for small
 * answers; `document` is the porting manager document's printed record, letter for letter.
 */
export const ENUM_PROFILES = ['interoperable', 'compact', 'document'] as const
export type EnumProfile = (typeof ENUM_PROFILES)[number]

/** Where calls to a number go. Without a `routingNumber` the number is served by the holder of its block. */
export type Target = {
  /** IMS domain of the serving operator; undefined when we do not know the operator, and then only a tel: URI is served. */
  readonly imsDomain: string | undefined
  /** Normalised (RFC 4694): `+15559901` global, or `D2701;rn-context=+7` local. */
  readonly routingNumber: string | undefined
}

type Uri = 'sip' | 'tel' | 'document'
type Row = readonly [order: number, preference: number, services: string, uri: Uri]

/**
 * The records of each profile; no two of one profile share order and preference (RFC 6116 §3.4.2).
 *
 * `compact` is `E2U+sip`: of all single records it is the one that Kamailio, OpenSIPS, Asterisk and FreeSWITCH match with
 * their defaults and that IMS cores take as well, while `E2U+pstn:sip` needs a setting in each of them. It is valid by
 * RFC 3764 §4 and RFC 6116 §3.4.3, and `user=phone` makes `npdi` and `rn` the tel parameters of RFC 4694
 * (RFC 3261 §19.1.6), as in the sip: examples of RFC 4769 §4.
 *
 * URIs are literal, without a back-reference, so that no client or secondary can lose a backslash; `document` has the one
 * that is printed. Its `E2U+pstn:tel` over a sip: URI contradicts RFC 4769 §4.1 (DIVERGENCES.md, contract O-03).
 */
// biome-ignore format: a table
const ROWS = {
  // order preference services uri
  interoperable: [
    [100, 10, 'E2U+sip',      'sip'],
    [100, 20, 'E2U+pstn:sip', 'sip'],
    [100, 30, 'E2U+pstn:tel', 'tel'],
  ],
  compact: [
    [100, 10, 'E2U+sip',      'sip'],
  ],
  document: [
    [10,  10, 'E2U+pstn:tel', 'document'],
  ],
} as const satisfies Record<EnumProfile, readonly Row[]>

/** Where no IMS domain is known: a number can still be called by its tel: URI (RFC 4769 §4.1). */
const WITHOUT_DOMAIN: readonly Row[] = [[100, 30, 'E2U+pstn:tel', 'tel']]

/** Neither the delimiter `!` nor a backslash nor a blank may come from data into a regexp. */
const SAFE = /^[0-9A-Za-z+.;=_-]*$/

/**
 * The NAPTR records that answer for a number: `npdi` always, because the database has been asked, and `rn` when one is known
 * (RFC 4694 §6.1).
 *
 * @param number - `any` words them with a back-reference, for a wildcard
 * @returns without the records that could not be written: a regexp holds 255 octets (RFC 3403 §4.1)
 */
export function naptrsOf(profile: EnumProfile, number: E164 | 'any', target: Target): readonly Naptr[] {
  if (!SAFE.test(`${target.imsDomain ?? ''}${target.routingNumber ?? ''}`)) return []
  const rows: readonly Row[] = target.imsDomain === undefined ? WITHOUT_DOMAIN : ROWS[profile]
  return rows
    .map(([order, preference, services, uri]): Naptr => {
      const regexp = REGEXPS[uri](number, parametersOf(target), target.imsDomain ?? '')
      return { type: 'NAPTR', order, preference, flags: 'u', services, regexp, replacement: ROOT }
    })
    .filter(({ regexp }) => regexp.length <= 255)
}

const REGEXPS = {
  sip: (number, parameters, domain) => `!${matching(number)}!sip:${written(number)}${parameters}@${domain};user=phone!`,
  tel: (number, parameters) => `!${matching(number)}!tel:${written(number)}${parameters}!`,
  document: (_number, parameters, domain) => `!(^.*$)!sip:\\1${parameters}@${domain}!`,
} as const satisfies Record<Uri, (number: E164 | 'any', parameters: string, domain: string) => string>

function matching(number: E164 | 'any'): string {
  return number === 'any' ? '^(.*)$' : '^.*$'
}

function written(number: E164 | 'any'): string {
  return number === 'any' ? '\\1' : number
}

function parametersOf({ routingNumber }: Target): string {
  return routingNumber === undefined ? ';npdi' : `;npdi;rn=${routingNumber}`
}
