import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Log } from '../shared/log.ts'
import type { SimulatorCredentials } from './first-keys.ts'

export type Simulator = { readonly url: string; close(): Promise<void> }

export type SimulatorOptions = {
  readonly root: string
  readonly market: string
  /** Of its journal. */
  readonly folder: string
  readonly listenPort: number
  readonly stepMilliseconds: number
  /** Our receiver: `http://127.0.0.1:8080/np_api/pxs/recv/`. */
  readonly deliverUrl: string
  readonly credentials: SimulatorCredentials
  readonly log: Log
}

const READY = /^simulator ready (http:\/\/\S+)$/
const START_SECONDS = 20
const STOP_SECONDS = 5

/**
 * Runs the clearinghouse simulator as a process of its own. It ends when our pipe to it does, so that it never outlives us, not even
 * after a kill -9; it is not restarted when it ends by itself, as a clearinghouse would not be.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const child = spawn(process.execPath, [join(options.root, 'sim', 'main.ts')], {
    env: { PATH: process.env.PATH ?? '', ...environmentOf(options) },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const url = await readyUrl(child)
  let isClosing = false
  child.on('exit', (code, signal) => {
    if (!isClosing) options.log.error({ code, signal }, 'the clearinghouse simulator ended')
  })
  options.log.info({ url }, 'clearinghouse simulator runs')
  return {
    url,
    close: async () => {
      isClosing = true
      await end(child)
    },
  }
}

function environmentOf({ market, folder, listenPort, stepMilliseconds, deliverUrl, credentials }: SimulatorOptions) {
  return {
    SIM_MARKET: market,
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
  const timeout = AbortSignal.timeout(START_SECONDS * 1000)
  const lines = createInterface({ input: child.stdout })
  const ready = Promise.withResolvers<string>()
  lines.on('line', (line) => {
    const url = READY.exec(line)?.[1]
    if (url) ready.resolve(url)
  })
  child.once('exit', (code) => ready.reject(new Error(`the simulator ended with code ${code} before it was ready`)))
  child.once('error', ready.reject)
  timeout.addEventListener('abort', () =>
    ready.reject(new Error(`the simulator was not ready within ${START_SECONDS} s`)),
  )
  try {
    return await ready.promise
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.stdin?.end()
  const last = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS * 1000)
  await ended
  clearTimeout(last)
}
