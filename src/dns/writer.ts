/**
 * Where a message is written: octets past the end of `bytes` are counted and lost, so that one look at `at` afterwards
 * tells whether everything fitted. `names` remembers where a name stands, for compression.
 */
export type Writer = { readonly bytes: Uint8Array; at: number; readonly names: Map<string, number> }

export function writerOn(bytes: Uint8Array): Writer {
  return { bytes, at: 0, names: new Map() }
}

export function put8(writer: Writer, value: number): void {
  writer.bytes[writer.at++] = value
}

export function put16(writer: Writer, value: number): void {
  put8(writer, value >>> 8)
  put8(writer, value)
}

export function put32(writer: Writer, value: number): void {
  put16(writer, value >>> 16)
  put16(writer, value)
}

export function putBytes(writer: Writer, bytes: ArrayLike<number>): void {
  for (let at = 0; at < bytes.length; at++) put8(writer, bytes[at]!)
}

/** Writes what `body` writes with its length in two octets before it (RDLENGTH, the length of an EDNS option). */
export function putSized16(writer: Writer, body: () => void): void {
  const start = writer.at
  put16(writer, 0)
  body()
  const length = writer.at - start - 2
  writer.bytes[start] = length >>> 8
  writer.bytes[start + 1] = length
}

/** A character-string (RFC 1035 §3.3): its length in one octet, then Latin-1 text of at most 255 octets. */
export function putText(writer: Writer, text: string): void {
  if (text.length > 255) throw new RangeError(`character-string of ${text.length} octets; RFC 1035 §3.3 allows 255`)
  put8(writer, text.length)
  for (let at = 0; at < text.length; at++) put8(writer, text.charCodeAt(at))
}
