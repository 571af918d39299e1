import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Log } from '../../shared/log.ts'

/** After its Node has died, a server ends by itself within about a second and a half. */
const ENDS_BY_ITSELF_SECONDS = 4
const ENDS_WHEN_TOLD_SECONDS = 60

type Occupant = { readonly pid: number; readonly owner: number | undefined; readonly isOrphan: boolean }

/** The owner of a server as it stands in its command line: our process id and when we started, since ids come again. */
export function ownerMark(): string {
  return `${process.pid}:${startOf(process.pid)}`
}

/**
 * Waits for the end of a server on `data` whose owner is gone, and tells it to end if it does not.
 * A server whose owner lives is refused with the owner's process id: it is never stopped from here.
 */
export async function vacate(data: string, log: Log): Promise<void> {
  const since = performance.now()
  let isTold = false
  for (let occupant = occupantOf(data); occupant; occupant = occupantOf(data)) {
    const { pid, owner, isOrphan } = occupant
    if (!isOrphan) throw inUse(data, occupant)
    const seconds = (performance.now() - since) / 1000
    if (seconds > ENDS_WHEN_TOLD_SECONDS) throw new Error(`the database server ${pid} on ${data} does not end`)
    if (seconds > ENDS_BY_ITSELF_SECONDS && !isTold) {
      log.warn({ pid, owner }, 'stopping a database server that an earlier run left behind')
      process.kill(pid, 'SIGINT')
      isTold = true
    }
    await wait(50)
  }
}

/** The TCP port of the server on `data`, which PostgreSQL writes on the fourth line of its lock file. */
export function listenPortOn(data: string): number | undefined {
  if (!occupantOf(data)) return undefined
  const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
  return Number(lines[3]) || undefined
}

function inUse(data: string, { pid, owner }: Occupant): Error {
  const who =
    owner === undefined ? `the PostgreSQL server ${pid}` : `process ${owner} (its PostgreSQL server is ${pid})`
  return new Error(`the database in ${data} is in use by ${who}: stop that one first, or set DATABASE_URL`)
}

function occupantOf(data: string): Occupant | undefined {
  const pid = pidOn(data)
  if (pid === undefined) return undefined
  const command = commandOf(pid)
  if (!command?.includes(` -D ${data} `)) {
    // The process has ended, perhaps without its parent's notice, or the id is another program's by now. PostgreSQL looks
    // at the id alone and would take that for a living server.
    if (pidOn(data) === pid) rmSync(join(data, 'postmaster.pid'))
    return undefined
  }
  const [, owner, start] = /portolan\.owner=(\d+):(\S+)/.exec(command) ?? []
  if (!owner) return { pid, owner: undefined, isOrphan: false }
  return { pid, owner: Number(owner), isOrphan: startOf(Number(owner)) !== start }
}

function pidOn(data: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10) || undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new Error(`cannot read the database in ${data}; does it belong to another user?`, { cause: error })
  }
}

function commandOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps(pid, 'command')
  return procFile(pid, 'cmdline')?.replaceAll('\0', ' ')
}

/** When a living process started; undefined when it is gone, also while its parent has not noticed yet. */
export function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps(pid, 'lstart')?.replaceAll(/\s+/g, '_')
  // proc(5): the name in parentheses may hold anything; after it the state, and the start time as the 20th word.
  const words = procFile(pid, 'stat')
    ?.replace(/^.*\)\s*/s, '')
    .split(' ')
  return words?.[0] === 'Z' ? undefined : words?.[19]
}

function procFile(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return undefined // no such process
  }
}

function ps(pid: number, column: string): string | undefined {
  try {
    return execFileSync('ps', ['-ww', '-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
  } catch {
    return undefined // no such process
  }
}
