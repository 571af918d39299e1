import { isDoneWithin } from './within.ts'

/** How long `pass` waits by default. What takes longer goes on beside the next pass, so that it keeps nobody waiting. */
const PATIENCE_MS = 250

/** Work for several peers in one process: a turn each at a time, so that a peer that is slow or silent holds up its own work only. */
export type Turns<Key> = {
  /** Whose turn has not ended. */
  underWay(): Key[]
  /** @param work - how much it did */
  begin(key: Key, work: () => Promise<number>): void
  /**
   * Waits until every turn has ended, or for a moment.
   *
   * @returns how much was done since the last pass, and how many turns go on: 0 when there was nothing to do
   * @throws Error the first failure of a turn since the last pass
   */
  pass(): Promise<number>
  /** Lets the turns that are under way end. */
  end(): Promise<void>
}

export function turns<Key>(what: string, patienceMs = PATIENCE_MS): Turns<Key> {
  const underWay = new Map<Key, Promise<void>>()
  const failures: unknown[] = []
  let done = 0
  const all = async (): Promise<void> => {
    await Promise.all(underWay.values())
  }
  return {
    underWay: () => [...underWay.keys()],
    begin(key, work) {
      const count = (more: number): void => {
        done += more
      }
      const turn = work()
        .then(count, (error: unknown) => {
          failures.push(error) // the next pass tells it
        })
        .finally(() => underWay.delete(key))
      underWay.set(key, turn)
    },
    async pass() {
      await isDoneWithin(patienceMs, all())
      const [failure] = failures.splice(0)
      if (failure !== undefined) throw new Error(what, { cause: failure })
      const sum = done + underWay.size
      done = 0
      return sum
    },
    end: all,
  }
}
