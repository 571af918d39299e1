import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ConfigError } from '../config.ts'
import { hasShape, shapeErrors } from '../shared/shape.ts'
import { DnsFile } from './dns-file.schema.ts'
import { parseMaster } from './master.codec.ts'
import { type DnsName, parseDnsName } from './name.codec.ts'
import { parsePlmn, plmnZones } from './plmn.ts'
import type { DnsPolicy, Transfers } from './policy.ts'
import { checkedName } from './zone-config.ts'
import { type StaticZone, staticZone } from './zone-static.ts'

/** The file as the server takes it: its own files read, its names checked. */
export type DnsFileContent = Pick<DnsFile, 'threads' | 'nameServers' | 'contact' | 'blockWording'> & {
  readonly fixedZones: readonly StaticZone[]
  readonly policy: Omit<DnsPolicy, 'cookieSecret'> & { readonly cookieSecret: string | undefined }
}

/** NOTIFY goes where name servers listen, unless the file says otherwise. */
const DNS_LISTEN_PORT = 53

/**
 * Reads the file that PORTOLAN_DNS_FILE names, and those that it names (docs/dns.md).
 *
 * @param apexes - of the ENUM zones, which access lists and secondaries may be for as well
 * @throws ConfigError with every problem, by the path of its field; a value is never repeated, for it may be a secret
 */
export async function loadDnsFile(path: string, apexes: readonly string[]): Promise<DnsFileContent> {
  const fail = (problems: readonly string[]): never => {
    throw new ConfigError(problems.map((problem) => `${path} ${problem}`))
  }
  const json = parseJson(await textOf(path).catch((error) => fail([`cannot be read (${codeOf(error)})`])))
  if (!hasShape(DnsFile, json)) return fail(json === undefined ? ['is not JSON'] : problemsOf(json))
  const { zones, problems } = await readZones(json, dirname(path))
  const served = [...apexes.flatMap((apex) => parseDnsName(apex) ?? []), ...zones.map(({ apex }) => apex)]
  problems.push(...crossProblems(json, served))
  if (problems.length > 0) fail(problems)
  const { threads, nameServers, contact, blockWording, nodeName, cookieSecret } = json
  const { otherCookieSecrets, allow, rateLimit, transfers } = json
  return {
    ...(threads !== undefined && { threads }),
    ...(nameServers && { nameServers }),
    ...(contact && { contact }),
    ...(blockWording && { blockWording }),
    fixedZones: zones,
    policy: {
      cookieSecret,
      ...(otherCookieSecrets && { otherCookieSecrets }),
      ...(nodeName && { nodeName }),
      ...(allow && { allow }),
      ...(rateLimit && { rateLimit }),
      ...(transfers && { transfers: withPorts(transfers) }),
    },
  }
}

function problemsOf(json: unknown): string[] {
  const told = shapeErrors(DnsFile, json).flatMap((error) => {
    const at = (field: string): string => `${error.instancePath}/${field}`
    if (error.keyword === 'required') return error.params.requiredProperties.map((field) => `${at(field)} is missing`)
    if (error.keyword === 'additionalProperties')
      return error.params.additionalProperties.map((field) => `${at(field)} is no field`)
    if (error.keyword === 'enum')
      return [`${error.instancePath} must be one of ${error.params.allowedValues.join(', ')}`]
    return error.keyword === 'boolean' ? [] : [`${error.instancePath || '/'} ${error.message}`]
  })
  return [...new Set(told)]
}

/** The zones of the files that the file names. */
async function readZones(
  { plmnFiles = [], masterFiles = [] }: DnsFile,
  folder: string,
): Promise<{ zones: StaticZone[]; problems: string[] }> {
  const zones: StaticZone[] = []
  const problems: string[] = []
  const take = async (at: string, file: string, read: (octets: Buffer) => readonly StaticZone[]): Promise<void> => {
    try {
      const found = read(await readFile(resolve(folder, file)))
      for (const zone of found) staticZone(zone)
      zones.push(...found)
    } catch (error) {
      problems.push(`${at} ${file}: ${codeOf(error) ?? (error instanceof Error ? error.message : String(error))}`)
    }
  }
  for (const [index, file] of plmnFiles.entries())
    await take(`/plmnFiles/${index}`, file, (octets) => plmnZones(parsePlmn(JSON.parse(octets.toString('utf8')))))
  for (const [index, { apex, file }] of masterFiles.entries()) {
    const name = checkedName(apex)
    await take(`/masterFiles/${index}`, file, (octets) => [
      { apex: name, records: parseMaster(octets.toString('latin1'), name) },
    ])
  }
  return { zones, problems }
}

/** What fits its field and nothing else: a list for a zone that is not there would leave the zone that was meant open. */
function crossProblems({ allow = {}, transfers }: DnsFile, served: readonly DnsName[]): string[] {
  const isServed = (apex: string): boolean => served.some((zone) => zone === parseDnsName(apex))
  const unserved = (field: string, byApex: object): string[] =>
    Object.keys(byApex).flatMap((apex) => (isServed(apex) ? [] : [`${field}/${apex} is no zone of this server`]))
  const keys = new Set(transfers?.keys.map(({ name }) => parseDnsName(name)))
  const keyless = Object.entries(transfers?.secondaries ?? {}).flatMap(([apex, secondaries]) =>
    secondaries.flatMap(({ key }, index) =>
      keys.has(parseDnsName(key)) ? [] : [`/transfers/secondaries/${apex}/${index}/key is none of /transfers/keys`],
    ),
  )
  const twice = served.filter((apex, index) => served.indexOf(apex) !== index)
  const names = (transfers?.keys ?? []).map(({ name }) => parseDnsName(name))
  const sameNames = names.flatMap((name, index) =>
    names.indexOf(name) === index ? [] : [`/transfers/keys/${index}/name is another key's too`],
  )
  return [
    ...twice.map((apex) => `has the zone ${apex} twice`),
    ...unserved('/allow', allow),
    ...unserved('/transfers/secondaries', transfers?.secondaries ?? {}),
    ...sameNames,
    ...keyless,
  ]
}

function withPorts({ keys, secondaries }: NonNullable<DnsFile['transfers']>): Transfers {
  const listening = Object.entries(secondaries).map(
    ([apex, each]) => [apex, each.map(({ port = DNS_LISTEN_PORT, ...rest }) => ({ ...rest, port }))] as const,
  )
  return { keys, secondaries: Object.fromEntries(listening) }
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8')

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

/** The parser's own message would quote the file, and so perhaps a secret. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not JSON: the caller says so
  }
}
