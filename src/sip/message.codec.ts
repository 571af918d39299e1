/** One header field; names in small letters and in their long form, values unfolded. */
export type Field = { readonly name: string; readonly value: string }

export type SipRequest = {
  readonly method: string
  readonly uri: string
  readonly fields: readonly Field[]
}

/** What octets say: a request that can be answered, one that must be refused, or nothing that may be answered. */
export type Decoded =
  | { readonly kind: 'request'; readonly request: SipRequest }
  | { readonly kind: 'broken'; readonly request: SipRequest; readonly status: SipStatus }
  | { readonly kind: 'silence' }

/** Status codes that we give, with their reasons (RFC 3261 §21). */
const STATUSES = {
  200: 'OK',
  302: 'Moved Temporarily',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  416: 'Unsupported URI Scheme',
  420: 'Bad Extension',
  481: 'Call/Transaction Does Not Exist',
  505: 'Version Not Supported',
} as const
export type SipStatus = keyof typeof STATUSES

/** Compact forms (RFC 3261 §7.3.3, §20). */
const LONG_FORMS: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  l: 'content-length',
  k: 'supported',
}

/** Without these nobody could tell what is answered (RFC 3261 §8.2.6.2). */
const NEEDED = ['via', 'from', 'to', 'call-id', 'cseq'] as const
const FIELDS_MAX = 200

/** Reads the head of a message; its body means nothing to us. @param octets - at least up to the empty line */
export function decodeRequest(octets: Uint8Array): Decoded {
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1')
  const [start = '', ...lines] = headOf(text).split(/\r?\n/)
  const [, method = '', uri = '', version = ''] =
    /^([!%'*+.0-9A-Z_`a-z~-]+) (\S+) SIP\/([0-9]+\.[0-9]+)$/.exec(start) ?? []
  if (method === '') return { kind: 'silence' } // a response, or no SIP: neither may be answered
  const fields = fieldsOf(lines)
  if (fields === undefined) return { kind: 'silence' }
  const request = { method, uri, fields }
  if (NEEDED.some((name) => fieldOf(request, name) === undefined)) return { kind: 'silence' }
  if (version !== '2.0') return { kind: 'broken', request, status: 505 }
  const cseq = /^([0-9]{1,10})\s+(\S+)$/.exec(fieldOf(request, 'cseq') ?? '')
  const isSound = cseq !== null && Number(cseq[1]) < 2 ** 31 && cseq[2] === method
  return isSound ? { kind: 'request', request } : { kind: 'broken', request, status: 400 }
}

/** All before the empty line that ends the head. */
function headOf(text: string): string {
  const end = /\r?\n\r?\n/.exec(text)
  return end ? text.slice(0, end.index) : text
}

/** @returns undefined for lines that are no header fields */
function fieldsOf(lines: readonly string[]): Field[] | undefined {
  const fields: Field[] = []
  for (const line of lines) {
    if (/[\0\r]/.test(line) || fields.length === FIELDS_MAX) return undefined
    const last = fields.at(-1)
    if (/^[ \t]/.test(line)) {
      if (!last) return undefined
      fields[fields.length - 1] = { name: last.name, value: `${last.value} ${line.trim()}` } // folded: RFC 3261 §7.3.1
      continue
    }
    const [, name = '', value = ''] = /^([^\s:]+)[ \t]*:[ \t]*(.*)$/.exec(line) ?? []
    if (name === '') return line === '' ? fields : undefined
    const small = name.toLowerCase()
    fields.push({ name: LONG_FORMS[small] ?? small, value: value.trim() })
  }
  return fields
}

/** The first field of a name. */
export function fieldOf({ fields }: SipRequest, name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value
}

/** The first of the values between commas, and the rest with its comma: quoted strings may hold commas. */
export function firstOfList(value: string): readonly [first: string, rest: string] {
  const [first = value] = /^(?:"(?:[^"\\]|\\.)*"|[^",])*/.exec(value) ?? []
  return [first, value.slice(first.length)]
}

/**
 * A response to a request: its Via fields, From, To, Call-ID and CSeq, and what else is said.
 *
 * @param via - the first Via value, as it goes back (RFC 3261 §18.2.1, RFC 3581 §4)
 * @param toTag - added to To unless it has a tag
 */
export function encodeResponse(
  status: SipStatus,
  request: SipRequest,
  { via, toTag, more }: { readonly via: string; readonly toTag: string; readonly more: readonly Field[] },
): Buffer {
  const vias = request.fields.filter(({ name }) => name === 'via').map(({ value }) => value)
  const [, rest] = firstOfList(vias[0] ?? '')
  const to = fieldOf(request, 'to') ?? ''
  const lines = [
    `SIP/2.0 ${status} ${STATUSES[status]}`,
    `Via: ${via}${rest}`,
    ...vias.slice(1).map((value) => `Via: ${value}`),
    `From: ${fieldOf(request, 'from')}`,
    `To: ${to}${tagOf(to) === undefined ? `;tag=${toTag}` : ''}`,
    `Call-ID: ${fieldOf(request, 'call-id')}`,
    `CSeq: ${fieldOf(request, 'cseq')}`,
    ...more.map(({ name, value }) => `${name}: ${value}`),
    'Content-Length: 0',
    '',
    '',
  ]
  return Buffer.from(lines.join('\r\n'), 'latin1')
}

/** The tag of a From or To field: a parameter after the address. */
export function tagOf(value: string): string | undefined {
  const parameters = value.includes('>') ? value.slice(value.lastIndexOf('>')) : value
  return /;[ \t]*tag[ \t]*=[ \t]*([^;,\s]+)/i.exec(parameters)?.[1]
}
