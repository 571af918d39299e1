import { isRejectCode, REJECT_CODES } from '../numbers/reject-code.ts'
import { CAUSE_OF_CODE, CAUSES, type Cause, type CauseName, WORDS_OF_CAUSES } from './rejection-causes.ts'

export type RejectionCode = keyof typeof REJECT_CODES

/** The code that the automatic resubmission answers (contract O-30). */
export const INCORRECT_ACCOUNT_TYPE = 35 satisfies RejectionCode

/** @returns 0 (Unknown) for a code outside the catalogue; the donor's own words are kept beside it (contract O-29) */
export function rejectionOf(code: number): RejectionCode {
  return isRejectCode(code) ? code : 0
}

/** A refusal in words that say what to do. */
export type Explanation = Cause & {
  readonly cause: CauseName
  readonly code: RejectionCode
  readonly codeText: string
  /** The donor's own words, unchanged. */
  readonly text: string | null
  /** What the cause was read from; `nothing`: neither code nor words are known, and the words are to be mapped. */
  readonly readFrom: 'code' | 'words' | 'nothing'
}

/**
 * What a refusal means. A code that says something counts; where it says little (0, 32, 37, 99) the donor's words decide, in
 * whatever language and with whatever reason code of another system they come (users.md B3).
 */
export function explainRejection(code: number, text: string | null): Explanation {
  const known = rejectionOf(code)
  const { cause: byCode, isOpen } = CAUSE_OF_CODE[known]
  const byWords = isOpen && text !== null ? causeInWords(text) : undefined
  const hasUnknownWords = isOpen && byWords === undefined && text !== null && text.trim() !== ''
  const cause = byWords ?? (hasUnknownWords ? 'unknown' : byCode)
  const readFrom = byWords ? 'words' : cause === 'unknown' ? 'nothing' : 'code'
  const { fix, ...meaning }: Cause = CAUSES[cause]
  return {
    ...meaning,
    ...(fix && readFrom === 'code' && { fix }),
    cause,
    code: known,
    codeText: REJECT_CODES[known],
    text,
    readFrom,
  }
}

/** The cause that free text names; undefined where no row of the table fits. */
function causeInWords(text: string): CauseName | undefined {
  const plain = text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[’‘]/g, "'")
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
  // a code outside the catalogue is kept in front of the donor's words, and a local service request has a preamble (api/v4)
  const bare = plain.replace(/^code \d+: /, '').replace(/^lsr rejected \|\| /, '')
  return WORDS_OF_CAUSES.find(([, , words]) => words.test(bare))?.[0]
}
