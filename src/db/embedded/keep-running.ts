import { setTimeout as wait } from 'node:timers/promises'
import type { Log } from '../../shared/log.ts'
import type { Server } from './server.ts'

const FIRST_WAIT_MILLIS = 200
const LONGEST_WAIT_MILLIS = 10_000
/** A server that ran this long did not end by how it was started, so the waits begin anew. */
const STEADY_SECONDS = 60

/**
 * Starts the server again, after longer and longer waits, whenever it ends without our wish: it was killed, or had no memory or
 * disk. To end the process with it would be simpler, but the DNS answers from memory meanwhile, and calls must not stop with
 * the database.
 */
export function keepRunning(first: Server, startAgain: () => Promise<Server>, log: Log): Pick<Server, 'stop'> {
  const stopping = new AbortController()
  let server = first
  let restart: Promise<void> | undefined
  let failures = 0
  watch(first)

  function watch(fresh: Server): void {
    server = fresh
    const since = performance.now()
    void fresh.ended.then(() => {
      if (stopping.signal.aborted) return
      if (performance.now() - since > STEADY_SECONDS * 1000) failures = 0
      restart = comeBack()
    })
  }

  async function comeBack(): Promise<void> {
    for (;;) {
      const millis = Math.min(FIRST_WAIT_MILLIS * 2 ** failures, LONGEST_WAIT_MILLIS)
      failures += 1
      await wait(millis, undefined, { signal: stopping.signal, ref: false }).catch(() => {}) // the stop ends the wait
      if (stopping.signal.aborted) return
      try {
        watch(await startAgain())
        log.warn({ failures }, 'the embedded database server runs again')
        return
      } catch (error) {
        log.error({ err: error, failures }, 'the embedded database server does not come back yet')
      }
    }
  }

  return {
    async stop() {
      stopping.abort()
      await restart
      await server.stop()
    },
  }
}
