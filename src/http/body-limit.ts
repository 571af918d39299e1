/** The largest body of a request. A create has less than one kB, ten thousand numbers in bulk about a hundred. */
export const BODY_LIMIT_BYTES = 256 * 1024
