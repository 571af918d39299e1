/** The time, handed in so that what depends on it can be tested. */
export type Clock = {
  /** Seconds since 1970. */
  nowSeconds(): number
  /** Milliseconds since whenever, never going back. */
  monotonicMs(): number
}

export const SYSTEM_CLOCK: Clock = {
  nowSeconds: () => Math.floor(Temporal.Now.instant().epochMilliseconds / 1000),
  monotonicMs: () => performance.now(),
}
