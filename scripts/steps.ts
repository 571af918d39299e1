import { spawn } from 'node:child_process'
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
  { title: 'Dead code',       command: ['knip'] },
]

/**
 * Runs the steps in order and ends at the first that fails.
 * @returns whether all of them succeeded
 */
export async function runSteps(steps: readonly Step[]): Promise<boolean> {
  for (const { title, command, env } of steps) {
    console.log(`\n── ${title} ${'─'.repeat(Math.max(0, 70 - title.length))}`)
    const [program, ...args] = command
    const path = program === 'node' ? process.execPath : join('node_modules', '.bin', program)
    const child = spawn(path, args, { stdio: 'inherit', env: { ...process.env, ...env } })
    const [code] = await once(child, 'exit')
    if (code === 0) continue
    console.error(`\n${title}: failed.`)
    return false
  }
  return true
}
