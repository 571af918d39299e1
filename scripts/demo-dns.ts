import { Resolver } from 'node:dns/promises'

/** The regexps of the NAPTR records of a name, asked of the DNS server on this machine. */
export async function askNaptr(port: number, name: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: 2000, tries: 2 })
  resolver.setServers([`127.0.0.1:${port}`])
  const records = await resolver.resolveNaptr(name)
  return records
    .sort((a, b) => a.preference - b.preference)
    .map(
      ({ order, preference, flags, service, regexp }) => `${order} ${preference} "${flags}" "${service}" "${regexp}" .`,
    )
}
