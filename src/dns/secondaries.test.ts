import { deepEqual, equal } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { decode } from 'dns-packet'
import { queryBytes, setRoute } from '../../test/conformance/world.ts'
import { askMany } from '../../test/support/ask-many.ts'
import { freePort } from '../../test/support/free-port.ts'
import { primary } from '../../test/support/primary.ts'
import { SECONDARIES } from '../../test/support/secondaries.ts'
import { until } from '../../test/support/until.ts'
import type { RouteTable } from './table.ts'

const folder = mkdtempSync(join(tmpdir(), 'portolan-secondaries-'))
chmodSync(folder, 0o755)
after(() => rmSync(folder, { recursive: true, force: true }))

for (const secondary of SECONDARIES) {
  test(`${secondary.name} takes the zone, is notified, follows, and answers 10,000 names octet for octet the same`, {
    skip: existsSync(secondary.binary) ? false : `${secondary.binary} is not installed`,
    timeout: 240_000,
  }, async () => {
    const port = await freePort()
    const { dns, table } = await primary([port])
    scatterRoutes(table)
    const home = join(folder, secondary.name)
    mkdirSync(home)
    chmodSync(home, 0o777)
    const [command = '', ...words] = secondary.command(home, port, dns.port)
    const child = spawn(command, words, { stdio: 'ignore' })
    const ended = once(child, 'exit')
    const has = async (serial: number) => {
      await until(`${secondary.name} has serial ${serial}`, async () => (await serialAt(port)) === serial, 60)
      await sameAnswers(dns.port, port, sampledQueries(serial))
    }
    try {
      await has(7)
      setRoute(table, '+15550100', '+15550149', undefined)
      setRoute(table, '+15550300', '+15550320', { operator: 'FLOW', routingNumber: '+1999' })
      setRoute(table, '+15557000', '+15557000', undefined)
      table.setGeneration(8)
      await has(8)
    } finally {
      child.kill('SIGTERM')
      await ended
      await dns.close()
    }
  })
}

/** Ported numbers here and there in the blocks, so that most of those that are not have some beside them. */
function scatterRoutes(table: RouteTable): void {
  for (let at = 0; at < 1000; at++) {
    const number = `+1555${String((at * 7919) % 10_000).padStart(4, '0')}`
    if (number > '+15550099' && number < '+15550400') continue // these are changed by the test
    setRoute(table, number, number, { operator: at % 2 ? 'DIGI' : 'FLOW', routingNumber: undefined })
  }
  table.setGeneration(7)
}

/** Names of 9,000 numbers of the plan, routed or not, and of 1,000 outside; some are asked for what they do not have. */
function sampledQueries(seed: number): Buffer[] {
  return Array.from({ length: 10_000 }, (_, id) => {
    const digits = id < 9000 ? `1555${String((id * 7 + seed) % 10_000).padStart(4, '0')}` : outside(id)
    const name = `${[...digits].reverse().join('.')}.e164.arpa`
    return queryBytes(name, id % 20 === 0 ? 'TXT' : 'NAPTR', { id })
  })
}

function outside(id: number): string {
  if (id % 2 === 0) return `1556${String(id % 1000).padStart(4, '0')}`
  return `4477009001${String(id % 100).padStart(2, '0')}`
}

async function serialAt(port: number): Promise<number | undefined> {
  const [reply] = await askMany(port, [queryBytes('e164.arpa', 'SOA')])
  if (reply === undefined || reply[7] !== 1) return undefined
  // The five numbers end the message: serial, refresh, retry, expire, minimum.
  return reply.readUInt32BE(reply.length - 20)
}

async function sameAnswers(ours: number, theirs: number, queries: readonly Buffer[]): Promise<void> {
  const [mine, other] = [await askMany(ours, queries), await askMany(theirs, queries)]
  deepEqual([mine.length, other.length], [queries.length, queries.length])
  const differing = queries.filter((_, at) => canonical(mine[at]) !== canonical(other[at]))
  const [first] = differing
  const at = first === undefined ? -1 : queries.indexOf(first)
  equal(
    canonical(other[at]),
    canonical(mine[at]),
    `${differing.length} differ; the first is ${first?.toString('latin1')}`,
  )
}

/**
 * Header, question, and the records sorted: the order of a set means nothing. Records of an answer octet for octet; the SOA of
 * a negative one by its fields, because servers differ in which of its names they compress.
 */
function canonical(reply: Buffer | undefined): string {
  if (reply === undefined) return ''
  const end = reply.indexOf(0, 12) + 5
  const head = reply.subarray(0, end).toString('hex')
  if (reply.readUInt16BE(6) === 0) return `${head}\n${JSON.stringify(decode(reply).authorities)}`
  const records: string[] = []
  for (let at = end; at < reply.length; ) {
    const next = at + 12 + reply.readUInt16BE(at + 10)
    records.push(reply.subarray(at, next).toString('hex'))
    at = next
  }
  return [head, ...records.sort()].join('\n')
}
