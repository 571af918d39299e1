import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Log } from '../../shared/log.ts'
import type { Account } from './account.ts'

/** Crash recovery reads the whole write-ahead log since the last checkpoint. */
const READY_SECONDS = 300
const FAST_STOP_SECONDS = 30
const KEPT_LINES = 20

/**
 * Runs the server so that it cannot outlive us: beside it a shell waits on descriptor 3, a pipe that we hold open. Its end
 * without a word means that we are dead, by whatever means, and the server gets SIGINT, a fast shutdown. The double fork
 * keeps the shell from being a child of the server, which expects none but its own.
 */
const SUPERVISED = '( ( read -r _ <&3 || kill -INT $$ ) >/dev/null 2>&1 & ); exec "$@" 3<&-'

export type Launch = {
  readonly program: string
  readonly args: readonly string[]
  readonly account: Account | undefined
  readonly folder: string
  readonly log: Log
}

export type Server = {
  /** Its end, by whatever means, and how it ended. */
  readonly ended: Promise<string>
  stop(): Promise<void>
}

/** What the server said before it ended without ever being ready. */
export class ServerRefused extends Error {
  readonly lines: readonly string[]

  constructor(lines: readonly string[]) {
    super(`PostgreSQL did not start: ${lines.join(' | ')}`)
    this.name = 'ServerRefused'
    this.lines = lines
  }
}

/** The environment of PostgreSQL's programs: none of our PG* settings or secrets, and English for the lines that we read. */
export const ENVIRONMENT = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }

/** Starts the server and waits until it takes connections. It does not keep the process alive. */
export async function launch({ program, args, account, folder, log }: Launch): Promise<Server> {
  const child = spawn('sh', ['-c', SUPERVISED, 'sh', program, ...args], {
    ...account,
    cwd: folder,
    env: ENVIRONMENT,
    detached: true, // Ctrl-C reaches all of a terminal's foreground, and the server is to outlast its clients
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const { stderr, lifeline } = pipesOf(child)
  const said: string[] = []
  const ready = Promise.withResolvers<void>()
  createInterface({ input: stderr }).on('line', (line) => {
    log.debug({ line }, 'PostgreSQL says')
    said.splice(0, said.length - KEPT_LINES + 1)
    said.push(line)
    if (line.includes('database system is ready to accept connections')) ready.resolve()
  })
  child.once('exit', () => lifeline.end('over\n'))
  child.once('error', ready.reject)
  const ended = new Promise<string>((resolve) => {
    child.once('close', (code, signal) => resolve(`it ended with ${signal ?? code}`))
  })
  let isWanted = false
  void ended.then((how) => {
    ready.reject(new ServerRefused([...said, how]))
    if (isWanted) log.error({ how, said }, 'the embedded database server ended')
  })

  await within(READY_SECONDS, ready.promise)
  isWanted = true
  for (const handle of [child, stderr, lifeline]) handle.unref()
  return {
    ended,
    async stop() {
      isWanted = false
      for (const handle of [child, stderr, lifeline]) handle.ref()
      child.kill('SIGINT')
      await within(FAST_STOP_SECONDS, ended).catch(() => child.kill('SIGQUIT')) // at the next start it recovers
      await ended
    },
  }
}

function pipesOf(child: ChildProcess): { readonly stderr: Socket; readonly lifeline: Socket } {
  const { stderr } = child
  const lifeline = child.stdio[3]
  assert(stderr instanceof Socket && lifeline instanceof Socket)
  lifeline.on('error', () => {}) // whoever waited at its other end is gone, and so is the need to tell
  return { stderr, lifeline }
}

async function within<T>(seconds: number, event: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const clock = setTimeout(() => late.reject(new Error(`PostgreSQL took more than ${seconds} seconds`)), seconds * 1000)
  return Promise.race([event, late.promise]).finally(() => clearTimeout(clock))
}
