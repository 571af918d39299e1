import { parseMaster } from '../../src/dns/master.codec.ts'
import type { DnsName } from '../../src/dns/name.codec.ts'
import { type World, world } from './world.ts'

const APEX = 'example.org.' as DnsName
const HEAD = '$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 604800 60\n@ NS ns1\n'

/** The usual world with `example.org` beside it: these lines of a master file, after SOA and NS. */
export function worldWith(lines: string): World {
  return world({}, {}, [{ apex: APEX, records: parseMaster(HEAD + lines, APEX) }])
}
