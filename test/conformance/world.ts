import { type Answer, decode, encode, type OptAnswer, type Packet, type PacketOpt } from 'dns-packet'
import { type Asker, answer, type DnsState, dnsState, type Via } from '../../src/dns/answer.ts'
import type { DnsPolicy } from '../../src/dns/policy.ts'
import { type RouteTable, routeTable } from '../../src/dns/table.ts'
import type { ZoneConfig } from '../../src/dns/zone-config.schema.ts'
import type { StaticZone } from '../../src/dns/zone-static.ts'
import { type E164, parseE164 } from '../../src/numbers/e164.ts'
import { rangeOf } from '../../src/numbers/range.ts'

/** The fictional plan of the porting manager document: country code 1, seven local digits, two operators. */
export const DOC: ZoneConfig = {
  apexes: ['e164enum.net', 'e164.arpa'],
  profile: 'interoperable',
  ttlSeconds: 60,
  nameServers: ['ns1.example.net', 'ns2.example.net'],
  contact: 'hostmaster.example.net',
  operators: [
    { code: 'DIGI', imsDomain: 'ims.digi.example', routingNumber: '+15559901' },
    { code: 'FLOW', imsDomain: 'ims.flow.example', routingNumber: 'd2701;rn-context=+1' },
  ],
  blocks: [
    { prefix: '1555', operator: 'FLOW', lengths: [8] },
    { prefix: '15557', operator: 'DIGI', lengths: [8] },
  ],
}

export type World = { readonly state: DnsState; readonly table: RouteTable }

export const POLICY: DnsPolicy = { cookieSecret: 'e5e973e5a6b2a43f48e7dc849e37bfcf' }

/** Who asks in tests, unless they care. */
export const ASKER = { address: Uint8Array.of(198, 51, 100, 100), nowSeconds: 1_559_731_985 }

/** +15550100 has a route to DIGI, in generation 7. */
export function world(
  config: Partial<ZoneConfig> = {},
  policy: Partial<DnsPolicy> = {},
  fixedZones: readonly StaticZone[] = [],
): World {
  const table = routeTable()
  setRoute(table, '+15550100', '+15550100', { operator: 'DIGI', routingNumber: '+15559901' })
  table.setGeneration(7)
  return { table, state: dnsState({ ...DOC, ...config }, table, { ...POLICY, ...policy }, fixedZones) }
}

export function setRoute(
  table: RouteTable,
  first: string,
  last: string,
  value: Parameters<RouteTable['set']>[1],
): void {
  const range = rangeOf(e164(first), e164(last))
  if (typeof range === 'string') throw new Error(range)
  table.set(range, value)
}

function e164(text: string): E164 {
  const number = parseE164(text)
  if (number === undefined) throw new Error(`${text} is no number`)
  return number
}

/** An OPT record of a query, to be spread and changed. */
export const OPT: OptAnswer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 1232,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
}

/** dns-packet writes any option that has data; its type knows some codes only, and by other fields. */
export function ednsOption(code: number, data: Buffer): PacketOpt {
  return { code, data } as unknown as PacketOpt
}

export function queryBytes(name: string, type: string, more: Partial<Packet> = {}): Buffer {
  // dns-packet knows the types by name; its type for them leaves some out that it does write.
  return encode({
    type: 'query',
    id: 4711,
    flags: 0,
    questions: [{ name, type: type as Answer['type'], class: 'IN' }],
    ...more,
  })
}

/** Asks and decodes with dns-packet, which shares no line with our codec. */
export function ask(
  state: DnsState,
  name: string,
  type: string,
  more: Partial<Packet> = {},
  via: Via = 'udp',
  asker: Partial<Asker> = {},
) {
  const bytes = answer(queryBytes(name, type, more), { ...ASKER, via, ...asker }, state)
  if (bytes === undefined) throw new Error(`no reply to ${name} ${type}`)
  return readReply(bytes)
}

/** The messages of an answer over TCP, without the pauses between them. */
export function sentIn(messages: Iterable<Uint8Array | undefined>): Uint8Array[] {
  return [...messages].filter((message) => message !== undefined)
}

export function readReply(bytes: Uint8Array) {
  const packet = decode(Buffer.from(bytes))
  const answers = packet.answers ?? []
  return {
    packet,
    id: packet.id,
    octets: bytes.length,
    rcode: bytes[3]! & 15,
    isAuthoritative: (bytes[2]! & 4) !== 0,
    isTruncated: (bytes[2]! & 2) !== 0,
    regexps: answers.flatMap((record) => (record.type === 'NAPTR' ? [record.data.regexp] : [])),
    answers: answers.map(({ type }) => type),
    authority: (packet.authorities ?? []).map(({ type, name }) => `${type} ${name}`),
    opt: (packet.additionals ?? []).find((record) => record.type === 'OPT'),
  }
}
