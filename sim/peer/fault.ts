/** How a stand-in misbehaves, as `POST /sim/fault` sets it. */
export type Fault = {
  readonly kind: 'none' | 'down' | 'slow' | 'refuse' | 'overload' | 'garbage'
  /** Every call takes so much longer. */
  readonly milliseconds: number
  /** What `refuse` says, and to which method; empty: to every one. */
  readonly error: string
  readonly method: string
  /** Calls at once that `overload` still takes. */
  readonly limit: number
}

const KINDS = ['none', 'down', 'slow', 'refuse', 'overload', 'garbage'] as const

export const NO_FAULT: Fault = { kind: 'none', milliseconds: 0, error: '', method: '', limit: 0 }

export function faultOf(given: Readonly<Record<string, unknown>>): Fault {
  const text = (value: unknown, fallback: string) => (typeof value === 'string' ? value : fallback)
  return {
    kind: KINDS.find((kind) => kind === given.kind) ?? 'none',
    milliseconds: Number(given.milliseconds ?? 0),
    error: text(given.error, 'SERVER_ERROR: refused by the stand-in'),
    method: text(given.method, ''),
    limit: Number(given.limit ?? 1),
  }
}
