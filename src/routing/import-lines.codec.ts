/** Longer lines are of no format of ours: they are handed on cut, and what follows the cut is not kept. */
export const LINE_OCTETS_MAX = 4096

/** A line end as a file has it: LF, with or without a CR before it; or CR alone, as in NPAC's files. */
type LineEnd = '\n' | '\r'

export type Line = {
  /** Without its end; octets as Latin-1, so that any file can be read. */
  readonly text: string
  /** The first is 1. */
  readonly number: number
  /** How many octets of the file there are to the end of this line. */
  readonly octets: number
  readonly isCut: boolean
}

export type LineReader = {
  /** Takes the next octets, and hands on every line that has ended. Empty lines are numbered and left out. */
  push(octets: Uint8Array): void
  /** Hands on a last line that has no end. */
  end(): void
}

/** Cuts a stream of octets into lines. The first line's end is how all lines end. Memory is bounded, whatever comes. */
export function lineReader(take: (line: Line) => void): LineReader {
  let kept = ''
  let isCut = false
  let lineEnd: LineEnd | undefined
  let number = 0
  let octets = 0
  let cutOctets = 0

  const takeLine = (raw: string, endOctets: number): void => {
    number += 1
    octets += raw.length + endOctets + cutOctets
    cutOctets = 0
    const text = bare(raw)
    if (text !== '') take({ text, number, octets, isCut: isCut || raw.length > LINE_OCTETS_MAX })
    isCut = false
  }
  const keep = (rest: string): void => {
    kept = rest
    if (rest.length <= LINE_OCTETS_MAX) return
    cutOctets += rest.length - LINE_OCTETS_MAX
    kept = rest.slice(0, LINE_OCTETS_MAX)
    isCut = true
  }
  return {
    push(chunk) {
      const text = kept + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1')
      lineEnd ??= firstEnd(text)
      if (lineEnd === undefined) return keep(text)
      let start = 0
      for (let at = text.indexOf(lineEnd); at >= 0; at = text.indexOf(lineEnd, start)) {
        takeLine(text.slice(start, at), 1)
        start = at + 1
      }
      keep(text.slice(start))
    },
    end() {
      if (kept !== '') takeLine(kept, 0)
      kept = ''
    },
  }
}

/** A CR at the very end may be half of CR LF: the next octets tell. */
function firstEnd(text: string): LineEnd | undefined {
  const at = text.search(/[\r\n]/)
  if (at < 0) return undefined
  if (text[at] === '\n' || text[at + 1] === '\n') return '\n'
  return at + 1 < text.length ? '\r' : undefined
}

/** Without the CR before an LF, the LF after a CR, and the byte order mark before the first line. */
function bare(raw: string): string {
  const start = raw.startsWith('\n') ? 1 : raw.startsWith('\u00ef\u00bb\u00bf') ? 3 : 0
  const end = raw.endsWith('\r') ? raw.length - 1 : raw.length
  return raw.slice(start, end)
}
