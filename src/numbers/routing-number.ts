/**
 * A routing number (RFC 4694 §4): where a ported number is to be routed. Global, `+` with country code and hexadecimal
 * digits; or local, hexadecimal digits that mean something only within `context`, a `+` prefix or a domain.
 */
export type RoutingNumber =
  | { readonly kind: 'global'; readonly digits: string }
  | { readonly kind: 'local'; readonly digits: string; readonly context: string }

/** Country codes of ITU-T E.164 are one, two or three digits long, by how they begin; hexadecimal digits come after. */
const COUNTRY_CODE = '(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-689][0-9]{2})'
const GLOBAL = new RegExp(`^\\+(?=[0-9A-F]{1,15}$)${COUNTRY_CODE}[0-9A-F]+$`)
const GLOBAL_CONTEXT = new RegExp(`^\\+(?=[0-9A-F]{1,15}$)${COUNTRY_CODE}[0-9A-F]*$`)
const LOCAL = /^[0-9A-F]{1,15}$/
const DOMAIN = /^(?=.{1,200}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Reads `+1-555-9901` or `d2701;rn-context=+7`: visual separators are dropped, digits become upper case and domains lower
 * case, so that two spellings of one routing number are equal.
 *
 * @returns undefined for anything else, also for local digits without a context, and for more than 15 digits
 */
export function parseRoutingNumber(text: string): RoutingNumber | undefined {
  const [number, parameter, ...others] = text.trim().split(';')
  if (number === undefined || others.length > 0) return undefined
  const digits = bare(number)
  if (parameter === undefined) return GLOBAL.test(digits) ? { kind: 'global', digits } : undefined
  const context = contextOf(parameter)
  return context !== undefined && LOCAL.test(digits) ? { kind: 'local', digits, context } : undefined
}

/** The one spelling that is stored and sent: `+15559901`, `D2701;rn-context=+7`. */
export function formatRoutingNumber(rn: RoutingNumber): string {
  return rn.kind === 'global' ? rn.digits : `${rn.digits};rn-context=${rn.context}`
}

function contextOf(parameter: string): string | undefined {
  const value = /^rn-context=(.+)$/i.exec(parameter)?.[1]
  if (value === undefined) return undefined
  if (value.startsWith('+')) return GLOBAL_CONTEXT.test(bare(value)) ? bare(value) : undefined
  const domain = value.toLowerCase().replace(/\.$/, '')
  return DOMAIN.test(domain) ? domain : undefined
}

/** Without the visual separators of RFC 3966 §3. */
function bare(text: string): string {
  return text.replace(/[-.()]/g, '').toUpperCase()
}
