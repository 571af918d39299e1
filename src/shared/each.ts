/** When so many have failed it is not the items. */
const MOST_FAILURES = 10

/**
 * Works on each item in turn; one that fails keeps none of the others back, until so many fail that it cannot be theirs. The first
 * failure is thrown at the end, with how many there were.
 *
 * @returns how many items there were
 */
export async function eachOnItsOwn<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<number> {
  const failures: unknown[] = []
  for (const item of items) {
    try {
      await work(item)
    } catch (error) {
      failures.push(error) // thrown below, after the others
      if (failures.length === MOST_FAILURES) break
    }
  }
  if (failures.length > 0) {
    throw new Error(`${failures.length} of ${items.length} failed`, { cause: failures[0] })
  }
  return items.length
}
