import { PXS_PROFILE } from './profile.ts'

const SECRET = [PXS_PROFILE.names.idNumber, PXS_PROFILE.names.accountNumber].join('|')
/** From a start tag that may have a prefix and attributes to its end tag, or to the end of a message that was cut off. */
const ELEMENT = new RegExp(`(<((?:[\\w.-]+:)?(?:${SECRET}))(?:\\s[^>]*)?(?<!/)>)[\\s\\S]*?(</\\2\\s*>|$)`, 'g')
const MASK = '***'

/**
 * A stored message as people see it: what a customer proves himself with, a PIN or an account number, is not told on (contract I17).
 * The bytes that are kept stay as they came.
 *
 * @returns the very bytes where there is nothing to hide
 */
export function maskProof(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1') // byte for byte; the names are ASCII
  const masked = text.replace(ELEMENT, `$1${MASK}$3`)
  return masked === text ? bytes : Buffer.from(masked, 'latin1')
}
