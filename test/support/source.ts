import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

/** A file of ours as the house test reads it: `code` is the text without its comments, line numbers kept. */
export type Source = { readonly path: string; readonly text: string; readonly code: string }

/** One import: `to` is a path from the root of the repository, or the bare name of a package. */
export type Arrow = { readonly from: string; readonly to: string }

const STRING_OR_COMMENT = /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g

/** Takes the comments out, so that a ban can be explained in one without breaking itself. */
export function withoutComments(text: string): string {
  return text.replace(STRING_OR_COMMENT, (found, string?: string) => string ?? found.replace(/[^\n]/g, ''))
}

/** Every file that matches, generated ones left out: nobody reads those, and their source is tested instead. */
export function sources(...patterns: string[]): Source[] {
  return globSync(patterns, { exclude: ['**/node_modules/**', '**/*.generated.ts', '**/*.gen.ts', '**/dist/**'] })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => {
      const text = readFileSync(path, 'utf8')
      return { path, text, code: withoutComments(text) }
    })
}

/** The imports of a file, static and dynamic, values and types alike: a type is knowledge too. */
export function arrowsOf({ path, code }: Source): Arrow[] {
  return [...code.matchAll(/\b(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, to = '']) => ({
    from: path,
    to: to.startsWith('.') ? posix.join(posix.dirname(path), to) : to,
  }))
}

/** Where a pattern is found, as `path:line`. */
export function placesOf({ path, code }: Source, pattern: RegExp): string[] {
  return [...code.matchAll(new RegExp(pattern, `${pattern.flags.replace('g', '')}g`))].map(
    ({ index }) => `${path}:${code.slice(0, index).split('\n').length}`,
  )
}
