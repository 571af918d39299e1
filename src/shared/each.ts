/** After so many failures it may not be the items: somebody looks. */
const MOST_FAILURES = 10

/**
 * Works on each item in turn; one that fails keeps none of the others back, however many fail. The first failure is thrown at the
 * end, with how many there were.
 *
 * @param isWell - asked after every tenth failure whether what all items need is there; when it is not, the rest is left
 * @returns how many items there were
 */
export async function eachOnItsOwn<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
  isWell: () => Promise<boolean> = async () => true,
): Promise<number> {
  const failures: unknown[] = []
  for (const item of items) {
    try {
      await work(item)
    } catch (error) {
      failures.push(error) // thrown below, after the others
      if (failures.length % MOST_FAILURES === 0 && !(await isWell())) break
    }
  }
  if (failures.length > 0) {
    throw new Error(`${failures.length} of ${items.length} failed`, { cause: failures[0] })
  }
  return items.length
}
