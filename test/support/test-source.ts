import { arrowsOf, type Source } from './source.ts'

/** The parts of a file that start in the first column: an import, a function, a table, a test. */
function topLevelParts(code: string): string[] {
  return code.split(/\n(?=[^\s)}\]])/)
}

function importedFrom(code: string, from: RegExp): string[] {
  return [...code.matchAll(/import\s+(?:(\w+)\s*,?\s*)?(?:\{([^}]*)\})?\s*from\s+'([^']+)'/g)]
    .filter(([, , , module = '']) => from.test(module))
    .flatMap(([, whole, names]) => [
      ...(whole ? [whole] : []),
      ...(names ?? '').split(',').map((name) => name.trim().replace(/^.*\sas\s+/, '')),
    ])
    .filter((name) => name !== '' && !name.startsWith('type '))
}

const nameOf = (part: string) => /^(?:export )?(?:async )?(?:function\*?|const)\s+(\w+)/.exec(part)?.[1]

const callsOneOf = (part: string, names: Iterable<string>) =>
  [...names].some((name) => new RegExp(`\\b${name}(?:\\.\\w+)*\\(`).test(part))

/**
 * The names by which a file can assert: the assert module itself, every function that comes down to it, and what test
 * support throws by, as `until` does after its deadline.
 */
function assertingNames({ path, code }: Source, all: readonly Source[], seen: ReadonlySet<string>): Set<string> {
  const names = new Set(importedFrom(code, /^node:assert/))
  if (/\bfrom 'fast-check'/.test(code)) names.add('fc.assert')
  const support = arrowsOf({ path, text: code, code }).filter(({ to }) => /(^|\/)test\//.test(to) && !seen.has(to))
  for (const { to } of support) {
    const source = all.find((candidate) => candidate.path === to)
    if (source) for (const name of assertingNames(source, all, new Set([...seen, path]))) names.add(name)
  }
  const parts = topLevelParts(code)
  const isSupport = path.startsWith('test/support/')
  for (let before = -1; before !== names.size; ) {
    before = names.size
    for (const part of parts) {
      const name = nameOf(part)
      if (name && (callsOneOf(part, names) || (isSupport && part.includes('throw new ')))) names.add(name)
    }
  }
  return names
}

/** @returns `path:line` of each test in which nothing is asserted, neither there nor in a function that it calls */
export function testsWithoutAssert(source: Source, all: readonly Source[]): string[] {
  const names = assertingNames(source, all, new Set())
  const starts = [...source.code.matchAll(/^[ \t]*(?:await )?(?:test|it|t\.test)\(/gm)].map(({ index }) => index)
  return starts.flatMap((start, position) => {
    const body = source.code.slice(start, starts[position + 1])
    const line = source.code.slice(0, start).split('\n').length
    return callsOneOf(body, names) ? [] : [`${source.path}:${line}`]
  })
}

const WAIT = /\bsleep\(|\bawait\s+(?:setTimeout|delay|pause|wait)\(\s*[\d_]+|=>\s*(?:void\s+)?setTimeout\(/
const LINES_OF_A_LOOP = 8

/** @returns `path:line` of each wait for a time that stands in no loop, and so waits for no condition */
export function waitsWithoutCondition({ path, code }: Source): string[] {
  const lines = code.split('\n')
  return lines.flatMap((line, index) => {
    const before = lines.slice(Math.max(0, index - LINES_OF_A_LOOP), index + 1)
    const isInLoop = before.some((text) => /\b(?:while|for)\b/.test(text))
    return WAIT.test(line) && !isInLoop ? [`${path}:${index + 1}`] : []
  })
}
