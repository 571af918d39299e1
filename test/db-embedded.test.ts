import { deepEqual, equal, match, notEqual, ok, rejects } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  globSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { Client } from 'pg'
import { findEmbedded, startEmbedded } from '../src/db/embedded.ts'
import { createLog } from '../src/shared/log.ts'
import { until } from './support/until.ts'

const log = createLog('silent')
const folder = mkdtempSync(join(tmpdir(), 'portolan-embedded-'))
chmodSync(folder, 0o755)
const dataDir = join(folder, 'data')
const holders = new Set<ChildProcess>()

after(async () => {
  for (const holder of holders) holder.kill('SIGKILL')
  await until(
    'the end of every server',
    () => !globSync(join(folder, '**/postmaster.pid')).some((file) => isAlive(pidIn(file))),
  )
  rmSync(folder, { recursive: true })
})

/** Starts the server in a process of its own; `said` is its url, or the refusal. */
async function hold(data = dataDir, systemFolder?: string) {
  const script = join(import.meta.dirname, 'support/embedded-holder.ts')
  const args = systemFolder ? [script, data, systemFolder] : [script, data]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  holders.add(child)
  const [said] = await once(createInterface({ input: child.stdout }), 'line')
  const kill = async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  return { pid: child.pid, said: String(said), kill }
}

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {}) // a server under test may go away
  await client.connect()
  try {
    const { rows } = await client.query({ text: statement, rowMode: 'array' })
    return rows.flat()
  } finally {
    await client.end()
  }
}

const home = () => join(dataDir, globSync('pg*', { cwd: dataDir })[0] ?? '')
const serverPid = () => pidIn(join(home(), 'data/postmaster.pid'))

test('stopped and started again, the server has its data; stopping leaves no process', async () => {
  const first = await startEmbedded({ dataDir, log, durable: 'durable' })
  await ask(first.url, 'create table kept (id integer)')
  const pid = serverPid()
  await first.stop()
  await first.stop()
  equal(serverPid(), undefined)
  equal(isAlive(pid), false)
  const second = await startEmbedded({ dataDir, log, durable: 'durable' })
  deepEqual(await ask(second.url, 'select count(*)::integer from kept'), [0])
  deepEqual(await ask(second.url, 'show fsync'), ['on'])
  await second.stop()
})

test('only the password opens the server, and only its account reads the password', async () => {
  const server = await startEmbedded({ dataDir, log, durable: 'durable' })
  const wrong = Object.assign(new URL(server.url), { password: 'guessed' }).href
  await rejects(ask(wrong, 'select 1'), { code: '28P01' })
  equal(statSync(join(home(), 'password')).mode & 0o777, 0o600)
  deepEqual(await ask(server.url, 'show listen_addresses'), ['127.0.0.1'])
  deepEqual(await ask(server.url, 'show unix_socket_directories'), [''])
  await server.stop()
})

test('after kill -9 of its owner the server ends by itself, and what was committed is there at the next start', async () => {
  const owner = await hold()
  await ask(owner.said, 'insert into kept (id) values (1)')
  const pid = serverPid()
  await owner.kill()
  await until('the end of the server', () => !isAlive(pid))
  const next = await startEmbedded({ dataDir, log, durable: 'durable' })
  deepEqual(await ask(next.url, 'select id from kept'), [1])
  await next.stop()
})

test('a server that another process holds is found, and none is when it has ended', async () => {
  const owner = await hold()
  equal(await findEmbedded(dataDir), owner.said)
  const pid = serverPid()
  await owner.kill()
  await until('the end of the server', () => !isAlive(pid))
  equal(await findEmbedded(dataDir), undefined)
  equal(await findEmbedded(join(folder, 'nothing')), undefined)
})

test('a start right after kill -9 of the owner waits for the old server to end', async () => {
  const owner = await hold()
  await ask(owner.said, 'insert into kept (id) values (2)')
  await owner.kill()
  const next = await startEmbedded({ dataDir, log, durable: 'durable' })
  deepEqual(await ask(next.url, 'select id from kept order by id'), [1, 2])
  await next.stop()
})

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(`a server that ends alone by ${signal} comes back on the same port with the same password and its data`, async () => {
    const server = await startEmbedded({ dataDir, log, durable: 'durable' })
    const before = await ask(server.url, 'select count(*)::integer from kept')
    const pid = serverPid()
    ok(pid)
    process.kill(pid, signal)
    await until('another server', () => ![undefined, pid].includes(serverPid()))
    const answers = () => ask(server.url, 'select count(*)::integer from kept').catch(() => undefined)
    deepEqual(await until('its answer', answers), before)
    await server.stop()
    equal(serverPid(), undefined)
  })
}

test('a server that is stopped while it comes back stays away', async () => {
  const server = await startEmbedded({ dataDir, log, durable: 'durable' })
  const pid = serverPid()
  ok(pid)
  process.kill(pid, 'SIGKILL')
  await until('its end', () => !isAlive(pid))
  await server.stop()
  const next = await startEmbedded({ dataDir, log, durable: 'durable' })
  deepEqual(await ask(next.url, 'select 1'), [1])
  await next.stop()
})

test('after kill -9 of the server and its owner, the next start recovers', async () => {
  const owner = await hold()
  await ask(owner.said, 'insert into kept (id) values (3)')
  const pid = serverPid()
  ok(pid)
  process.kill(pid, 'SIGKILL')
  await owner.kill()
  const next = await startEmbedded({ dataDir, log, durable: 'durable' })
  deepEqual(await ask(next.url, 'select id from kept order by id'), [1, 2, 3])
  await next.stop()
})

const onLinux = process.platform === 'linux' ? {} : { skip: 'processes are looked up in /proc' }

test('a server that nobody watches any more is stopped by the next start', onLinux, async () => {
  const owner = await hold()
  await ask(owner.said, 'insert into kept (id) values (4)')
  const pid = serverPid()
  // The watcher is the one shell in the server's session.
  const [watcher] = globSync('/proc/[0-9]*').filter((process) => {
    const [, name, , , , session] = /\((.*)\) (\S+) (\S+) (\S+) (\S+)/s.exec(readOrNothing(`${process}/stat`)) ?? []
    return name === 'sh' && session === String(pid)
  })
  ok(watcher)
  process.kill(Number(watcher.replace('/proc/', '')), 'SIGKILL')
  await owner.kill()
  const next = await startEmbedded({ dataDir, log, durable: 'durable' })
  equal(isAlive(pid), false)
  deepEqual(await ask(next.url, 'select count(*)::integer from kept'), [4])
  await next.stop()
})

test('a second start is refused with the process that has the data, which goes on', async () => {
  const owner = await hold()
  await rejects(
    startEmbedded({ dataDir, log, durable: 'durable' }),
    new RegExp(`in use by process ${owner.pid} .*DATABASE_URL`),
  )
  deepEqual(await ask(owner.said, 'select count(*)::integer from kept'), [4])
  await owner.kill()
})

test('of two first starts at once one gets the data, the other is refused or follows it', async () => {
  const both = await Promise.all([hold(join(folder, 'raced')), hold(join(folder, 'raced'))])
  const urls = both.filter(({ said }) => said.startsWith('postgres://'))
  const refusals = both.filter(({ said }) => said.includes('in use by process'))
  deepEqual([urls.length, refusals.length], [1, 1], both.map(({ said }) => said.replace(/:[^:@]+@/, '@')).join('\n'))
  for (const { kill } of both) await kill()
})

test('a pid file that names another program does not stop a start', async () => {
  const server = await startEmbedded({ dataDir, log, durable: 'durable' })
  const file = join(home(), 'data/postmaster.pid')
  const text = readFileSync(file, 'utf8')
  await server.stop()
  writeFileSync(file, text.replace(/^\d+/, String(process.pid)), { mode: 0o600 })
  const next = await startEmbedded({ dataDir, log, durable: 'durable' })
  notEqual(serverPid(), process.pid)
  await next.stop()
})

test('data of another PostgreSQL is not passed over for an empty database', async () => {
  const old = join(folder, 'old')
  mkdirSync(join(old, 'pg9'), { recursive: true })
  await rejects(startEmbedded({ dataDir: old, log, durable: 'durable' }), /pg9 holds data of another PostgreSQL/)
})

const asRoot = process.getuid?.() === 0 ? {} : { skip: 'only root has to hand the server to another account' }

test('root with a closed folder gets the data elsewhere, linked from where it belongs', asRoot, async () => {
  const closed = join(folder, 'closed')
  mkdirSync(closed, { mode: 0o700 })
  const system = join(folder, 'system')
  const owner = await hold(join(closed, 'data'), system)
  match(owner.said, /^postgres:/)
  await ask(owner.said, 'create table kept (id integer)')
  await owner.kill()
  const [link] = globSync('data/pg*', { cwd: closed })
  ok(link && lstatSync(join(closed, link)).isSymbolicLink())
  const next = await startEmbedded({ dataDir: join(closed, 'data'), log, durable: 'durable', systemFolder: system })
  deepEqual(await ask(next.url, 'select count(*)::integer from kept'), [0])
  await next.stop()
})

function pidIn(file: string): number | undefined {
  return Number.parseInt(readOrNothing(file), 10) || undefined
}

/** A killed process whose parent has not noticed (state Z) is not alive. */
function isAlive(pid: number | undefined): boolean {
  return /\) [^ZX]/.test(readOrNothing(`/proc/${pid}/stat`))
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // the process has ended since it was listed
  }
}
