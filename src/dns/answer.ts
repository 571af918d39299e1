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
import {
  readTsig,
  TSIG_OCTETS_MAX,
  type Tsig,
  type TsigError,
  tsigSigner,
  verifyTsig,
  withTsigError,
} from './tsig.codec.ts'
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
const PLAIN_OCTETS = 512
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

/** A signed query gets a signed reply, and a wrong signature NOTAUTH with the reason (RFC 8945 §5.2). */
function signedReply(bytes: Uint8Array, query: Query, tsigAt: number, asker: Asker, state: DnsState): Uint8Array {
  const room = limitOf(query, asker.via) - TSIG_OCTETS_MAX
  const tsig = readTsig(bytes, tsigAt)
  if (tsig === undefined)
    return encodeReply(
      { ...NOTHING, header: query.header, question: undefined, edns: undefined, rcode: 'FORMERR' },
      PLAIN_OCTETS,
    )
  const verified = verifyTsig(bytes, tsig, state.policy.keys, asker.nowSeconds)
  if (typeof verified === 'string') return refuseTsig(query, tsig, verified, asker, state)
  const reply = encodeReply(replyTo(query, asker, state), room)
  return tsigSigner(verified.key, tsig.mac)(reply, asker.nowSeconds)
}

/** NOTAUTH, for what is wrong with the signature. */
export function refuseTsig(
  { header, question }: Query,
  tsig: Tsig,
  error: TsigError,
  asker: Asker,
  { policy }: DnsState,
): Uint8Array {
  const reply = encodeReply({ ...NOTHING, header, question, edns: undefined, rcode: 'NOTAUTH' }, PLAIN_OCTETS)
  return withTsigError(reply, tsig, error, policy.keys, asker.nowSeconds)
}

const NOTHING = { rcode: 'NOERROR', isAuthoritative: false, answers: [], authority: [], additional: [] } as const

/** Types that ask for something else than records of a name, and what they get. Over UDP a transfer is not defined. */
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
  if (query.edns !== undefined && query.edns.version !== 0) return { ...reply, rcode: 'BADVERS' }
  if (reply.rcode !== 'NOERROR') return reply
  // Of class CHAOS we tell nothing, neither version nor host name; a class other than IN has no zone here.
  if (question.class !== CLASSES.IN && question.class !== CLASSES.ANY) return { ...reply, rcode: 'REFUSED' }
  if ((question.type === TYPES.AXFR || question.type === TYPES.IXFR) && asker.via === 'udp')
    return { ...reply, rcode: 'FORMERR' }
  const meta = META.get(question.type)
  if (meta !== undefined) return { ...reply, rcode: meta }
  const zone = state.zones.zoneOf(question.name)
  if (zone === undefined || !state.policy.isAllowed(zone.apex, asker.address, 0, asker.address.length))
    return { ...reply, rcode: 'REFUSED' }
  return { ...reply, ...foundIn(zone, query) }
}

function foundIn(zone: Zone, { question }: Query): Omit<Reply, 'header' | 'question' | 'edns'> {
  const found = zone.find(question.name, question.type)
  const authoritative = { ...NOTHING, isAuthoritative: true } as const
  switch (found.kind) {
    case 'records':
      return { ...authoritative, answers: found.answers, additional: found.additional ?? [] }
    case 'referral':
      return { ...NOTHING, authority: found.nameServers, additional: found.additional }
    case 'nodata':
      return { ...authoritative, authority: [negativeSoa(zone)] }
    case 'nxdomain':
      return { ...authoritative, rcode: 'NXDOMAIN', authority: [negativeSoa(zone)] }
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

/** The OPT of the reply, and FORMERR where the query's options are wrong; options that we do not know are left out. */
function ednsReply(asked: Edns | undefined, asker: Asker, { policy }: DnsState): Pick<Reply, 'edns' | 'rcode'> {
  if (asked === undefined) return { edns: undefined, rcode: 'NOERROR' }
  const options: EdnsOption[] = []
  let rcode: Rcode = 'NOERROR'
  // A second cookie in one query is ignored (RFC 7873 §5.2).
  const cookie = asked.options.find(({ code }) => code === COOKIE)?.data
  if (cookie !== undefined) {
    const facts = { secret: policy.cookieSecret, ...asker }
    if (judgeCookie(cookie, facts) === 'malformed') rcode = 'FORMERR'
    else options.push({ code: COOKIE, data: answerCookie(cookie, facts) })
  }
  if (policy.nodeName !== undefined && asked.options.some(({ code }) => code === NSID)) {
    options.push({ code: NSID, data: policy.nodeName })
  }
  return { edns: { version: 0, payloadOctets: UDP_OCTETS, isDnssecOk: asked.isDnssecOk, options }, rcode }
}

/** A payload size below 512 means 512 (RFC 6891 §6.2.3). */
function limitOf({ edns }: Query, via: Via): number {
  if (via === 'tcp') return TCP_OCTETS
  return edns === undefined ? PLAIN_OCTETS : Math.min(Math.max(edns.payloadOctets, PLAIN_OCTETS), UDP_OCTETS)
}
