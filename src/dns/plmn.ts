import Type, { type Static } from 'typebox'
import { hasShape, shapeErrors } from '../shared/shape.ts'
import { parseMaster } from './master.codec.ts'
import { checkedName } from './zone-config.ts'
import type { StaticZone } from './zone-static.ts'

const Host = Type.String({ pattern: '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$', maxLength: 100 })
// Nothing that a master file reads otherwise than as a part of a word may come into one: neither blank nor quote nor line end.
const Address = Type.String({ pattern: '^[0-9A-Fa-f:.]+$', maxLength: 45 })
const Addresses = Type.Array(Address, { minItems: 1, description: 'IPv4 and IPv6' })
const CLOSED = { additionalProperties: false } as const
const Hosts = Type.Record(Host, Addresses, CLOSED)
const Owner = Type.String({
  pattern: '^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9])?$',
  maxLength: 200,
  description: 'owner: internet.apn, tac-lb01.tac-hb00.tac, mmec01.mmegi8001.mme ...',
})
/** RFC 3958 §6.5: a service and its protocols. */
const Service = Type.String({
  pattern: '^[A-Za-z][A-Za-z0-9+.-]*(:[A-Za-z][A-Za-z0-9+.-]*)*$',
  maxLength: 255,
  description: 'x-3gpp-pgw:x-s5-gtp:x-s8-gtp ...',
})
const Transport = Type.Enum(['sctp', 'tcp', 'tls.tcp', 'dtls.sctp'] as const)

/** What a network is reached by, in one file: the three zones of TS 23.003 §13, §19 and TS 29.303 are made of it. */
export const Plmn = Type.Object(
  {
    mcc: Type.String({ pattern: '^[0-9]{3}$' }),
    mnc: Type.String({ pattern: '^[0-9]{2,3}$' }),
    serial: Type.Integer({ minimum: 1, maximum: 4_294_967_295 }),
    ttlSeconds: Type.Integer({ minimum: 1, maximum: 86_400 }),
    nameServers: Type.Array(Host, { minItems: 1 }),
    contact: Host,
    epc: Type.Object(
      {
        hosts: Type.Optional(Hosts),
        diameter: Type.Optional(
          Type.Array(
            Type.Object(
              {
                application: Type.Integer({ description: '16777251 is S6a; IANA AAA Parameters' }),
                transports: Type.Array(Transport, { minItems: 1 }),
              },
              { additionalProperties: false },
            ),
            { description: 'offered at the realm by every host of diameterHosts (RFC 6408 §4)' },
          ),
        ),
        diameterHosts: Type.Optional(Type.Array(Host)),
        services: Type.Optional(
          Type.Record(
            Owner,
            Type.Array(
              Type.Object(
                {
                  service: Service,
                  host: Host,
                  order: Type.Integer(),
                  preference: Type.Integer(),
                },
                { additionalProperties: false },
              ),
            ),
            { ...CLOSED, description: 'S-NAPTR with flag "a" (TS 29.303 §4)' },
          ),
        ),
      },
      { additionalProperties: false },
    ),
    ims: Type.Object(
      {
        hosts: Type.Optional(Hosts),
        sip: Type.Optional(Type.Array(Host, { description: 'the hosts that _sip leads to: I-CSCFs (RFC 3263)' })),
        sips: Type.Optional(Type.Array(Host, { description: 'the hosts that _sips leads to, for SIP over TLS' })),
      },
      { additionalProperties: false },
    ),
    pub: Type.Object(
      { hosts: Type.Optional(Hosts) },
      { additionalProperties: false, description: 'xcap.ims, bsf, epdg.epc ...' },
    ),
  },
  { additionalProperties: false },
)
export type Plmn = Static<typeof Plmn>

/** @throws Error that names the path of every field that is wrong */
export function parsePlmn(json: unknown): Plmn {
  if (hasShape(Plmn, json)) return json
  const problems = shapeErrors(Plmn, json).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
  throw new Error(`the network is wrong: ${problems.join('; ')}`)
}

/** The zones of a network: `epc.`, `ims.` and `pub`, each of them a master file that could be served by anyone. */
export function plmnZones(plmn: Plmn): readonly StaticZone[] {
  return plmnMasters(plmn).map(({ apex, text }) => ({
    apex: checkedName(apex),
    records: parseMaster(text, checkedName(apex)),
  }))
}

/** The same as text, for other name servers and for `named-checkzone`. MNC and MCC have three digits (TS 23.003 §13.2). */
export function plmnMasters(plmn: Plmn): readonly { readonly apex: string; readonly text: string }[] {
  const network = `mnc${plmn.mnc.padStart(3, '0')}.mcc${plmn.mcc}`
  const bodies = [
    [`epc.${network}.3gppnetwork.org.`, [...hostLines(plmn.epc.hosts), ...diameterLines(plmn), ...serviceLines(plmn)]],
    [`ims.${network}.3gppnetwork.org.`, [...hostLines(plmn.ims.hosts), ...sipLines(plmn)]],
    [`${network}.pub.3gppnetwork.org.`, hostLines(plmn.pub.hosts)],
  ] as const
  return bodies.map(([apex, lines]) => ({ apex, text: `${[...headLines(plmn, apex), ...lines].join('\n')}\n` }))
}

function headLines({ ttlSeconds, nameServers, contact, serial }: Plmn, apex: string): string[] {
  const soa = `@ SOA ${nameServers[0]}. ${contact}. ${serial} 3600 600 604800 ${ttlSeconds}`
  return [`$ORIGIN ${apex}`, `$TTL ${ttlSeconds}`, soa, ...nameServers.map((host) => `@ NS ${host}.`)]
}

function hostLines(hosts: Plmn['epc']['hosts'] = {}): string[] {
  return Object.entries(hosts).flatMap(([host, addresses]) =>
    addresses.map((address) => `${host} ${address.includes(':') ? 'AAAA' : 'A'} ${address}`),
  )
}

const DIAMETER_PORTS = { sctp: 3868, tcp: 3868, 'tls.tcp': 5868, 'dtls.sctp': 5868 } as const
/** SRV owners have no name for TLS of their own: `_diameters` is it (RFC 6733 §5.2). */
const DIAMETER_OWNERS = {
  sctp: '_diameter._sctp',
  tcp: '_diameter._tcp',
  'tls.tcp': '_diameters._tcp',
  'dtls.sctp': '_diameters._sctp',
} as const

function diameterLines({ epc: { diameter = [], diameterHosts = [] } }: Plmn): string[] {
  const naptrs = diameter.flatMap(({ application, transports }, index) =>
    transports.map((transport, place) => {
      const order = (place + 1) * 10
      return `@ NAPTR ${order} ${index + 10} "s" "aaa+ap${application}:diameter.${transport}" "" ${DIAMETER_OWNERS[transport]}`
    }),
  )
  const transports = [...new Set(diameter.flatMap((each) => each.transports))]
  // For peers that know RFC 3588 only, behind all that say what they want (RFC 6408 §4).
  const olds = transports.flatMap((transport) =>
    transport === 'sctp' || transport === 'tcp'
      ? [`@ NAPTR 100 10 "s" "AAA+D2${transport === 'sctp' ? 'S' : 'T'}" "" ${DIAMETER_OWNERS[transport]}`]
      : [],
  )
  const srvs = transports.flatMap((transport) =>
    diameterHosts.map((host) => `${DIAMETER_OWNERS[transport]} SRV 0 10 ${DIAMETER_PORTS[transport]} ${host}`),
  )
  return [...naptrs, ...olds, ...srvs]
}

function serviceLines({ epc: { services = {} } }: Plmn): string[] {
  return Object.entries(services).flatMap(([owner, entries]) =>
    entries.map(
      ({ service, host, order, preference }) => `${owner} NAPTR ${order} ${preference} "a" "${service}" "" ${host}`,
    ),
  )
}

/** RFC 3263 §4.1. */
const SIP_TRANSPORTS = [
  { hosts: 'sip', order: 10, service: 'SIP+D2U', owner: '_sip._udp', port: 5060 },
  { hosts: 'sip', order: 20, service: 'SIP+D2T', owner: '_sip._tcp', port: 5060 },
  { hosts: 'sips', order: 30, service: 'SIPS+D2T', owner: '_sips._tcp', port: 5061 },
] as const

function sipLines({ ims }: Plmn): string[] {
  return SIP_TRANSPORTS.flatMap(({ hosts, order, service, owner, port }) => {
    const srvs = (ims[hosts] ?? []).map((host) => `${owner} SRV 1 10 ${port} ${host}`)
    return srvs.length === 0 ? [] : [`@ NAPTR ${order} 50 "s" "${service}" "" ${owner}`, ...srvs]
  })
}
