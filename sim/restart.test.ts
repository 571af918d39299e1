import { strict as assert } from 'node:assert'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { type Carrier, CLIENT, openCarrier } from '../test/support/carrier.ts'
import { about, ask, ID, request } from '../test/support/play.ts'
import { SURROUNDINGS } from '../test/support/surroundings.ts'
import { until } from '../test/support/until.ts'
import { openJournal } from './journal.ts'

const OK = 'authorisation_response accept'

type Running = { readonly url: string; readonly child: ChildProcess; kill(): Promise<void> }

function folderFor(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-sim-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The simulator as the process that it is. */
async function start(
  context: TestContext,
  carrier: Carrier,
  dataDir: string,
  more: Record<string, string> = {},
): Promise<Running> {
  const env = {
    ...SURROUNDINGS,
    SIM_PORT: '0',
    SIM_DATA_DIR: dataDir,
    SIM_DELIVER_URL: carrier.url,
    SIM_USERNAME: carrier.credentials.username,
    SIM_KEY: carrier.credentials.key,
    SIM_CLIENT_USERNAME: CLIENT.username,
    SIM_CLIENT_PASSWORD: CLIENT.password,
    SIM_STEP_MS: '20',
    SIM_EXIT_WITH_PARENT: '1',
    ...more,
  }
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  context.after(kill)
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^simulator ready (http:\S+)$/.exec(line)?.[1]
    if (url) return { url, child, kill }
  }
  throw new Error('the simulator ended before it was ready')
}

test('kill -9 loses no port, no plan, no msgid, no undelivered message, and not the time', {
  timeout: 240_000,
}, async (context) => {
  const dataDir = folderFor(context)
  const carrier = await openCarrier(context)
  const first = await start(context, carrier, dataDir, { SIM_STEP_MS: '60000' })
  await ask(first.url, '/sim/clock', { advanceSeconds: 86_400 })
  const taken = await carrier.send(first.url, request('5550100', '5550199'), about(ID))
  assert.equal(taken.isDuplicate, false)
  await first.kill()

  const second = await start(context, carrier, dataDir)
  assert.equal((await ask(second.url, '/sim/clock')).body.advancedSeconds, 86_400)
  const again = await carrier.send(second.url, request('5550100', '5550199'), { msgid: taken.msgid, ...about(ID) })
  assert.equal(again.isDuplicate, true)
  carrier.deaf = 1_000
  await ask(second.url, '/sim/clock', { advanceSeconds: 61 }) // the plan of before: said, and not heard by the deaf
  await carrier.send(second.url, { kind: 'instruction' }, about(ID))
  await second.kill()

  carrier.deaf = 0
  const third = await start(context, carrier, dataDir)
  await carrier.hears(ID, [OK, 'instruction_response accept', 'ported'])
  const log = (await ask(third.url, `/sim/log?msgidentifier=${ID}`)).body.messages
  assert.deepEqual(
    log.filter(({ direction }) => direction === 'received').map(({ note }) => note),
    ['taken', 'duplicate', 'taken'],
  )
})

test('killed again and again, it brings every acknowledged port to its end, and each message keeps its msgid', {
  timeout: 240_000,
}, async (context) => {
  const dataDir = folderFor(context)
  const carrier = await openCarrier(context)
  const ids = Array.from({ length: 12 }, (_, index) => `XX202501-CARR-${String(index + 1).padStart(5, '0')}`)
  let running = await start(context, carrier, dataDir)
  for (const [index, id] of ids.entries()) {
    await carrier.send(running.url, request(`555${1000 + index * 100}`), about(id))
    if (index % 4 !== 3) continue
    await running.kill()
    running = await start(context, carrier, dataDir)
  }
  for (const id of ids) {
    await carrier.hears(id, [OK, '...'])
    await carrier.send(running.url, { kind: 'instruction' }, about(id))
  }
  await running.kill()
  await start(context, carrier, dataDir)
  const told = (id: string) => {
    const words = carrier.deliveries.filter(
      ({ decoded }) => decoded.kind === 'message' && decoded.message.msgidentifier === id,
    )
    return new Set(words.map(({ word, msgid }) => `${word}, ${msgid}`))
  }
  for (const id of ids) {
    await until(`${id} ported`, () => [...told(id)].some((text) => text.startsWith('ported')))
    const words = [...told(id)].map((text) => text.split(',')[0]).sort()
    assert.deepEqual(words, [OK, 'instruction_response accept', 'ported'])
  }
})

test('it ends when its parent does', { timeout: 120_000 }, async (context) => {
  const { child } = await start(context, await openCarrier(context), folderFor(context))
  const exited = once(child, 'exit')
  child.stdin?.end()
  const [code] = await exited
  assert.equal(code, 0)
})

test('a setting that is missing or crooked is said, all at once', { timeout: 120_000 }, async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: { ...SURROUNDINGS, SIM_PORT: 'x' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const text = Buffer.concat(await Array.fromAsync(child.stderr)).toString()
  for (const problem of ['SIM_PORT must be a number', 'SIM_DATA_DIR is missing', 'SIM_KEY is missing']) {
    assert(text.includes(problem), text)
  }
})

test('a line that was cut by a crash is forgotten, and the next one does not stick to it', (context) => {
  const folder = folderFor(context)
  const entry = (offsetMs: number) => ({ kind: 'clock', offsetMs }) as const
  openJournal(folder).append([entry(1)])
  appendFileSync(join(folder, 'pxs-journal.jsonl'), '[{"kind":"clock","offs')
  const journal = openJournal(folder)
  assert.deepEqual(journal.past, [entry(1)])
  journal.append([entry(2)])
  assert.deepEqual(openJournal(folder).past, [entry(1), entry(2)])
  assert.equal(readFileSync(join(folder, 'pxs-journal.jsonl'), 'utf8').split('\n').length, 3)
})
