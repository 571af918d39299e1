import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry } from './world.ts'

export type Journal = {
  /** Everything that was written before, oldest first. */
  readonly past: readonly Entry[]
  /** Writes a list of entries as one line: after a crash it is there whole or not at all. */
  append(entries: readonly Entry[]): void
}

/**
 * The memory of the clearinghouse: a file of JSON lines, only ever appended to. What is handed to the kernel outlives
 * `kill -9`; it is not synced, so a power cut may cost the last lines.
 *
 * @param folder - undefined: nothing is kept
 */
export function openJournal(folder: string | undefined): Journal {
  if (folder === undefined) return { past: [], append: () => {} }
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'pxs-journal.jsonl')
  return {
    past: existsSync(file) ? readBack(file) : [],
    append: (entries) => appendFileSync(file, `${JSON.stringify(entries)}\n`),
  }
}

function readBack(file: string): Entry[] {
  const bytes = readFileSync(file)
  // A last line without its end was being written when the process died: nobody was told of it.
  const whole = bytes.lastIndexOf('\n') + 1
  if (whole < bytes.length) truncateSync(file, whole)
  const lines = bytes.subarray(0, whole).toString().split('\n').slice(0, -1)
  return lines.flatMap((line) => JSON.parse(line) as Entry[]) // written by `append` alone
}
