/**
 * Lets calls that come at the same time share one piece of work: while a batch is under way, the next ones gather. `work` gives
 * one result an item, in order; when it throws, every call of that batch gets the error.
 *
 * @param limit - the most items one batch takes
 */
export function combine<Item, Result>(
  work: (items: readonly Item[]) => Promise<readonly Result[]>,
  limit: number,
): (item: Item) => Promise<Result> {
  type Waiting = {
    readonly item: Item
    readonly resolve: (result: Result) => void
    readonly reject: (error: unknown) => void
  }
  const waiting: Waiting[] = []
  let isBusy = false

  const drain = async () => {
    isBusy = true
    while (waiting.length > 0) await settle(waiting.splice(0, limit))
    isBusy = false
  }
  const settle = async (batch: readonly Waiting[]) => {
    try {
      const results = await work(batch.map(({ item }) => item))
      for (const [index, { resolve, reject }] of batch.entries()) {
        if (index < results.length)
          resolve(results[index] as Result) // the bound was just checked
        else reject(new Error('a batch gave fewer results than items'))
      }
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (!isBusy) void drain()
    })
}
