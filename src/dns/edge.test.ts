import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { DOC, queryBytes, readReply, setRoute } from '../../test/conformance/world.ts'
import { until } from '../../test/support/until.ts'
import { createLog } from '../shared/log.ts'
import { loadRoutes, startEdge } from './edge.ts'
import { parseMaster } from './master.codec.ts'
import type { DnsName } from './name.codec.ts'
import { routeCsv } from './route-csv.codec.ts'
import { loadSnapshot, saveSnapshot } from './snapshot.ts'
import { keepSnapshot, openTable } from './snapshot-keeper.ts'
import { routeTable, tableOn } from './table.ts'

const log = createLog('silent')
const folder = mkdtempSync(join(tmpdir(), 'portolan-edge-'))
after(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

test('an edge node keeps to its DNS file, and a wrong one stops it', async () => {
  const csv = file('listed.csv', 'number,operator\n+15550100,DIGI\n')
  const zone = file('listed.zone', '$TTL 300\n@ SOA ns1 h 1 2 3 4 5\n@ NS ns1\n')
  const dnsFile = file(
    'dns.json',
    JSON.stringify({
      allow: { 'e164.arpa': ['192.0.2.0/24'], 'sub.example.org': ['192.0.2.0/24'] },
      masterFiles: [{ apex: 'example.org', file: zone }],
    }),
  )
  const fixedZones = [
    {
      apex: 'sub.example.org.' as DnsName,
      records: parseMaster(readFileSync(zone, 'latin1'), 'sub.example.org.' as DnsName),
    },
  ]
  const options = { from: csv, config: DOC, host: '127.0.0.1', port: 0, log, fixedZones }
  const dns = await startEdge({ ...options, dnsFile })
  const socket = createSocket('udp4')
  const rcodes: number[] = []
  for (const apex of ['e164.arpa', 'e164enum.net', 'example.org', 'sub.example.org']) {
    socket.send(queryBytes(apex, 'SOA'), dns.port, '127.0.0.1')
    const [reply] = await once(socket, 'message')
    rcodes.push(readReply(reply).rcode)
  }
  socket.close()
  await dns.close()
  deepEqual(rcodes, [5, 0, 0, 5])
  const wrong = file('wrong-dns.json', JSON.stringify({ allow: { 'e164.arps': [] }, threads: 0 }))
  await rejects(startEdge({ ...options, dnsFile: wrong }), /threads/)
})

/** Reads a CSV text in pieces of `pieceOctets`. */
function read(text: string, pieceOctets = 7) {
  const table = routeTable(100_000)
  const refused: string[] = []
  const csv = routeCsv({
    values: table.values,
    take: (rows) => table.setMany(rows),
    refuse: (line, reason) => refused.push(`${line}: ${reason}`),
  })
  const octets = Buffer.from(text)
  // One place for all pieces, as a reader of files has it.
  const piece = Buffer.alloc(pieceOctets)
  for (let at = 0; at < octets.length; at += pieceOctets)
    csv.push(piece.subarray(0, octets.copy(piece, 0, at, at + pieceOctets)))
  csv.end()
  return { table, refused }
}

test('CSV: with and without plus, CR, routing number and last line end, in pieces of any size', () => {
  const text =
    'number,operator,routing_number\r\n+15550100,DIGI,+15559901\r\n15550101,FLOW,d27;rn-context=+1\n\n+15550102,DIGI\n15550103,FLOW,'
  for (const pieceOctets of [1, 2, 13, 1000]) {
    const { table, refused } = read(text, pieceOctets)
    deepEqual(refused, [])
    deepEqual(
      ['15550100', '15550101', '15550102', '15550103'].map((digits) => table.lookup(digits)),
      [
        { operator: 'DIGI', routingNumber: '+15559901' },
        { operator: 'FLOW', routingNumber: 'd27;rn-context=+1' },
        { operator: 'DIGI', routingNumber: undefined },
        { operator: 'FLOW', routingNumber: undefined },
      ],
    )
  }
})

// biome-ignore format: a table
const REFUSED: readonly [row: string, reason: RegExp][] = [
  ['12a,DIGI',                 /something else than digits/],
  ['"15550100",DIGI',          /something else than digits/],
  ['12,DIGI',                  /not E\.164/],
  ['1234567890123456,DIGI',    /not E\.164/],
  ['0155501,DIGI',             /not E\.164/],
  ['15550100',                 /no operator/],
  ['15550100,',                /no operator code/],
  ['15550100,DI GI',           /no operator code/],
  ['15550100,DIGI,15559901',   /no routing number/],
  ['15550100,DIGI,+1!x',       /no routing number/],
  ['15550100,DIGI,+1555,more', /more than 3 fields/],
]
for (const [row, reason] of REFUSED) {
  test(`CSV: ${row} is refused with its line, and changes nothing`, () => {
    const { table, refused } = read(`number,operator,routing_number\n15550199,DIGI\n${row}\n15550198,DIGI\n`)
    equal(table.size, 2)
    equal(refused.length, 1)
    const [first = ''] = refused
    ok(first.startsWith('3: ') && reason.test(first), first)
  })
}

test('CSV: a wrong or missing header is an error that names it', () => {
  throws(() => read('msisdn,op\n1,2\n'), /line 1: the header is "msisdn,op"/)
  throws(() => read(''), /line 1/)
  throws(() => read(`number,operator\n${'1'.repeat(600)}`), /line 2 is longer/)
  throws(() => loadRoutes(file('wrong.csv', 'x\n'), DOC, log), /reading routes from .*wrong\.csv/)
  throws(() => loadRoutes(file('alone.csv', 'number,operator\n'), undefined, log), /needs the zones/)
})

test('a snapshot brings the routes, the zones and the generation back, and can be written on', async () => {
  const table = routeTable(100_000)
  setRoute(table, '+15550100', '+15559999', { operator: 'DIGI', routingNumber: '+15559901' })
  setRoute(table, '+15550500', '+15550599', undefined)
  table.setGeneration(2 ** 33 + 7)
  const path = join(folder, 'routes.snapshot')
  await saveSnapshot(path, table.memory, DOC)
  const { memory, config } = loadSnapshot(path)
  const again = tableOn(memory)
  deepEqual(config, DOC)
  deepEqual(
    [again.size, again.generation, again.lookup('15550501'), again.lookup('15559999')?.operator],
    [9800, 2 ** 33 + 7, undefined, 'DIGI'],
  )
  setRoute(again, '+15550500', '+15550599', { operator: 'FLOW', routingNumber: undefined })
  deepEqual([again.size, again.lookup('15550501')?.operator, table.size], [9900, 'FLOW', 9800])
})

test('a node begins with its last snapshot, and without one, or with a damaged one, with nothing', async () => {
  const path = join(folder, 'kept.snapshot')
  const first = openTable(path, log)
  const keeper = keepSnapshot({ file: path, table: first, config: DOC, log, everySeconds: 0.01 })
  setRoute(first, '+15550100', '+15550199', { operator: 'DIGI', routingNumber: undefined })
  first.setGeneration(3)
  await until('the first snapshot', () => existsSync(path))
  setRoute(first, '+15550100', '+15550100', undefined)
  first.setGeneration(4)
  await keeper.close()
  const second = openTable(path, log)
  deepEqual([second.size, second.generation, loadSnapshot(path).config], [99, 4, DOC])
  equal(openTable(file('bad.snapshot', 'nothing of ours'), log).size, 0)
})

test('a snapshot is written while other work goes on, and is of the moment at which it was begun', async () => {
  const path = join(folder, 'busy.snapshot')
  const table = routeTable(2_000_000)
  for (const block of [0, 1, 2, 3, 4])
    setRoute(table, `+1555${block}000000`, `+1555${block}999999`, { operator: 'DIGI', routingNumber: `+1${block}` })
  table.setGeneration(3)
  let isSaved = false
  const saving = saveSnapshot(path, table.memory, DOC).then(() => {
    isSaved = true
  })
  let turns = 0
  for (; !isSaved; turns++) {
    setRoute(table, `+1555${turns % 5}000000`, `+1555${turns % 5}000999`, undefined)
    table.setGeneration(table.generation + 1)
    await turn()
  }
  await saving
  ok(turns > 5, `${turns} turns`)
  const again = tableOn(loadSnapshot(path).memory)
  deepEqual([again.size, again.generation], [5_000_000, 3])
  equal(again.lookup('15550000000')?.operator, 'DIGI')
})

test('routes that no number has any more make room when a node starts again', async () => {
  const table = routeTable(1_000_000)
  for (let at = 0; at < 40_000; at++)
    setRoute(table, '+15550100', '+15550100', { operator: 'DIGI', routingNumber: `+1${at}` })
  setRoute(table, '+15550200', '+15550299', { operator: 'FLOW', routingNumber: undefined })
  setRoute(table, '+4955', '+4955', { operator: 'DIGI', routingNumber: '+49' })
  table.setGeneration(9)
  const path = join(folder, 'worn.snapshot')
  await saveSnapshot(path, table.memory, DOC)
  const again = openTable(path, log)
  deepEqual([again.values.count, again.size, again.generation], [3, 102, 9])
  for (const digits of ['15550100', '15550250', '4955', '15550300'])
    deepEqual(again.lookup(digits), table.lookup(digits))
})

test('a snapshot that is cut off, changed or of another kind is refused whole', async () => {
  const table = routeTable(100_000)
  setRoute(table, '+15550100', '+15559999', { operator: 'DIGI', routingNumber: undefined })
  const path = join(folder, 'good.snapshot')
  await saveSnapshot(path, table.memory, DOC)
  const octets = readFileSync(path)
  const changed = Buffer.from(octets)
  changed[changed.length - 20_000]! ^= 1
  const head = octets.subarray(0, 4096).toString('latin1')
  const otherHead = (from: string, to: string): Buffer => {
    const text = head.replace(from, to)
    ok(text !== head && text.length === head.length)
    return Buffer.concat([Buffer.from(text, 'latin1'), octets.subarray(4096)])
  }
  throws(() => loadSnapshot(file('zones.snapshot', otherHead('"prefix":"1555"', '"prefix":"1556"'))), /damaged/)
  throws(() => loadSnapshot(file('json.snapshot', otherHead('"prefix":', '"prefix"!'))), /damaged/)
  const newer = file('newer.snapshot', otherHead('portolan routes 2', 'portolan routes 3'))
  throws(() => loadSnapshot(newer), /another version/)
  throws(() => loadRoutes(newer, DOC, log), /another version/)
  throws(() => loadSnapshot(file('cut.snapshot', octets.subarray(0, octets.length - 10))), /cut off/)
  throws(() => loadSnapshot(file('changed.snapshot', changed)), /damaged/)
  throws(() => loadSnapshot(file('other.snapshot', 'number,operator\n')), /no snapshot/)
})

test('a CSV file’s generation is when it, its zones or its DNS file was changed last, so that secondaries come for another', async () => {
  const csv = file('dated.csv', 'number,operator\n+15550100,DIGI\n')
  const configFile = file('dated.zones.json', JSON.stringify(DOC))
  const dnsFile = file('dated.dns.json', '{}')
  const generationAt = async (...seconds: number[]): Promise<number> => {
    for (const [index, path] of [csv, configFile, dnsFile].entries()) utimesSync(path, 0, seconds[index] ?? 0)
    const dns = await startEdge({ from: csv, config: DOC, configFile, dnsFile, host: '127.0.0.1', port: 0, log })
    await dns.close()
    return dns.table.generation
  }
  equal(await generationAt(1_790_000_001, 1_790_000_000, 1_780_000_000), 1_790_000_001)
  equal(await generationAt(1_790_000_001, 1_790_000_002), 1_790_000_002)
  equal(await generationAt(1_790_000_001, 1_790_000_002, 1_790_000_003), 1_790_000_003)
  equal(await generationAt(0, 0, 0), 1)
})

test('an edge node answers from a CSV file and from a snapshot', async () => {
  const csv = file('edge.csv', 'number,operator,routing_number\n+15550100,DIGI,+15559901\n')
  const snapshot = join(folder, 'edge.snapshot')
  for (const from of [csv, snapshot]) {
    const dns = await startEdge({ from, config: from === csv ? DOC : undefined, host: '127.0.0.1', port: 0, log })
    const socket = createSocket('udp4')
    socket.send(queryBytes('0.0.1.0.5.5.5.1.e164.arpa', 'NAPTR'), dns.port, '127.0.0.1')
    const [reply] = await once(socket, 'message')
    equal(readReply(reply).regexps[2], '!^.*$!tel:+15550100;npdi;rn=+15559901!')
    socket.close()
    await saveSnapshot(snapshot, dns.table.memory, DOC)
    await dns.close()
  }
  await rejects(startEdge({ from: join(folder, 'missing'), config: DOC, host: '127.0.0.1', port: 0, log }), /ENOENT/)
})
