import type { Reader, Tx } from '../db/db.ts'
import { announce, lockRoutes, nextGeneration } from './route.store.ts'

/** What a zone is made of besides the routes, by a fingerprint. */
export type ZoneSettings = { readonly apex: string; readonly fingerprint: string }
/** Since which generation it is. */
export type HeldSettings = ZoneSettings & { readonly since: number }

/**
 * Makes these the settings of their zones. Those that are new take one generation together, in which no route changes: whoever
 * follows the routes comes by it in order.
 *
 * @returns the settings of every zone
 */
export async function recordZoneSettings(
  tx: Tx,
  wanted: readonly ZoneSettings[],
  at: Temporal.Instant,
): Promise<HeldSettings[]> {
  await lockRoutes(tx)
  const before = await findZoneSettings(tx)
  const isHeld = ({ apex, fingerprint }: ZoneSettings): boolean =>
    before.some((held) => held.apex === apex && held.fingerprint === fingerprint)
  const changed = wanted.filter((settings) => !isHeld(settings))
  if (changed.length === 0) return before
  const generation = await nextGeneration(tx)
  await tx.sql(
    `insert into zone_settings (generation, apex, fingerprint, at)
     select $1, apex, fingerprint, $4 from unnest($2::text[], $3::text[]) as changed (apex, fingerprint)`,
    [generation, changed.map(({ apex }) => apex), changed.map(({ fingerprint }) => fingerprint), at],
  )
  await announce(tx, generation)
  return findZoneSettings(tx)
}

export async function findZoneSettings(reader: Reader): Promise<HeldSettings[]> {
  return reader.sql<HeldSettings>(
    `select apex, fingerprint, generation as since from zone_settings z
      where generation = (select max(generation) from zone_settings of where of.apex = z.apex)`,
  )
}
