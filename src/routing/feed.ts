import type { Db } from '../db/db.ts'
import type { E164 } from '../numbers/e164.ts'
import { findChangesAfter, findGeneration, findRoutesAfter } from './route.store.ts'
import type { Route, RouteFeed } from './route.ts'

/** Rows a page of the snapshot holds: large enough that round trips do not count, small enough for memory. */
const SNAPSHOT_PAGE = 50_000

/**
 * The routes as the DNS follows them. The generation is read before the first page, and changes above it are applied
 * again afterwards in order, so pages that are already newer do no harm.
 */
export function routeFeed(db: Db): RouteFeed {
  return {
    snapshot: async () => ({ generation: await findGeneration(db), batches: pages(db) }),
    changesAfter: (after, limit) => findChangesAfter(db, after, limit),
    onChange: (hear) => db.listen('route', hear),
  }
}

async function* pages(db: Db): AsyncGenerator<{ number: E164; route: Route }[]> {
  let after = ''
  while (true) {
    const page = await findRoutesAfter(db, after, SNAPSHOT_PAGE)
    const last = page.at(-1)
    if (!last) return
    yield page
    after = last.number
  }
}
