import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Log } from '../shared/log.ts'
import type { SimulatorCredentials } from './first-keys.ts'

export type Simulator = { readonly url: string; close(): Promise<void> }

export type SimulatorOptions = {
  readonly market: string
  /** Of its journal. */
  readonly folder: string
  readonly listenPort: number
  readonly stepMilliseconds: number
  /** Our receiver: `http://127.0.0.1:8080/np_api/pxs/recv/`. */
  readonly deliverUrl: string
  readonly credentials: SimulatorCredentials
}

/** A process that has begun to load and waits to be told what to simulate. */
export type WaitingSimulator = {
  begin(options: SimulatorOptions): Promise<Simulator>
  /** May be called again. */
  close(): Promise<void>
}

const READY = /^simulator ready (http:\/\/\S+)$/
const START_SECONDS = 60
const STOP_SECONDS = 5

/**
 * Runs the clearinghouse simulator as a process of its own. It ends when our pipe to it does, so that it never outlives us, not even
 * after a kill -9; it is not restarted when it ends by itself, as a clearinghouse would not be. It loads while we start: half of a
 * start would else be waiting for it.
 */
export function prepareSimulator({ root, log }: { readonly root: string; readonly log: Log }): WaitingSimulator {
  const { PATH = '', NODE_COMPILE_CACHE } = process.env
  const child = spawn(process.execPath, [join(root, 'sim', 'main.ts')], {
    env: { PATH, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }), SIM_SETTINGS: 'stdin' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.on('error', () => {}) // it has ended, and its end says so itself
  const ready = readyUrl(child)
  ready.catch(() => {}) // until somebody waits for it
  let isClosing = false
  const close = async () => {
    isClosing = true
    await end(child)
  }
  return {
    close,
    async begin(options) {
      child.stdin.write(`${JSON.stringify(settingsOf(options))}\n`)
      const url = await within(START_SECONDS, ready).catch((error: unknown) => {
        child.kill('SIGKILL')
        throw error
      })
      child.on('exit', (code, signal) => {
        if (!isClosing) log.error({ code, signal }, 'the clearinghouse simulator ended')
      })
      log.info({ url }, 'clearinghouse simulator runs')
      return { url, close }
    },
  }
}

function settingsOf({ market, folder, listenPort, stepMilliseconds, deliverUrl, credentials }: SimulatorOptions) {
  return {
    SIM_MARKET: market,
    SIM_MARKET_IS_CHECKED: '1', // at our own start
    SIM_DATA_DIR: folder,
    SIM_PORT: String(listenPort),
    SIM_STEP_MS: String(stepMilliseconds),
    SIM_DELIVER_URL: deliverUrl,
    SIM_USERNAME: credentials.recv.username,
    SIM_KEY: credentials.recv.key,
    SIM_CLIENT_USERNAME: credentials.client.username,
    SIM_CLIENT_PASSWORD: credentials.client.password,
    SIM_EXIT_WITH_PARENT: '1',
  }
}

async function readyUrl(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the simulator has no standard output')
  const ready = Promise.withResolvers<string>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const url = READY.exec(line)?.[1]
    if (url) ready.resolve(url)
  })
  child.once('exit', (code) => ready.reject(new Error(`the simulator ended with code ${code} before it was ready`)))
  child.once('error', ready.reject)
  return ready.promise
}

async function within<T>(seconds: number, event: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const refuse = () => late.reject(new Error(`the simulator was not ready within ${seconds} s`))
  const clock = setTimeout(refuse, seconds * 1000)
  return Promise.race([event, late.promise]).finally(() => clearTimeout(clock))
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.stdin?.end()
  const last = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS * 1000)
  await ended
  clearTimeout(last)
}
