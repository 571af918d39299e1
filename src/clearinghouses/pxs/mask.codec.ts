import { PXS_PROFILE } from './profile.ts'

const SECRET = [PXS_PROFILE.names.idNumber, PXS_PROFILE.names.accountNumber].join('|')
/** The beginning of a start tag, which may have a prefix. */
const START = new RegExp(`<((?:[\\w.-]+:)?(?:${SECRET}))(?=[\\s>])`, 'g')
const MASK = '***'

/**
 * A stored message as people see it: what a customer proves himself with, a PIN or an account number, is not told on (contract I17).
 * The bytes that are kept stay as they came. Walks forward once, whatever somebody wrote to make it walk longer.
 *
 * @returns the very bytes where there is nothing to hide
 */
export function maskProof(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1') // byte for byte; the names are ASCII
  const pieces: string[] = []
  let at = 0
  for (START.lastIndex = 0; ; ) {
    const [found, name = ''] = START.exec(text) ?? []
    if (found === undefined) break
    const open = text.indexOf('>', START.lastIndex)
    if (open === -1) break // cut off before there is anything to hide
    if (text[open - 1] !== '/') {
      const end = endOf(text, name, open + 1)
      pieces.push(text.slice(at, open + 1), MASK)
      at = end
    }
    START.lastIndex = Math.max(at, open + 1)
  }
  return pieces.length === 0 ? bytes : Buffer.from(`${pieces.join('')}${text.slice(at)}`, 'latin1')
}

/** Where the end tag of an element begins; the end of the text where the message was cut off. */
function endOf(text: string, name: string, from: number): number {
  const rest = /\s*>/y
  for (let at = text.indexOf(`</${name}`, from); at !== -1; at = text.indexOf(`</${name}`, rest.lastIndex)) {
    rest.lastIndex = at + name.length + 2
    if (rest.test(text)) return at
    rest.lastIndex = at + name.length + 2 // a test that fails forgets it
  }
  return text.length
}
