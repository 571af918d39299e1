import type { MarketData } from '../numbers/market.schema.ts'
import { ENUM_PROFILES } from './enum-profile.ts'
import { type DnsName, parseDnsName } from './name.codec.ts'
import type { ZoneConfig } from './zone-config.schema.ts'

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
  if (config.contact.includes('@'))
    problems.push(`contact ${config.contact} is a mailbox: write it as a name, ${config.contact.replace('@', '.')}`)
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
export function servedByMarket(
  market: Pick<MarketData, 'countryCode' | 'numbers' | 'operators' | 'blocks'>,
): Pick<ZoneConfig, 'operators' | 'blocks'> {
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
