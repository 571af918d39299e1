import type { Market } from '../api/market.ts'

type Part = { readonly kind: 'words' | 'instant' | 'number'; readonly text: string }

const INSTANT = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z`

/**
 * A sentence in its parts: instants of RFC 3339, numbers of the market as full digits, and the words between. What has a plus is left
 * as it is, because a routing number looks like that too.
 */
export function partsOf(sentence: string, { country_code }: Pick<Market, 'country_code'>): Part[] {
  const number = country_code === '' ? '' : String.raw`|(?<![\w+.;=-])${country_code}\d{7,12}(?![\w.-])`
  return sentence.split(new RegExp(`(${INSTANT}${number})`)).map((text, index) => {
    if (index % 2 === 0) return { kind: 'words', text }
    return { kind: text.endsWith('Z') ? 'instant' : 'number', text }
  })
}
