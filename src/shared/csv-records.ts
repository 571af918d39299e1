/** No record of ours is longer; a file without line ends is none of ours. */
const LONGEST = 1 << 20

/**
 * The records of a CSV as text, one by one, from a stream of any length: a line end within quotes does not end a record (RFC 4180
 * §2.6). Empty lines are left out.
 *
 * @throws Error for a record of more than a million characters, as where a quote is never closed
 */
export async function* csvRecords(source: AsyncIterable<string>): AsyncIterable<string> {
  let rest = ''
  let lines: string[] = []
  let length = 0
  let isQuoteOpen = false
  for await (const piece of source) {
    const pieces = `${rest}${piece}`.split('\n')
    rest = pieces.pop() ?? ''
    for (const line of pieces) {
      lines.push(line)
      length += line.length + 1
      if (hasOddQuotes(line)) isQuoteOpen = !isQuoteOpen
      if (isQuoteOpen) continue
      const record = recordOf(lines)
      if (record !== '') yield record
      lines = []
      length = 0
    }
    if (length + rest.length > LONGEST)
      throw new Error(`a record of the CSV is longer than ${LONGEST} characters: is a quote never closed?`)
  }
  const last = recordOf([...lines, rest])
  if (last !== '') yield last
}

function recordOf(lines: readonly string[]): string {
  const record = lines.join('\n').replace(/\r$/, '')
  return record.trim() === '' ? '' : record
}

/** Quotes within quotes are doubled, so the count of all tells whether one is open. */
function hasOddQuotes(line: string): boolean {
  let quotes = 0
  for (let at = line.indexOf('"'); at !== -1; at = line.indexOf('"', at + 1)) quotes += 1
  return quotes % 2 === 1
}
