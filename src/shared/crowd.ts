/**
 * Counts what each of many holds, so that none can hold all.
 *
 * @param most - how many one may hold at once
 * @returns lets one more in, and gives what is called when it has gone; undefined when that would be too many
 */
export function crowd(most: number): (who: string) => (() => void) | undefined {
  const counts = new Map<string, number>()
  return (who) => {
    const count = (counts.get(who) ?? 0) + 1
    if (count > most) return undefined
    counts.set(who, count)
    return () => {
      const left = (counts.get(who) ?? 1) - 1
      if (left === 0) counts.delete(who)
      else counts.set(who, left)
    }
  }
}
