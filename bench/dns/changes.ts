import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { encode } from 'dns-packet'
import { startDns } from '../../src/dns/server.ts'
import { routeTable } from '../../src/dns/table.ts'
import { addRow, emptyRows } from '../../src/dns/table-rows.ts'
import { type E164, parseE164 } from '../../src/numbers/e164.ts'
import { createLog } from '../../src/shared/log.ts'
import { CONFIG, ownerOf, portedNumbers } from './numbers.ts'

/**
 * Changes beside queries: a thousand routes a second are changed while the load runs; how long until a changed number is
 * answered with its new route, and whether any query is lost meanwhile. Then: how many changes a second in bulk.
 *
 *     node bench/dns/changes.ts [NUMBERS] [SECONDS]
 */
const [numbers = 1_000_000, seconds = 3] = process.argv.slice(2, 4).map(Number)
const CHANGES_PER_TICK = 10
const TICK_MS = 10

const table = routeTable()
const all = Float64Array.from(portedNumbers(numbers))
fill()
const dns = await startDns({ host: '127.0.0.1', port: 0, config: CONFIG, table, log: createLog('silent') })
const load = spawn(process.execPath, [join(import.meta.dirname, 'load.ts'), `${dns.port}`, `${numbers}`, `${seconds}`])
let printed = ''
load.stdout.on('data', (octets) => {
  printed += octets
})
let isRunning = true
void once(load, 'close').then(() => {
  isRunning = false
})
const socket = createSocket('udp4')
const visibleMs: number[] = []
let changed = 0
while (isRunning) {
  for (let at = 0; at < CHANGES_PER_TICK; at++) change(all[(changed * 7919) % all.length]!, changed++)
  const startedAt = performance.now()
  const probe = all[(changed * 7919) % all.length]!
  change(probe, changed)
  if (await answers(probe, `rn=+1${String(changed).padStart(9, '0')}@`)) visibleMs.push(performance.now() - startedAt)
  changed++
  await pause(TICK_MS)
}
socket.close()
visibleMs.sort((a, b) => a - b)
const at = (part: number): string => (visibleMs[Math.floor(visibleMs.length * part)] ?? Number.NaN).toFixed(2)
console.log(
  `changes beside the load: ${Math.round(changed / seconds)} a second; visible after ${at(0.5)} ms median, ${at(0.99)} ms p99`,
)
console.log(`the load meanwhile: ${printed.trim()}`)
bulk()
await dns.close()

function fill(): void {
  const rows = emptyRows(all.length)
  const value = table.values.idOf({ operator: 'OP1', routingNumber: '+155599001' })
  for (const number of all) addRow(rows, e164(number), value)
  table.setMany(rows)
}

/** Every change is to a route of its own among 60,000, so that its answer is new. */
function change(number: number, count: number): void {
  const range = { first: e164(number), last: e164(number) }
  table.set(range, { operator: 'OP1', routingNumber: `+1${String(count % 60_000).padStart(9, '0')}` })
}

function e164(number: number): E164 {
  const parsed = parseE164(`+${number}`)
  if (parsed === undefined) throw new Error(`${number}`)
  return parsed
}

async function answers(number: number, wanted: string): Promise<boolean> {
  const query = encode({ type: 'query', id: 1, questions: [{ type: 'NAPTR', name: `${ownerOf(number)}.e164.arpa` }] })
  for (let tries = 0; tries < 100; tries++) {
    socket.send(query, dns.port, '127.0.0.1')
    const [reply] = await once(socket, 'message')
    if (reply.includes(wanted)) return true
  }
  return false
}

function bulk(): void {
  const value = table.values.idOf({ operator: 'OP2', routingNumber: '+155599002' })
  const startedAt = performance.now()
  let count = 0
  for (; performance.now() - startedAt < 1000; count++) {
    const number = e164(all[(count * 7919) % all.length]!)
    table.set({ first: number, last: number }, table.values.valueOf(value))
  }
  console.log(`changes one after the other: ${count} in a second`)
}
