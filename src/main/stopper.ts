/** What is cut off after it is done again by the next start: nothing is acknowledged before its commit, and all work has leases. */
const PATIENCE_SECONDS = 30
/** Whoever starts us may hand a signal on that the terminal has sent us too. */
const ECHO_SECONDS = 2

export type Stopping = {
  readonly close: () => Promise<void>
  readonly say: (line: string) => void
  /** Ends the process. */
  readonly exit: (code: number) => void
  readonly patienceSeconds?: number
  readonly echoSeconds?: number
}

/**
 * What a signal to end does: it finishes what is under way, but not for ever, and not after a second signal of somebody who has no
 * patience.
 */
export function stopper({
  close,
  say,
  exit,
  patienceSeconds = PATIENCE_SECONDS,
  echoSeconds = ECHO_SECONDS,
}: Stopping): (signal: string) => void {
  let since: number | undefined
  return (signal) => {
    if (since !== undefined) {
      if (performance.now() - since < echoSeconds * 1000) return
      say(`${signal} again: what is under way is cut off, and the next start goes on with it`)
      exit(1)
      return
    }
    since = performance.now()
    say(`\n${signal}: finishing what is under way`)
    const clock = setTimeout(() => {
      say(`not finished after ${patienceSeconds} s: what is under way is cut off, and the next start goes on with it`)
      exit(1)
    }, patienceSeconds * 1000)
    close().then(
      () => {
        clearTimeout(clock)
        exit(0)
      },
      (error: unknown) => {
        clearTimeout(clock)
        say(`not all could be closed: ${error instanceof Error ? error.message : error}`)
        exit(1)
      },
    )
  }
}
