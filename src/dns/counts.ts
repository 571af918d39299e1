/** Replies by the lower four bits of their rcode, and then what got no reply. BADVERS counts as NOERROR. */
export const RCODE_COUNTS = 16
export const SILENCE_COUNT = 16

/** Counters that a thread writes and the main thread reads; they wrap at 2^31. */
export function newCounts(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer((RCODE_COUNTS + 1) * 4))
}
