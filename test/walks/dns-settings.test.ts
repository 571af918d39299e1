import { deepEqual, ok } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { startPortolan } from '../../src/main/portolan.ts'
import { readAll } from '../../src/main/read-all.ts'
import { KEY, signed } from '../conformance/signed.ts'
import { framed, opened, readFramed } from '../conformance/wire.ts'
import { queryBytes, readReply } from '../conformance/world.ts'
import { testDatabase } from '../support/database.ts'
import { DNS_ALONE, route } from '../support/dns-process.ts'
import { ROOT } from '../support/portolan.ts'
import { until } from '../support/until.ts'

/** A node that does DNS alone, with secondaries of e164.arpa on this machine. */
async function startNode(folder: string, name: string, env: Readonly<Record<string, string>>) {
  const file = join(folder, 'dns.json')
  const secondaries = { 'e164.arpa': [{ address: '127.0.0.1', port: 9, key: KEY.name }] }
  await writeFile(file, JSON.stringify({ blockWording: 'reference', transfers: { keys: [KEY], secondaries } }))
  const settings = { ...DNS_ALONE, PORTOLAN_DATA_DIR: join(folder, name), PORTOLAN_DNS_FILE: file, ...env }
  const { dnsPort, opsUrl, close } = await startPortolan({ ...(await readAll(settings, ROOT)), root: ROOT })
  if (dnsPort === undefined) throw new Error('a DNS node needs DNS')
  return { port: dnsPort, opsUrl, close }
}
type Node = Awaited<ReturnType<typeof startNode>>

/** What the node gives a secondary that has a serial, or has none: the code, its serial, how many SOAs there are. */
async function transferred({ port }: Node, from?: number): Promise<[rcode: number, serial: number, soas: number]> {
  const soa = { mname: 'a.', rname: 'b.', serial: from ?? 0, refresh: 1, retry: 1, expire: 1, minimum: 1 }
  const query =
    from === undefined
      ? queryBytes('e164.arpa', 'AXFR')
      : queryBytes('e164.arpa', 'IXFR', { authorities: [{ type: 'SOA', name: 'e164.arpa', ttl: 0, data: soa }] })
  const socket = await opened(port)
  const nowSeconds = Math.floor(Temporal.Now.instant().epochMilliseconds / 1000)
  socket.write(framed(signed(query, { nowSeconds }).bytes))
  const [message] = (await readFramed(socket, 1)).map(readReply) // the zone is small enough for one
  socket.destroy()
  const answers = message?.packet.answers ?? []
  const serials = answers.flatMap((record) => (record.type === 'SOA' ? [record.data.serial] : []))
  return [message?.rcode ?? -1, serials[0] ?? -1, serials.length]
}

const withheld = async ({ opsUrl }: Node): Promise<string | undefined> =>
  /^portolan_dns_zones_withheld (\d+)$/m.exec(await (await fetch(`${opsUrl}/metrics`)).text())?.[1]

test('settings that change take a serial of their own; a node that still has the old ones gives nothing away under it', async () => {
  const { db, url, close } = await testDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'portolan-dns-settings-'))
  const nodes: Node[] = []
  const start = async (name: string, env: Readonly<Record<string, string>> = {}): Promise<Node> => {
    const node = await startNode(folder, name, { DATABASE_URL: url, ...env })
    nodes.push(node)
    return node
  }
  const stop = async (node: Node): Promise<void> => {
    nodes.splice(nodes.indexOf(node), 1)
    await node.close()
  }
  const NEW = { PORTOLAN_ENUM_PROFILE: 'compact' }
  try {
    await route(db, '5550100', '5550100')
    let first = await start('first')
    deepEqual(await transferred(first), [0, 2, 2], 'the first start says what the zone is made of')
    await stop(first)
    first = await start('first')
    await until('the first node has asked the database', async () => (await transferred(first, 2))[0] === 0)
    deepEqual(await transferred(first, 2), [0, 2, 1], 'the same settings: nothing is new')

    const second = await start('second', NEW)
    deepEqual(await transferred(second, 2), [0, 3, 2], 'the whole zone, under a serial of its own')
    await until('the first node hears of it', async () => (await withheld(first)) === '1')
    await until('the second gives all away', async () => (await withheld(second)) === '0')
    await route(db, '5550300', '5550300')
    await until('the second follows', async () => (await transferred(second, 3))[1] === 4)
    deepEqual(await transferred(second, 3), [0, 4, 4], 'a difference')
    deepEqual(await transferred(second, 2), [0, 4, 2], 'what a secondary has is of the old settings: the whole zone')
    deepEqual((await transferred(first))[0], 2)

    await stop(first)
    first = await start('first', NEW)
    await until('the first node gives the zone away again', async () => (await transferred(first, 3))[1] === 4)
    deepEqual(await transferred(first, 4), [0, 4, 1])
    ok((await db.sql('select 1 from zone_settings')).length === 2)
  } finally {
    for (const node of nodes) await node.close()
    await close()
    await rm(folder, { recursive: true, force: true })
  }
})
