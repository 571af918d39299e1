import { type ChildProcess, spawn } from 'node:child_process'
import { on, once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { SURROUNDINGS } from './surroundings.ts'

/** A stand-in of another system, as a process of its own. */
export type Peer = {
  readonly url: string
  /** Switches a fault on, or with `none` off. */
  fault(fault: Readonly<Record<string, unknown>>): Promise<void>
  /** A request to one of its hand tools. */
  tool(method: string, path: string, body?: unknown): Promise<unknown>
  close(): Promise<void>
}

const START_SECONDS = 120

export async function startPeer(
  name: 'cgrates' | 'hss' | 'crm',
  env: Readonly<Record<string, string>> = {},
): Promise<Peer> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../sim', name, 'main.ts')], {
    env: { ...SURROUNDINGS, SIM_PORT: '0', SIM_EXIT_WITH_PARENT: '1', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const url = await readyUrl(name, child)
  const tool: Peer['tool'] = async (method, path, body) => {
    const answer = await fetch(`${url}${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) })
    return answer.json()
  }
  return {
    url,
    tool,
    fault: async (fault) => {
      await tool('POST', '/sim/fault', fault)
    },
    async close() {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function readyUrl(name: string, child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error(`${name} has no standard output`)
  const lines = createInterface({ input: child.stdout })
  const until = { signal: AbortSignal.timeout(START_SECONDS * 1000), close: ['close'] }
  for await (const [line] of on(lines, 'line', until)) {
    const url = /ready (http:\/\/\S+)$/.exec(String(line))?.[1]
    if (url) return url
  }
  throw new Error(`${name} ended before it was ready`)
}
