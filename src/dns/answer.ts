import { answerCookie, judgeCookie } from './cookie.codec.ts'
import {
  decodeQuery,
  type Edns,
  type EdnsOption,
  encodeReply,
  type Query,
  type Rcode,
  type Reply,
} from './message.codec.ts'
import { type DnsPolicy, type Policy, readPolicy } from './policy.ts'
import { CLASSES, type ResourceRecord, TYPES } from './record.codec.ts'
import type { TableReader } from './table-reader.ts'
import { readTsig, type TsigKey, tsigOctets, tsigSigner, verifyTsig, withTsigError } from './tsig.codec.ts'
import type { ZoneConfig } from './zone-config.schema.ts'
import { type EnumPlan, enumPlan, enumZones } from './zone-enum.ts'
import { type StaticZone, staticZone } from './zone-static.ts'
import { type Zone, type ZoneSet, zoneSet } from './zones.ts'

export type Via = 'udp' | 'tcp'

/** Who asks, over what, and when. */
export type Asker = { readonly via: Via; readonly address: Uint8Array; readonly nowSeconds: number }

/** Everything an answer depends on besides the question. */
export type DnsState = {
  readonly zones: ZoneSet
  /** What the ENUM zones are made from, for the prepared answers. */
  readonly plan: EnumPlan
  readonly policy: Policy
}

/** @throws Error that names every problem of the configuration, or of the policy */
export function dnsState(
  config: ZoneConfig,
  table: TableReader,
  policy: DnsPolicy,
  fixed: readonly StaticZone[] = [],
): DnsState {
  const plan = enumPlan(config, table)
  return { plan, zones: zoneSet([...enumZones(plan), ...fixed.map(staticZone)]), policy: readPolicy(policy) }
}

/** What fits a datagram without EDNS (RFC 1035 §4.2.1), and the most we send with it (RFC 9715: no fragments). */
export const PLAIN_OCTETS = 512
export const UDP_OCTETS = 1232
const TCP_OCTETS = 65_535

/** A query's answer. Pure: neither a clock nor a socket. @returns undefined for what must be met with silence */
export function answer(bytes: Uint8Array, asker: Asker, state: DnsState): Uint8Array | undefined {
  const decoded = decodeQuery(bytes)
  switch (decoded.kind) {
    case 'silence':
      return undefined
    case 'broken':
      return encodeReply(
        { ...NOTHING, header: decoded.header, question: undefined, edns: undefined, rcode: decoded.rcode },
        PLAIN_OCTETS,
      )
    case 'cookie':
      return encodeReply(
        { ...NOTHING, ...decoded, question: undefined, ...ednsReply(decoded.edns, asker, state) },
        PLAIN_OCTETS,
      )
    case 'query':
      return decoded.query.tsigAt === undefined
        ? plainReply(decoded.query, asker, state)
        : signedReply(bytes, decoded.query, decoded.query.tsigAt, asker, state)
    default:
      return decoded satisfies never
  }
}

function plainReply(query: Query, asker: Asker, state: DnsState): Uint8Array {
  return encodeReply(replyTo(query, asker, state), limitOf(query, asker.via))
}

/** A signed query gets a signed reply. */
function signedReply(bytes: Uint8Array, query: Query, tsigAt: number, asker: Asker, state: DnsState): Uint8Array {
  const signer = signerOf(bytes, query, tsigAt, asker, state)
  if (signer instanceof Uint8Array) return signer
  const reply = replyTo(asSerialQuery(query, signer.key, asker, state), asker, state)
  return signer.sign(encodeReply(reply, limitOf(query, asker.via) - tsigOctets(signer.key)), asker.nowSeconds)
}

/** Whose key a query is signed with, and what signs the messages of its answer. */
type Signer = { readonly key: TsigKey; readonly sign: ReturnType<typeof tsigSigner> }

/** @returns the reply to a signature that is wrong: NOTAUTH with the reason, or FORMERR for what is none (RFC 8945 §5.2) */
export function signerOf(
  bytes: Uint8Array,
  query: Query,
  tsigAt: number,
  asker: Asker,
  state: DnsState,
): Signer | Uint8Array {
  const { header, question } = query
  const tsig = readTsig(bytes, tsigAt)
  const verdict = tsig && verifyTsig(bytes, tsig, state.policy.keys, asker.nowSeconds)
  if (tsig === undefined || verdict === undefined || verdict.kind === 'malformed')
    return encodeReply({ ...NOTHING, header, question: undefined, edns: undefined, rcode: 'FORMERR' }, PLAIN_OCTETS)
  if (verdict.kind === 'verified') return { key: verdict.key, sign: tsigSigner(verdict.key, tsig.mac) }
  const { edns } = ednsReply(query.edns, asker, state)
  const reply = encodeReply({ ...NOTHING, header, question, edns, rcode: 'NOTAUTH' }, PLAIN_OCTETS)
  return withTsigError(reply, tsig, verdict, asker.nowSeconds)
}

/**
 * An IXFR over UDP is answered with our SOA alone, which tells a secondary that is behind to come over TCP (RFC 1995 §4):
 * read as a question for that.
 */
function asSerialQuery(query: Query, key: TsigKey, asker: Asker, { policy }: DnsState): Query {
  const { question } = query
  const isAsked = asker.via === 'udp' && question.type === TYPES.IXFR && question.class === CLASSES.IN
  if (!isAsked || !policy.isSecondary(question.name, key, asker.address)) return query
  return { ...query, question: { ...question, type: TYPES.SOA } }
}

export const NOTHING = {
  rcode: 'NOERROR',
  isAuthoritative: false,
  answers: [],
  authority: [],
  glue: [],
  additional: [],
} as const

/** Types that ask for something else than records of a name, and what they get: transfers are answered by transfer.ts. */
// biome-ignore format: a table
const META: ReadonlyMap<number, Rcode> = new Map([
  [TYPES.OPT,   'FORMERR'], // RFC 6891 §6.1.1: only ever in the additional section
  [TYPES.TSIG,  'FORMERR'], // RFC 8945 §4.2: likewise
  [TYPES.TKEY,  'NOTIMP'],
  [TYPES.IXFR,  'REFUSED'],
  [TYPES.AXFR,  'REFUSED'],
  [TYPES.MAILB, 'NOTIMP'],  // obsolete since RFC 1035 §3.2.3 and RFC 2505
  [TYPES.MAILA, 'NOTIMP'],
])

function replyTo(query: Query, asker: Asker, state: DnsState): Reply {
  const { header, question } = query
  const reply = { ...NOTHING, header, question, ...ednsReply(query.edns, asker, state) }
  if (reply.rcode !== 'NOERROR') return reply
  // Of class CHAOS we tell nothing, neither version nor host name; a class other than IN has no zone here.
  if (question.class !== CLASSES.IN && question.class !== CLASSES.ANY) return { ...reply, rcode: 'REFUSED' }
  // Over UDP there is none (RFC 5936 §4.2).
  if (question.type === TYPES.AXFR && asker.via === 'udp') return { ...reply, rcode: 'FORMERR' }
  const meta = META.get(question.type)
  if (meta !== undefined) return { ...reply, rcode: meta }
  const zone = state.zones.zoneOf(question.name)
  if (zone === undefined || !state.policy.isAllowed(zone.apex, asker.address, 0, asker.address.length))
    return { ...reply, rcode: 'REFUSED' }
  const found = foundIn(zone, query)
  // Of other classes we know nothing: a reply to QCLASS * can never be authoritative (RFC 1035 §6.2).
  return { ...reply, ...found, isAuthoritative: found.isAuthoritative && question.class === CLASSES.IN }
}

function foundIn(zone: Zone, { question }: Query): Omit<Reply, 'header' | 'question' | 'edns'> {
  const found = zone.find(question.name, question.type)
  const authoritative = { ...NOTHING, isAuthoritative: true } as const
  switch (found.kind) {
    case 'records':
      return { ...authoritative, answers: found.answers, additional: found.additional ?? [] }
    case 'referral': {
      const { nameServers: authority, glue, additional, aliases: answers = [] } = found
      // AA speaks of the first name in the answer (RFC 1035 §4.1.1).
      return { ...NOTHING, isAuthoritative: answers.length > 0, answers, authority, glue, additional }
    }
    case 'nodata':
      return { ...authoritative, answers: found.aliases ?? [], authority: [negativeSoa(zone)] }
    case 'nxdomain':
      return { ...authoritative, answers: found.aliases ?? [], rcode: 'NXDOMAIN', authority: [negativeSoa(zone)] }
    default:
      return found satisfies never
  }
}

/** How long "no" may be remembered: the smaller of the SOA's TTL and its minimum field (RFC 2308 §3). */
function negativeSoa(zone: Zone): ResourceRecord {
  const soa = zone.soa()
  const minimum = soa.data.type === 'SOA' ? soa.data.minimumSeconds : soa.ttlSeconds
  return { ...soa, ttlSeconds: Math.min(soa.ttlSeconds, minimum) }
}

const [NSID, COOKIE] = [3, 10]

/** The OPT of the reply, and what is wrong with the query's; options that we do not know are left out. */
export function ednsReply(asked: Edns | undefined, asker: Asker, { policy }: DnsState): Pick<Reply, 'edns' | 'rcode'> {
  if (asked === undefined) return { edns: undefined, rcode: 'NOERROR' }
  const ours = { version: 0, payloadOctets: UDP_OCTETS, isDnssecOk: asked.isDnssecOk }
  // What the options of another version mean is not known.
  if (asked.version !== 0) return { edns: { ...ours, options: [] }, rcode: 'BADVERS' }
  const options: EdnsOption[] = []
  let rcode: Rcode = 'NOERROR'
  // A second cookie in one query is ignored (RFC 7873 §5.2).
  const cookie = asked.options.find(({ code }) => code === COOKIE)?.data
  if (cookie !== undefined) {
    const facts = { secret: policy.cookieSecret, otherSecrets: policy.otherCookieSecrets, ...asker }
    if (judgeCookie(cookie, facts) === 'malformed') rcode = 'FORMERR'
    else options.push({ code: COOKIE, data: answerCookie(cookie, facts) })
  }
  if (policy.nodeName !== undefined && asked.options.some(({ code }) => code === NSID)) {
    options.push({ code: NSID, data: policy.nodeName })
  }
  return { edns: { ...ours, options }, rcode }
}

/** A payload size below 512 means 512 (RFC 6891 §6.2.3). */
function limitOf({ edns }: Query, via: Via): number {
  if (via === 'tcp') return TCP_OCTETS
  return edns === undefined ? PLAIN_OCTETS : Math.min(Math.max(edns.payloadOctets, PLAIN_OCTETS), UDP_OCTETS)
}
