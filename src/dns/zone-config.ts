import Type, { type Static } from 'typebox'
import { Check, Errors } from 'typebox/value'
import type { MarketData } from '../numbers/market.schema.ts'
import { ENUM_PROFILES } from './enum-profile.ts'
import { type DnsName, parseDnsName } from './name.codec.ts'

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

export const ServedOperator = Type.Object(
  {
    code: Type.String(),
    imsDomain: Type.String(),
    routingNumber: Type.Optional(
      Type.String({ description: 'for routes that name the operator alone; normalised (RFC 4694)' }),
    ),
  },
  { additionalProperties: false },
)
export type ServedOperator = Static<typeof ServedOperator>

/** All that the ENUM zones are made of besides the routes. Plain data, so that it can be handed to a thread or kept in a file. */
export const ZoneConfig = Type.Object(
  {
    apexes: Type.Array(Type.String(), { description: 'every apex answers the same (contract O-01)' }),
    profile: Type.Enum(ENUM_PROFILES),
    ttlSeconds: Type.Integer(),
    nameServers: Type.Array(Type.String(), { description: 'for the NS records; the first is the SOA’s primary' }),
    contact: Type.String({ description: 'the SOA’s mailbox as a name: hostmaster.example.net' }),
    operators: Type.Array(ServedOperator),
    blocks: Type.Array(ServedBlock),
  },
  { additionalProperties: false },
)
export type ZoneConfig = Static<typeof ZoneConfig>

/** The zones from a file's JSON. @throws Error that names the path of every field that is wrong */
export function parseZoneConfig(json: unknown): ZoneConfig {
  if (!Check(ZoneConfig, json)) {
    const problems = Errors(ZoneConfig, json).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
    throw new Error(`the DNS zones are wrong: ${problems.join('; ')}`)
  }
  checkZoneConfig(json)
  return json
}

/** @throws Error that names every problem at once, so that a wrong configuration is mended in one go */
export function checkZoneConfig(config: ZoneConfig): void {
  const problems: string[] = []
  const checkName = (what: string, text: string): void => {
    if (parseDnsName(text) === undefined) problems.push(`${what} ${JSON.stringify(text)} is not a domain name`)
  }
  for (const apex of config.apexes) checkName('apex', apex)
  for (const host of config.nameServers) checkName('name server', host)
  for (const { code, imsDomain } of config.operators) checkName(`IMS domain of operator ${code}`, imsDomain)
  checkName('contact', config.contact)
  if (config.apexes.length === 0) problems.push('no apex')
  if (config.nameServers.length === 0) problems.push('no name server')
  if (!ENUM_PROFILES.includes(config.profile))
    problems.push(`profile ${config.profile} is none of ${ENUM_PROFILES.join(', ')}`)
  if (!(Number.isInteger(config.ttlSeconds) && config.ttlSeconds >= 1 && config.ttlSeconds <= 86_400)) {
    problems.push(`TTL ${config.ttlSeconds} is not between 1 and 86400 seconds`)
  }
  const codes = new Set(config.operators.map(({ code }) => code))
  for (const { prefix, operator, lengths } of config.blocks) {
    if (!/^[1-9][0-9]{0,14}$/.test(prefix)) problems.push(`block ${prefix} is not leading digits of an E.164 number`)
    if (!codes.has(operator)) problems.push(`block ${prefix} is held by ${operator}, which is no operator`)
    if (lengths.length === 0 || lengths.some((length) => length < prefix.length || length < 3 || length > 15)) {
      problems.push(`block ${prefix} has numbers of ${lengths.join(', ') || 'no'} digits`)
    }
  }
  if (problems.length > 0) throw new Error(`the DNS zones are wrong: ${problems.join('; ')}`)
}

/** The names of a checked configuration, which therefore parse. */
export function checkedName(text: string): DnsName {
  const name = parseDnsName(text)
  if (name === undefined) throw new Error(`${JSON.stringify(text)} is not a domain name`)
  return name
}

/** The blocks and operators of a market, for a `ZoneConfig`. */
export function servedByMarket(market: MarketData): Pick<ZoneConfig, 'operators' | 'blocks'> {
  return {
    operators: market.operators.map(({ code, imsDomain, routingNumber }) => ({ code, imsDomain, routingNumber })),
    blocks: market.blocks.map(({ prefix, type, holder }) => ({
      prefix: market.countryCode + prefix,
      operator: holder,
      lengths: nationalLengths(
        prefix,
        new RegExp(`^(?:${market.numbers[type].pattern})$`),
        market.numbers[type].example,
      ).map((length) => length + market.countryCode.length),
    })),
  }
}

/** How many national digits the numbers of a block have: the lengths at which some filling of the block fits the pattern. */
function nationalLengths(prefix: string, pattern: RegExp, example: string): number[] {
  const lengths: number[] = []
  for (let length = prefix.length; length <= 14; length++) {
    const fits = [...'0123456789'].some((digit) => pattern.test(prefix.padEnd(length, digit)))
    if (fits) lengths.push(length)
  }
  return lengths.length > 0 ? lengths : [example.length]
}
