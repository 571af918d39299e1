import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { DOC } from '../conformance/world.ts'
import { naptr } from '../support/dns-process.ts'
import { freePort } from '../support/free-port.ts'
import { ROOT } from '../support/portolan.ts'
import { SURROUNDINGS } from '../support/surroundings.ts'
import { until } from '../support/until.ts'

const DAY_SECONDS = 86_400
const CHANGED_SECONDS = Math.floor(Temporal.Now.instant().epochMilliseconds / 1000) - DAY_SECONDS

let folder: string
let words: string[]
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-edge-ops-'))
  const [routes, zones] = [join(folder, 'routes.csv'), join(folder, 'zones.json')]
  await writeFile(routes, 'number,operator\n15550100,DIGI\n')
  await writeFile(zones, JSON.stringify(DOC))
  await utimes(routes, CHANGED_SECONDS, CHANGED_SECONDS)
  await utimes(zones, CHANGED_SECONDS + 60, CHANGED_SECONDS + 60)
  words = ['dns', '--from', routes, '--zones', zones]
})
after(() => rm(folder, { recursive: true, force: true }))

/** `portolan dns` with these words, as the process that it is, and what it has written. */
function started(...more: string[]): { readonly child: ChildProcess; readonly written: () => string } {
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'portolan.mjs'), ...words, ...more], {
    env: SURROUNDINGS,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let written = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (octets) => {
      written += octets
    })
  return { child, written: () => written }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode
  const exited = once(child, 'exit')
  child.kill(signal)
  const [code] = await exited
  return code
}

test('an edge node tells a supervisor that it is ready, and a scraper what it answers from and how old that is', async () => {
  const port = await freePort()
  const { child, written } = started('--listen', `127.0.0.1:${port}`, '--ops', '127.0.0.1:0')
  try {
    const url = await until('health is served', () => /"url":"(http:[^"]+)"/.exec(written())?.[1])
    const ready = await fetch(`${url}/readyz`)
    deepEqual([ready.status, await ready.json()], [200, { status: 'ready', checks: { DNS: 'ok' } }])
    equal((await naptr(port, '15550100')).rcode, 'NOERROR')

    const metrics = await (await fetch(`${url}/metrics`)).text()
    const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1])
    equal(value('portolan_dns_routes'), 1)
    equal(value('portolan_dns_generation'), CHANGED_SECONDS + 60, 'what secondaries go by: the newest file')
    const age = value('portolan_dns_file_age_seconds')
    ok(age >= DAY_SECONDS && age < DAY_SECONDS + 120, `${age} s`)
    match(metrics, /^portolan_dns_queries\{via="udp",rcode="NOERROR"\} [2-9]/m)

    const forwarded = await fetch(`${url}/metrics`, { headers: { 'x-forwarded-for': '192.0.2.1' } })
    equal(forwarded.status, 403, 'nobody beyond a proxy')
    equal(await ended(child, 'SIGTERM'), 0, 'and it stops in peace')
  } finally {
    await ended(child, 'SIGKILL')
  }
})

test('an edge node that cannot serve its health does not go on half started', async () => {
  const { child, written } = started('--listen', '127.0.0.1:0', '--ops', '192.0.2.1:1')
  try {
    await until('it has ended', () => child.exitCode !== null)
    equal(child.exitCode, 1)
    match(written(), /portolan: listen EADDRNOTAVAIL/)
  } finally {
    await ended(child, 'SIGKILL')
  }
})
