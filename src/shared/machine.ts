/** One edge of a lifecycle: in `from`, on hearing `on`, go to `to` and do `actions`. */
export type Edge<State, Trigger, Action> = readonly [from: State, on: Trigger, to: State, actions: readonly Action[]]

export type Move<State, Action> = { readonly to: State; readonly actions: readonly Action[] }

export type Machine<State, Trigger, Action> = {
  readonly rows: readonly Edge<State, Trigger, Action>[]
  /** The move for a trigger in a state; undefined when the table has no such row. */
  next(from: State, on: Trigger): Move<State, Action> | undefined
  /** The triggers that a state takes, in the order of the table. */
  offers(from: State): Trigger[]
  /** Whether a path of edges leads from one state to another (a state reaches itself). */
  reaches(from: State, to: State): boolean
}

/**
 * Reads a transition table. A pair (from, on) listed twice is a mistake of the table and throws at start.
 */
export function machine<State extends string, Trigger extends string, Action extends string>(
  rows: readonly Edge<State, Trigger, Action>[],
): Machine<State, Trigger, Action> {
  const moves = new Map<string, Move<State, Action>>()
  for (const [from, on, to, actions] of rows) {
    const pair = `${from} ${on}`
    if (moves.has(pair)) throw new Error(`transition listed twice: ${pair}`)
    moves.set(pair, { to, actions })
  }
  const reachable = (from: State): Set<State> => {
    const seen = new Set([from])
    for (const state of seen) for (const [source, , to] of rows) if (source === state) seen.add(to)
    return seen
  }
  return {
    rows,
    next: (from, on) => moves.get(`${from} ${on}`),
    offers: (from) => rows.filter(([source]) => source === from).map(([, on]) => on),
    reaches: (from, to) => reachable(from).has(to),
  }
}
