import Type, { type Static, type TSchema } from 'typebox'
import { addressOctets, parseNetwork } from './address.ts'
import { parseCookieSecret } from './cookie.codec.ts'
import { parseDnsName } from './name.codec.ts'
import { TSIG_ALGORITHMS, tsigSecret } from './tsig.codec.ts'

const text = (isRight: (value: string) => boolean, rule: string) =>
  Type.Refine(
    Type.String(),
    (value) => isRight(value),
    () => `must be ${rule}`,
  )
const closed = <Fields extends Record<string, TSchema>>(fields: Fields) =>
  Type.Object(fields, { additionalProperties: false })

const Name = text((value) => parseDnsName(value) !== undefined, 'a domain name')
const CookieSecret = text(
  (value) => parseCookieSecret(value) !== undefined,
  '32 hexadecimal digits, the same on all nodes behind one address',
)
const Path = Type.String({ minLength: 1, description: 'a relative path starts at the folder of this file' })
const Listening = Type.Integer({ minimum: 1, maximum: 65_535 })
// Object.keys only forgets that the names are the keys of the table
const ALGORITHMS = Object.keys(TSIG_ALGORITHMS) as (keyof typeof TSIG_ALGORITHMS)[]

/** What a DNS node is told in a file beside its settings: who may ask, who may transfer, and which further zones it has. */
export const DnsFile = closed({
  threads: Type.Optional(Type.Integer({ minimum: 1, maximum: 256 })),
  nameServers: Type.Optional(Type.Array(Name, { minItems: 1 })),
  contact: Type.Optional(Name),
  blockWording: Type.Optional(Type.Enum(['literal', 'reference'] as const)),
  nodeName: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'told to who asks (RFC 5001)' })),
  cookieSecret: Type.Optional(CookieSecret),
  otherCookieSecrets: Type.Optional(
    Type.Array(CookieSecret, { maxItems: 2, description: 'cookies of these are taken and replaced (RFC 9018 §5)' }),
  ),
  allow: Type.Optional(
    Type.Record(
      Type.String(),
      Type.Array(text((value) => parseNetwork(value) !== undefined, 'a network, such as 192.0.2.0/24')),
      { description: 'by apex the networks that may ask; an apex that is not named answers everyone' },
    ),
  ),
  rateLimit: Type.Optional(
    closed({
      repliesPerSecond: Type.Integer({ minimum: 1 }),
      truncatedEach: Type.Integer({ minimum: 1 }),
    }),
  ),
  transfers: Type.Optional(
    closed({
      keys: Type.Array(
        closed({
          name: Name,
          algorithm: Type.Enum(ALGORITHMS),
          secret: text((value) => tsigSecret(value) !== undefined, 'base64 of at least 16 octets'),
        }),
      ),
      secondaries: Type.Record(
        Type.String(),
        Type.Array(
          closed({
            address: text((value) => addressOctets(value) !== undefined, 'an IP address'),
            port: Type.Optional(Listening),
            key: Name,
          }),
        ),
        { description: 'by apex the servers that may transfer the zone and are notified' },
      ),
    }),
  ),
  plmnFiles: Type.Optional(Type.Array(Path, { description: 'mobile networks, a JSON file each (plmn.ts)' })),
  masterFiles: Type.Optional(
    Type.Array(closed({ apex: Name, file: Path }), { description: 'further zones (RFC 1035 §5)' }),
  ),
})
export type DnsFile = Static<typeof DnsFile>
