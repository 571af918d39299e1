import { deepEqual, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import test from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { openDb } from '../../src/db/pool.ts'
import { createLog } from '../../src/shared/log.ts'
import { ask } from '../support/dns.ts'
import { ADMIN_KEY, ROOT, request } from '../support/portolan.ts'
import { SURROUNDINGS } from '../support/surroundings.ts'
import { until } from '../support/until.ts'

const ROUNDS = 20
/** From a round's first acknowledged create to the kill, at random in between. */
const LIFE_MS = [10, 700] as const
/** How many creates are on their way at once. */
const CALLERS = 4
const CLERK_PAUSE_MS = 20
/** States that nobody acts on any more (contract 3.1.5); what is ported is completed by its checklist. */
const FINAL = new Set([30, 97, 98, 99])

type Process = {
  readonly child: ChildProcess
  readonly url: string
  readonly dnsPort: number
  readonly databaseUrl: string
}

test(`kill -9 of the whole process at random moments, ${ROUNDS} times: what was acknowledged ends, once and whole`, async (context) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'portolan-kill-'))
  await chmod(dataDir, 0o755) // so that the account of the embedded database can enter it
  const acknowledged: string[] = []
  const ranges = freeRanges()
  try {
    for (let round = 1; round <= ROUNDS; round++) {
      const running = await start(dataDir)
      const life = LIFE_MS[0] + Math.random() * (LIFE_MS[1] - LIFE_MS[0])
      const first = Promise.withResolvers<void>()
      const onCreated = (id: string) => {
        acknowledged.push(id)
        first.resolve()
      }
      const callers = Array.from({ length: CALLERS }, () => createUntilKilled(running, ranges, onCreated))
      const clerk = instructUntilKilled(running)
      // or nobody could create anything: the count below says so
      await Promise.race([first.promise, Promise.all(callers)])
      setTimeout(life).then(() => running.child.kill('SIGKILL'))
      await once(running.child, 'exit')
      await Promise.all([...callers, clerk])
    }
    const running = await start(dataDir)
    const clerk = instructUntilKilled(running)
    const db = openDb({ url: running.databaseUrl, maxConnections: 4, log: createLog('error') })
    try {
      context.diagnostic(`${acknowledged.length} creates were acknowledged in ${ROUNDS} rounds`)
      ok(acknowledged.length >= ROUNDS, 'the rounds did something')
      await until(
        'every port is final',
        async () => (await db.sql('select id from port where state not in (30, 97, 98, 99) limit 1')).length === 0,
        180,
      )
      const ports = await db.sql<{ msgidentifier: string; state: number }>('select msgidentifier, state from port')
      const stateOf = new Map(ports.map(({ msgidentifier, state }) => [msgidentifier, state]))
      deepEqual(
        acknowledged.filter((id) => !FINAL.has(stateOf.get(id) ?? -1)),
        [],
        'every acknowledged create is there and final',
      )
      deepEqual(new Set(acknowledged).size, acknowledged.length, 'no identifier was given twice')
      deepEqual(
        await db.sql(
          'select port_id, heard, count(*) as count from port_event where heard is not null group by port_id, heard having count(*) > 1',
        ),
        [],
        'no edge was taken twice',
      )
      deepEqual(
        await db.sql(
          `select i.message_id, i.state, count(e.port_id) as events from inbound i join port_event e on e.message_id = i.message_id
           where e.heard is not null group by i.message_id having count(e.port_id) > 1`,
        ),
        [],
        'no message that came moved a port twice',
      )
      deepEqual(
        await db.sql(
          `select i.message_id from inbound i where i.state = 'applied'
           and not exists (select 1 from port_event e where e.message_id = i.message_id and e.heard is not null)`,
        ),
        [],
        'no message counts as applied without what it did',
      )
      deepEqual(
        await db.sql(
          `select port_id, msgtype, count(*) as count from message where direction = 0 and port_id is not null
           group by port_id, msgtype having count(*) > 1`,
        ),
        [],
        'nothing was said of a port twice under two msgids',
      )
      deepEqual(
        await db.sql(
          `select p.msgidentifier, count(r.e164) as routes from port p
           left join route r on r.e164 >= p.first_number and r.e164 <= p.last_number and r.cause = p.msgidentifier
           where p.state in (20, 30) group by p.id
           having count(r.e164) <> substr(p.last_number, 2)::bigint - substr(p.first_number, 2)::bigint + 1`,
        ),
        [],
        'no port has its routes in part',
      )
      ok(
        (await db.sql('select id from port where state in (20, 30) and first_number < last_number limit 1')).length > 0,
        'ranges of more than one number were ported',
      )
      deepEqual(
        await db.sql(
          'select r.e164 from route r left join port p on p.msgidentifier = r.cause and p.state in (20, 30) where p.id is null',
        ),
        [],
        'no number is routed without its port',
      )
      const ported = await db.sql<{ e164: string }>('select e164 from route order by e164')
      ok(ported.length > 0)
      for (const { e164 } of ported) {
        const { regexps } = await ask(running.dnsPort, `${[...e164.slice(1)].reverse().join('.')}.e164.arpa`, 'NAPTR')
        ok(
          regexps.some((text) => text.includes('rn=')),
          `${e164} is answered with its routing number`,
        )
      }
    } finally {
      await db.close()
      running.child.kill('SIGTERM')
      await once(running.child, 'exit')
      await clerk
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})

/** The program as `npm start` runs it, embedded database and simulator included. */
async function start(dataDir: string): Promise<Process> {
  const env = {
    ...SURROUNDINGS,
    PORTOLAN_DATA_DIR: dataDir,
    PORTOLAN_HTTP_PORT: '0',
    PORTOLAN_DNS_PORT: '0',
    PORTOLAN_SIM_PORT: '0',
    PORTOLAN_SIM_STEP_MS: '20',
    PORTOLAN_ADMIN_KEY: ADMIN_KEY,
  }
  const child = spawn(process.execPath, [join(ROOT, 'src', 'main.ts')], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said: string[] = []
  const ready = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      said.push(line)
      if (line === 'Ctrl-C stops it.') ready.resolve()
    })
  }
  child.once('exit', () => ready.reject(new Error(`it ended before it was ready:\n${said.join('\n')}`)))
  await ready.promise
  const text = said.join('\n')
  const find = (pattern: RegExp) => pattern.exec(text)?.[1] ?? ''
  const home = find(/"home":"([^"]+)"/)
  const password = (await readFile(join(home, 'password'), 'utf8')).trim()
  const port = find(/"listenPort":(\d+),"msg":"the embedded database/)
  return {
    child,
    url: find(/API +(http:\/\/\S+)\/np_api/),
    dnsPort: Number(find(/DNS +127\.0\.0\.1:(\d+)/)),
    databaseUrl: `postgres://portolan:${password}@127.0.0.1:${port}/portolan`,
  }
}

/** Ranges of the donor whose story is to be accepted, each given out once: of ten numbers three together, the others alone. */
function* freeRanges(): Generator<readonly [first: string, last: string]> {
  for (let number = 5_570_000; number < 5_580_000; number++) {
    if (number % 100 >= 30) continue
    const place = number % 10
    if (place === 0) yield [String(number), String(number + 2)]
    if (place > 2) yield [String(number), String(number)]
  }
}

async function call(url: string, method: string, path: string, body?: unknown): Promise<Response | undefined> {
  try {
    return await fetch(`${url}/np_api${path}`, {
      method,
      headers: { 'x-api-key': ADMIN_KEY, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  } catch {
    // The process was killed under the request: nothing was acknowledged.
    return undefined
  }
}

async function createUntilKilled(
  { child, url }: Process,
  ranges: Iterator<readonly [first: string, last: string]>,
  onCreated: (id: string) => void,
): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    const next = ranges.next()
    if (next.done) return
    const response = await call(url, 'POST', '/PortIn/create', request(...next.value))
    const text = await response?.text().catch(() => undefined)
    if (response?.status !== 200 || text === undefined) return
    onCreated((JSON.parse(text) as { msgidentifier: string }).msgidentifier) // np_api's own schema has shaped it
  }
}

/** Instructs whatever waits for it, as an OSS would. */
async function instructUntilKilled({ child, url }: Process): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    const response = await call(url, 'GET', '/PortIn/list?state=2&limit=100')
    const text = await response?.text().catch(() => undefined)
    if (response?.status !== 200 || text === undefined) return
    const waiting = JSON.parse(text) as { msgidentifier: string }[] // np_api's own schema has shaped it
    for (const { msgidentifier } of waiting) await call(url, 'POST', `/PortIn/${msgidentifier}`)
    await setTimeout(CLERK_PAUSE_MS)
  }
}
