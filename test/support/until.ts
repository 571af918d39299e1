import { setTimeout as pause } from 'node:timers/promises'

const DEADLINE_SECONDS = 10
const LOOK_EVERY_MILLIS = 5

/** Waits until `look` gives something other than undefined or false, and gives it; after the deadline it says what was awaited. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  deadlineSeconds = DEADLINE_SECONDS,
): Promise<T> {
  const end = performance.now() + deadlineSeconds * 1000
  while (performance.now() < end) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
    await pause(LOOK_EVERY_MILLIS)
  }
  throw new Error(`waited ${deadlineSeconds} s in vain for: ${what}`)
}
