import { globSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const FILES = ['src/**/*.test.ts', 'test/**/*.test.ts', 'sim/**/*.test.ts', 'web/src/**/*.test.ts']

/** Portolan's own test files, from the project's folder on; packages under `test/` bring tests of their own. */
export function testFiles(): string[] {
  return globSync(FILES, { cwd: ROOT, exclude: ['**/node_modules'] }).sort()
}
