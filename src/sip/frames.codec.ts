/** What a connection has sent so far, cut into messages (RFC 3261 §18.3). */
export type Frames = {
  readonly messages: readonly Buffer[]
  readonly rest: Buffer
  /** Pings to answer: two line ends between messages (RFC 5626 §3.5.1). */
  readonly pings: number
  /** Whether nothing that follows can be understood: the connection is of no more use. */
  readonly isBroken: boolean
}

/** A message with its body; ours has use for the head alone. */
const MESSAGE_OCTETS_MAX = 65_535
const CRLF = '\r\n'
const HEAD_END = Buffer.from('\r\n\r\n')

export function framesOf(octets: Buffer): Frames {
  const messages: Buffer[] = []
  let at = 0
  let pings = 0
  for (;;) {
    for (; octets.toString('latin1', at, at + 4) === CRLF + CRLF; at += 4) pings += 1
    if (octets.toString('latin1', at, at + 2) === CRLF && octets.length >= at + 4) at += 2
    const end = octets.indexOf(HEAD_END, at)
    if (end < 0) break
    const length = bodyOctets(octets.toString('latin1', at, end))
    const next = end + 4 + (length ?? 0)
    if (length === undefined || next - at > MESSAGE_OCTETS_MAX)
      return { messages, rest: octets.subarray(at), pings, isBroken: true }
    if (next > octets.length) break
    messages.push(octets.subarray(at, next))
    at = next
  }
  const rest = octets.subarray(at)
  return { messages, rest, pings, isBroken: rest.length > MESSAGE_OCTETS_MAX }
}

/** Content-Length, which must be there over a stream (RFC 3261 §18.3); undefined when it is not. */
function bodyOctets(head: string): number | undefined {
  const length = /(?:^|\r\n)(?:content-length|l)[ \t]*:[ \t]*([0-9]{1,9})[ \t]*(?=\r\n|$)/i.exec(head)?.[1]
  return length === undefined ? undefined : Number(length)
}
