import Type, { type Static } from 'typebox'
import { ENUM_PROFILES } from './enum-profile.ts'

/** A block of numbers and who holds it: its numbers are answered although none of them has a route. */
export const ServedBlock = Type.Object(
  {
    prefix: Type.String({
      description:
        'leading digits with the country code, without plus; of two blocks that fit a number the longer prefix wins',
    }),
    operator: Type.String(),
    lengths: Type.Array(Type.Integer(), {
      description:
        'how many digits its numbers have, country code included; several where the plan is of variable length',
    }),
  },
  { additionalProperties: false },
)
export type ServedBlock = Static<typeof ServedBlock>

const ServedOperator = Type.Object(
  {
    code: Type.String(),
    imsDomain: Type.String(),
    routingNumber: Type.Optional(
      Type.String({ description: 'for routes that name the operator alone; normalised (RFC 4694)' }),
    ),
  },
  { additionalProperties: false },
)

/** All that the ENUM zones are made of besides the routes. Plain data, so that it can be handed to a thread or kept in a file. */
export const ZoneConfig = Type.Object(
  {
    apexes: Type.Array(Type.String(), { description: 'every apex answers the same (contract O-01)' }),
    profile: Type.Enum(ENUM_PROFILES),
    blockWording: Type.Optional(
      Type.Enum(['literal', 'reference'] as const, {
        description:
          'numbers without a route: spelled out (default), or by back-reference as the wildcards of secondaries have to',
      }),
    ),
    ttlSeconds: Type.Integer(),
    nameServers: Type.Array(Type.String(), { description: 'for the NS records; the first is the SOA’s primary' }),
    contact: Type.String({ description: 'the SOA’s mailbox as a name: hostmaster.example.net' }),
    operators: Type.Array(ServedOperator),
    blocks: Type.Array(ServedBlock),
  },
  { additionalProperties: false },
)
export type ZoneConfig = Static<typeof ZoneConfig>
