import { setTimeout as wait } from 'node:timers/promises'

/**
 * Waits until `look` finds something (anything but undefined and false), and fails after `seconds`: by default after many times what
 * anything takes here, since the machine may be busy with much else.
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  seconds = 120,
): Promise<T> {
  const since = performance.now()
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() - since > seconds * 1000) throw new Error(`after ${seconds} seconds still not: ${what}`)
    await wait(20)
  }
}
