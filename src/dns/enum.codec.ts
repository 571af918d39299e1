import { digitsOf, type E164, parseE164 } from '../numbers/e164.ts'
import type { DnsName } from './name.codec.ts'

/**
 * The ENUM name of a number: its digits reversed, one label each, under `apex`.
 *
 *     enumNameOf('+15550100', 'e164.arpa.')  is  '0.0.1.0.5.5.5.1.e164.arpa.'
 *
 * @param apex - an ENUM zone of the deployment: `e164.arpa.` or a private one such as `e164enum.net.` (contract O-01)
 * @returns at most 30 octets plus the apex, so the 255 of RFC 1035 §2.3.4 cannot be reached
 * @see RFC 6116 §3.2, First Well Known Rule (the porting manager document cites RFC 3761, which 6116 obsoletes)
 */
export function enumNameOf(number: E164, apex: DnsName): DnsName {
  return `${[...digitsOf(number)].reverse().join('.')}.${apex}` as DnsName
}

/**
 * The leading digits that an ENUM name stands for: all of a number, or the first few of many.
 *
 *     digitsOfEnumName('5.5.5.1.e164.arpa.', 'e164.arpa.')  is  '1555'
 *
 * @returns undefined for a name outside `apex`, the apex itself, or a name with a label that is not one digit
 */
export function digitsOfEnumName(name: DnsName, apex: DnsName): string | undefined {
  if (!name.endsWith(`.${apex}`)) return undefined
  const labels = name.slice(0, -(apex.length + 1)).split('.')
  if (!labels.every((label) => /^[0-9]$/.test(label))) return undefined
  return labels.reverse().join('')
}

/**
 * The number that an ENUM name asks about; the inverse of `enumNameOf`.
 *
 * @returns undefined where `digitsOfEnumName` is, and for digits that E.164 does not allow
 */
export function numberOfEnumName(name: DnsName, apex: DnsName): E164 | undefined {
  const digits = digitsOfEnumName(name, apex)
  return digits === undefined ? undefined : parseE164(`+${digits}`)
}
