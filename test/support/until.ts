import { setTimeout as wait } from 'node:timers/promises'

/** How long a port may take into a state: seconds on a machine that does nothing else. */
export const REACH_SECONDS = 90

/** Waits until `look` finds something (anything but undefined and false), and fails after `seconds`. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  seconds = 60,
): Promise<T> {
  const since = performance.now()
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() - since > seconds * 1000) throw new Error(`after ${seconds} seconds still not: ${what}`)
    await wait(20)
  }
}
