import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const FILES = ['src/**/*.test.ts', 'test/**/*.test.ts', 'sim/**/*.test.ts', 'web/src/**/*.test.ts']
/** The modules of a test that no other test of its process notices. */
const HARMLESS_MODULE = /^(?:node:(?:assert\/strict|buffer|crypto|fs|path|test|url)|fast-check|dns-packet|typebox|\.)/
/** What reaches beyond a test: a hook of its file, files that it writes, the surroundings, the clock, what `test/support` starts. */
const REACHES_OUT =
  /\b(?:before|after|beforeEach|afterEach|import)\(|\b(?:process|performance|mock)\.|mkdtemp|write|listen|support\//i

/** Portolan's own test files, from the project's folder on; packages under `test/` bring tests of their own. */
export function testFiles(): string[] {
  return globSync(FILES, { cwd: ROOT, exclude: ['**/node_modules'] }).sort()
}

/** Whether a test file only computes, so that its tests may share a process with others: the start of one costs more than they do. */
export function isPure(file: string): boolean {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const modules = [...text.matchAll(/ from '([^']+)'/g)].map(([, name = '']) => name)
  return modules.every((name) => HARMLESS_MODULE.test(name)) && !REACHES_OUT.test(text)
}
