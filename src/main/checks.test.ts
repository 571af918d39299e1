import { deepEqual } from 'node:assert/strict'
import test from 'node:test'
import { readConfig } from '../config.ts'
import { nodesOf } from './checks.ts'

const nodes = (env: Record<string, string>, ownPort?: number) => {
  return nodesOf(readConfig(env, '/'), ownPort).map(({ host, port }) => `${host} ${port}`)
}

// biome-ignore format: a table
const NODES: readonly [what: string, env: Record<string, string>, ownPort: number | undefined, asked: readonly string[]][] = [
  ['nobody',                           {},                                                                     undefined, []],
  ['our own, at home',                 { PORTOLAN_DNS_HOST: '0.0.0.0' },                                       5300,      ['127.0.0.1 5300']],
  ['one that is listed too, once',     { PORTOLAN_DNS_NODES: '127.0.0.1:5300,192.0.2.1:53,192.0.2.1:53' },     5300,      ['127.0.0.1 5300', '192.0.2.1 53']],
  ['two of one machine',               { PORTOLAN_DNS_NODES: '192.0.2.1:53,192.0.2.1:5300' },                  undefined, ['192.0.2.1 53', '192.0.2.1 5300']],
]
for (const [what, env, ownPort, asked] of NODES) {
  test(`DNS nodes that are asked: ${what}`, () => deepEqual(nodes(env, ownPort), asked))
}
