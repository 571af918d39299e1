import { addressOctets } from './address.ts'
import { type DnsName, isWithin, parseDnsName } from './name.codec.ts'
import { RDATA_OCTETS_MAX, type Rdata, type ResourceRecord } from './record.codec.ts'

/**
 * A master file (RFC 1035 §5) with the types that we serve. `$INCLUDE` is refused: a zone is one file.
 *
 * @param text - the file, an octet a character
 * @param origin - the zone's apex, which `@` and relative names are completed with until a `$ORIGIN`
 * @throws Error that names the line and what is wrong in it; a zone is taken whole or not at all
 */
export function parseMaster(text: string, origin: DnsName): ResourceRecord[] {
  const records: ResourceRecord[] = []
  const sets = recordSets()
  const context: Context = { origin, defaultSeconds: undefined, lastSeconds: undefined, owner: undefined }
  for (const entry of entriesOf(text)) {
    try {
      const record = readEntry(entry, context)
      if (record === undefined) continue
      if (!isWithin(record.name, origin)) throw new Error(`${record.name} is outside the zone ${origin}`)
      if (sets.isNew(record)) records.push(record)
    } catch (error) {
      throw new Error(`line ${entry.line}: ${error instanceof Error ? error.message : error}`, { cause: error })
    }
  }
  checkZone(records, origin)
  return records
}

type Token = { readonly text: string; readonly isQuoted: boolean }
type Entry = { readonly line: number; readonly startsWithBlank: boolean; readonly tokens: readonly Token[] }
type Context = {
  origin: DnsName
  owner: DnsName | undefined
  /** What `$TTL` says, or without it and without any TTL before the SOA's minimum (RFC 2308 §4). */
  defaultSeconds: number | undefined
  /** What was said last, which holds where there is no default (RFC 1035 §5.1). */
  lastSeconds: number | undefined
}

const TOKEN =
  /"(?<quoted>(?:[^"\\]|\\.)*)"|(?<comment>;.*)|(?<bracket>[()])|(?<plain>(?:[^\s"();\\]|\\.)+)|(?<blank>\s+)|(?<wrong>.)/g

/** Lines joined where parentheses say so; comments and empty lines left out. */
function* entriesOf(text: string): Generator<Entry> {
  let tokens: Token[] = []
  let depth = 0
  let first = { line: 1, startsWithBlank: false }
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (depth === 0) first = { line: index + 1, startsWithBlank: /^\s/.test(line) }
    for (const { groups } of line.matchAll(TOKEN)) {
      if (groups?.wrong !== undefined) throw new Error(`line ${index + 1}: unexpected ${groups.wrong}`)
      if (groups?.bracket !== undefined) depth += groups.bracket === '(' ? 1 : -1
      if (depth < 0) throw new Error(`line ${index + 1}: a closing parenthesis too many`)
      if (groups?.quoted !== undefined) tokens.push({ text: groups.quoted, isQuoted: true })
      if (groups?.plain !== undefined) tokens.push({ text: groups.plain, isQuoted: false })
    }
    if (depth > 0) continue
    if (tokens.length > 0) yield { ...first, tokens }
    tokens = []
  }
  if (depth > 0) throw new Error(`line ${first.line}: a parenthesis is not closed`)
}

function readEntry({ tokens, startsWithBlank }: Entry, context: Context): ResourceRecord | undefined {
  const words = tokens.map(({ text }) => text)
  const [directive, argument] = words
  switch (directive?.toUpperCase()) {
    case '$ORIGIN':
      context.origin = nameOf(argument, context)
      return undefined
    case '$TTL':
      context.defaultSeconds = ttlOf(argument ?? '')
      if (context.defaultSeconds === undefined) throw new Error('$TTL needs a time')
      return undefined
    default:
      if (directive?.startsWith('$')) throw new Error(`${directive} is not supported`)
  }
  if (!startsWithBlank) context.owner = nameOf(words.shift(), context)
  let ttlSeconds: number | undefined
  // TTL and class stand in either order, and each may be left out.
  for (
    let word = words[0]?.toUpperCase();
    word === 'IN' || ttlOf(word ?? '') !== undefined;
    word = words[0]?.toUpperCase()
  ) {
    if (word !== 'IN') ttlSeconds = ttlOf(word ?? '')
    words.shift()
  }
  const type = words.shift()?.toUpperCase() ?? ''
  const read = READERS[type]
  if (read === undefined) throw new Error(`the type ${type || '(none)'} is not served`)
  const data = read(fieldsOf(words, context))
  if (words.length > 0) throw new Error(`${words.length} fields too many for ${type}`)
  if (context.owner === undefined) throw new Error('there is no owner name to repeat')
  context.lastSeconds = ttlSeconds ?? context.lastSeconds
  if (data.type === 'SOA')
    context.defaultSeconds ??= context.lastSeconds === undefined ? data.minimumSeconds : undefined
  const ttl = ttlSeconds ?? context.defaultSeconds ?? context.lastSeconds
  if (ttl === undefined) throw new Error('there is no TTL: give one, or $TTL before')
  if (ttl === 0) throw new Error('a TTL of 0 makes every client ask for every call')
  if (data.type === 'SOA' && data.minimumSeconds === 0)
    throw new Error('a minimum of 0 makes every client ask again for what is not there (RFC 2308 §4)')
  return { name: context.owner, ttlSeconds: ttl, data }
}

/** A set has one TTL (RFC 2181 §5.2), and no record twice (§5). */
function recordSets() {
  const ttls = new Map<string, number>()
  const seen = new Set<string>()
  return {
    isNew({ name, ttlSeconds, data }: ResourceRecord): boolean {
      const set = `${name} ${data.type}`
      const first = ttls.get(set) ?? ttlSeconds
      if (first !== ttlSeconds)
        throw new Error(`${set} has a TTL of ${ttlSeconds} here and of ${first} before: a set has one (RFC 2181 §5.2)`)
      ttls.set(set, first)
      const record = `${set} ${JSON.stringify(data)}`
      if (seen.has(record)) return false
      seen.add(record)
      return true
    },
  }
}

type Fields = ReturnType<typeof fieldsOf>

function fieldsOf(words: string[], context: Context) {
  const next = (what: string): string => {
    const word = words.shift()
    if (word === undefined) throw new Error(`${what} is missing`)
    return word
  }
  return {
    name: () => nameOf(next('a name'), context),
    text: () => unescaped(next('a text')),
    allTexts: () => words.splice(0).map(unescaped),
    number(most: number): number {
      const word = next('a number')
      if (!/^[0-9]+$/.test(word) || Number(word) > most) throw new Error(`${word} is not a number up to ${most}`)
      return Number(word)
    },
    seconds(): number {
      const word = next('a time')
      const seconds = ttlOf(word)
      if (seconds === undefined) throw new Error(`${word} is not a time`)
      return seconds
    },
    address(octets: 4 | 16): Uint8Array {
      const word = next('an address')
      const address = addressOctets(word)
      if (address?.length !== octets) throw new Error(`${word} is not an ${octets === 4 ? 'IPv4' : 'IPv6'} address`)
      return address
    },
  }
}

const READERS: Readonly<Record<string, (fields: Fields) => Rdata>> = {
  SOA: ({ name, number, seconds }) => ({
    type: 'SOA',
    primary: name(),
    contact: name(),
    serial: number(2 ** 32 - 1),
    refreshSeconds: seconds(),
    retrySeconds: seconds(),
    expireSeconds: seconds(),
    minimumSeconds: seconds(),
  }),
  NS: ({ name }) => ({ type: 'NS', host: name() }),
  CNAME: ({ name }) => ({ type: 'CNAME', host: name() }),
  PTR: ({ name }) => ({ type: 'PTR', host: name() }),
  A: ({ address }) => ({ type: 'A', address: address(4) }),
  AAAA: ({ address }) => ({ type: 'AAAA', address: address(16) }),
  MX: ({ number, name }) => ({ type: 'MX', preference: number(65_535), host: name() }),
  TXT: ({ text, allTexts }) => ({ type: 'TXT', texts: fitting([text(), ...allTexts()]) }),
  SRV: ({ number, name }) => ({
    type: 'SRV',
    priority: number(65_535),
    weight: number(65_535),
    port: number(65_535),
    host: name(),
  }),
  NAPTR: ({ number, text, name }) => ({
    type: 'NAPTR',
    order: number(65_535),
    preference: number(65_535),
    flags: text(),
    services: text(),
    regexp: text(),
    replacement: name(),
  }),
}

function fitting(texts: readonly string[]): readonly string[] {
  const octets = texts.reduce((sum, { length }) => sum + 1 + length, 0)
  if (octets > RDATA_OCTETS_MAX) throw new Error(`the texts of a record take ${RDATA_OCTETS_MAX} octets at most`)
  return texts
}

function nameOf(text: string | undefined, { origin }: Context): DnsName {
  if (text === undefined) throw new Error('a name is missing')
  if (text === '@') return origin
  const isAbsolute = /(^|[^\\])(\\\\)*\.$/.test(text)
  const name = parseDnsName(isAbsolute ? text : `${text}.${origin === '.' ? '' : origin}`)
  if (name === undefined) throw new Error(`${JSON.stringify(text)} is not a domain name`)
  return name
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** `3600`, `1h30m`: seconds, at most 2^31 - 1 (RFC 2181 §8). */
function ttlOf(word: string): number | undefined {
  if (!/^([0-9]+|([0-9]+[smhdw])+)$/i.test(word)) return undefined
  const parts = [...word.toLowerCase().matchAll(/([0-9]+)([smhdw]?)/g)]
  const seconds = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ''] ?? 1), 0)
  return seconds < 2 ** 31 ? seconds : undefined
}

/** `\DDD` is an octet, `\x` is x (RFC 1035 §5.1): this is where `\\1` becomes the `\1` of the wire. */
function unescaped(text: string): string {
  const plain = text.replace(/\\([0-9]{3}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number(code)) : code,
  )
  if (plain.length > 255 || [...plain].some((character) => character.charCodeAt(0) > 255))
    throw new Error('a text holds at most 255 octets')
  return plain
}

function checkZone(records: readonly ResourceRecord[], apex: DnsName): void {
  const atApex = records.filter(({ name }) => name === apex).map(({ data }) => data.type)
  if (atApex.filter((type) => type === 'SOA').length !== 1) throw new Error(`${apex} needs one SOA`)
  if (!atApex.includes('NS')) throw new Error(`${apex} has no NS`)
  const aliases = new Set(records.filter(({ data }) => data.type === 'CNAME').map(({ name }) => name))
  const owned = new Set<DnsName>()
  for (const { name } of records) {
    if (aliases.has(name) && owned.has(name))
      throw new Error(`${name} has a CNAME and something else (RFC 1034 §3.6.2)`)
    owned.add(name)
  }
  const outOfPlace = records.find(({ name, data }) => data.type === 'SOA' && name !== apex)
  if (outOfPlace !== undefined) throw new Error(`an SOA stands at ${outOfPlace.name}, below the apex`)
}
