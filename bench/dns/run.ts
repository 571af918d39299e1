import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { encode } from 'dns-packet'
import { loadRoutes } from '../../src/dns/edge.ts'
import { saveSnapshot } from '../../src/dns/snapshot.ts'
import { createLog } from '../../src/shared/log.ts'
import { CONFIG, ownerOf, portedNumbers, writeCsv, writeZone } from './numbers.ts'
import {
  CONTENDERS,
  type Contender,
  cpuSeconds,
  type Running,
  residentMiB,
  type Setup,
  start,
  versionOf,
} from './servers.ts'

/**
 * Measures every name server that is installed against Portolan, in rounds that take turns, and prints a table.
 *
 *     node bench/dns/run.ts [NUMBERS] [ROUNDS] [SECONDS] [NAME,NAME]
 *
 * The server has core 0, the load core 1; nothing else should run. Peers come from Debian's packages nsd, knot, bind9 and
 * pdns-backend-bind; what is missing is said and left out.
 */
const [numbers = 1_000_000, rounds = 3, seconds = 2] = process.argv.slice(2, 5).map(Number)
const only = process.argv[5]?.split(',')
const folder = mkdtempSync(join(tmpdir(), 'portolan-bench-'))
const log = createLog('silent')

type Figures = {
  readonly contender: Contender
  readonly loadSeconds: number
  readonly mib: number
  readonly runs: {
    user: number
    system: number
    perSecond: number
    p50: number
    p99: number
    lost: number
    wrong: number
  }[]
}

const files = {
  zoneFile: join(folder, 'zone'),
  csvFile: join(folder, 'routes.csv'),
  zonesFile: join(folder, 'zones.json'),
  snapshotFile: join(folder, 'routes.snapshot'),
}
try {
  await prepare()
  const present = CONTENDERS.filter(({ name, binary }) => {
    if (only !== undefined && !only.some((wanted) => name.startsWith(wanted))) return false
    if (!existsSync(binary)) console.error(`${name} is not installed (${binary}) and left out`)
    return existsSync(binary)
  })
  const running = new Map<Contender, { figures: Figures; server: Running; port: number }>()
  for (const [index, contender] of present.entries()) running.set(contender, await begin(contender, 5400 + index))
  for (let round = 0; round < rounds; round++) for (const each of running.values()) measure(each)
  for (const { server } of running.values()) await server.stop()
  print([...running.values()].map(({ figures }) => figures))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function prepare(): Promise<void> {
  await writeCsv(files.csvFile, numbers!)
  if (only === undefined || only.some((name) => !'Portolan'.startsWith(name))) await writeZone(files.zoneFile, numbers!)
  writeFileSync(files.zonesFile, JSON.stringify(CONFIG))
  const before = performance.now()
  const { table } = loadRoutes(files.csvFile, CONFIG, log)
  console.error(
    `${table.size} numbers from CSV into the table in ${((performance.now() - before) / 1000).toFixed(2)} s`,
  )
  await saveSnapshot(files.snapshotFile, table.memory, CONFIG)
}

async function begin(contender: Contender, port: number) {
  const before = performance.now()
  const setup: Setup = { ...files, folder: join(folder, String(port)), port }
  const server = start(contender, setup)
  await firstAnswer(port, contender.name)
  const loadSeconds = (performance.now() - before) / 1000
  console.error(`${contender.name} answers after ${loadSeconds.toFixed(2)} s`)
  const figures: Figures = { contender, loadSeconds, mib: 0, runs: [] }
  return { figures, server, port }
}

/** Asks for the first number until the answer comes. */
async function firstAnswer(port: number, name: string): Promise<void> {
  const [number] = portedNumbers(1)
  const query = encode({ type: 'query', id: 1, questions: [{ type: 'NAPTR', name: `${ownerOf(number!)}.e164.arpa` }] })
  const socket = createSocket('udp4')
  let isAnswered = false
  socket.on('message', (reply) => {
    isAnswered ||= (reply[3]! & 15) === 0 && reply[7] === 1
  })
  socket.on('error', () => {})
  for (const deadline = performance.now() + 300_000; !isAnswered; await pause(20)) {
    if (performance.now() > deadline) throw new Error(`${name} does not answer`)
    socket.send(query, port, '127.0.0.1', () => {})
  }
  socket.close()
}

function measure(each: { figures: Figures; server: Running; port: number }): void {
  const { figures, server, port } = each
  const load = (forSeconds: number) => {
    const script = join(import.meta.dirname, 'load.ts')
    const { stdout, stderr } = spawnSync(
      'taskset',
      ['-c', '1', process.execPath, script, `${port}`, `${numbers}`, `${forSeconds}`],
      { encoding: 'utf8' },
    )
    if (!stdout.startsWith('{')) throw new Error(stderr)
    // Printed by load.ts.
    return JSON.parse(stdout) as {
      answered: number
      lost: number
      wrong: number
      perSecond: number
      p50Micros: number
      p99Micros: number
    }
  }
  if (figures.runs.length === 0) load(1)
  const [user, system] = cpuSeconds(server.pid)
  const { answered, lost, wrong, perSecond, p50Micros, p99Micros } = load(seconds!)
  const [userAfter, systemAfter] = cpuSeconds(server.pid)
  const perMillion = 1e6 / answered
  const run = {
    user: (userAfter - user) * perMillion,
    system: (systemAfter - system) * perMillion,
    perSecond,
    p50: p50Micros,
    p99: p99Micros,
    lost,
    wrong,
  }
  figures.runs.push(run)
  Object.assign(figures, { mib: residentMiB(server.pid) })
  console.error(
    `${figures.contender.name}: ${(run.user + run.system).toFixed(2)} s per million, ${perSecond}/s, lost ${lost}, wrong ${wrong}`,
  )
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function print(all: readonly Figures[]): void {
  const cpuOf = ({ runs }: Figures): number => median(runs.map(({ user, system }) => user + system))
  const ourCpu = cpuOf(all[0]!)
  console.log(
    `${numbers} numbers, one record each; 64 queries in flight over one socket, EDNS; ${rounds} rounds of ${seconds} s by turns, medians.`,
  )
  console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores, Linux ${release()}.\n`)
  console.log(
    '| | CPU s per million queries | of it user / system | Portolan / it | queries a second | p50 / p99 µs | memory MiB | octets a number | first answer s |',
  )
  console.log('|---|---|---|---|---|---|---|---|---|')
  for (const figures of all) {
    const { contender, loadSeconds, mib, runs } = figures
    const part = (key: keyof Figures['runs'][number]): number => median(runs.map((run) => run[key]))
    const cells = [
      `${contender.name} ${versionOf(contender)}`,
      cpuOf(figures).toFixed(2),
      `${part('user').toFixed(2)} / ${part('system').toFixed(2)}`,
      (ourCpu / cpuOf(figures)).toFixed(2),
      part('perSecond'),
      `${part('p50')} / ${part('p99')}`,
      mib.toFixed(0),
      ((mib * 1024 * 1024) / numbers!).toFixed(0),
      loadSeconds.toFixed(2),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}
