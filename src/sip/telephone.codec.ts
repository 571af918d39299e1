import { type E164, parseE164 } from '../numbers/e164.ts'

/** The number that a Request-URI is about. */
export type Called =
  | { readonly kind: 'number'; readonly number: E164 }
  | { readonly kind: 'no number' }
  | { readonly kind: 'other scheme' }

/**
 * Reads `tel:` (RFC 3966) and the telephone-subscriber in a `sip:` or `sips:` URI (RFC 3261 §19.1.6). Parameters such as an
 * `rn` that somebody has found before are not looked at: the number itself is asked about.
 *
 *     sip:+15550100;npdi@gw.example.net;user=phone   tel:+1-555-0100   tel:5550100;phone-context=+1   sip:15550100@gw
 *
 * Digits without a plus and without a context are taken for a whole number with its country code.
 */
export function calledNumber(uri: string): Called {
  const [, scheme = '', rest = ''] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(uri) ?? []
  switch (scheme.toLowerCase()) {
    case 'tel':
      return subscriber(rest)
    case 'sip':
    case 'sips': {
      const at = rest.lastIndexOf('@')
      return at < 0 ? { kind: 'no number' } : subscriber(rest.slice(0, at))
    }
    default:
      return { kind: 'other scheme' }
  }
}

function subscriber(text: string): Called {
  const [user = '', ...parameters] = unescaped(text).split(';')
  // a password follows a colon (RFC 3261 §19.1.1); visual separators mean nothing (RFC 3966 §5.1.1)
  const digits = (user.split(':')[0] ?? '').replace(/[-.()]/g, '')
  const context = parameters.map((one) => /^phone-context=(.*)$/i.exec(one)?.[1]).find((one) => one !== undefined)
  const number = parseE164(wholeOf(digits, context?.replace(/[-.()]/g, '')))
  return number ? { kind: 'number', number } : { kind: 'no number' }
}

function wholeOf(digits: string, context: string | undefined): string {
  if (digits.startsWith('+')) return digits
  if (context === undefined) return `+${digits}`
  return context.startsWith('+') ? context + digits : '' // a domain is a plan of its own, which we do not know
}

function unescaped(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, octet: string) => String.fromCharCode(Number.parseInt(octet, 16)))
}
