import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** One thing to run, under a heading: a tool of node_modules/.bin, or `node` itself. */
export type Step = {
  readonly title: string
  readonly command: readonly [program: string, ...args: string[]]
  readonly env?: Readonly<Record<string, string>>
}

// biome-ignore format: a table
export const CHECKS: readonly Step[] = [
  { title: 'Format and lint', command: ['biome', 'ci', '.'] },
  { title: 'Types',           command: ['tsc', '--noEmit'] },
  { title: 'Types of the UI', command: ['tsc', '--noEmit', '-p', 'web'] },
  { title: 'Dead code',       command: ['knip'] },
]

let underWay: ChildProcess | undefined
let isToldToEnd = false

/** From now on a signal to end ends the step under way, and no further one begins; what follows the steps still runs. */
export function endStepsOnSignal(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      isToldToEnd = true
      // A terminal sends its Ctrl-C to the child too.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) underWay?.kill(signal)
    })
  }
}

/**
 * Runs the steps in order and ends at the first that fails.
 * @returns whether all of them succeeded
 */
export async function runSteps(steps: readonly Step[]): Promise<boolean> {
  for (const { title, command, env } of steps) {
    if (isToldToEnd) return false
    console.log(`\n── ${title} ${'─'.repeat(Math.max(0, 70 - title.length))}`)
    const [program, ...args] = command
    const path = program === 'node' ? process.execPath : join('node_modules', '.bin', program)
    underWay = spawn(path, args, { stdio: 'inherit', env: { ...process.env, ...env } })
    const [code] = await once(underWay, 'exit')
    if (code === 0) continue
    console.error(`\n${title}: failed.`)
    return false
  }
  return true
}
