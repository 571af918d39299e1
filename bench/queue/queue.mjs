export const QUEUE = 'send'
export const LEASE_SECONDS = 5

/** Claims due outbound rows as the product does: by a lease in the row. */
export async function claimOwn(db) {
  const { rows } = await db.query(
    `update outbound set locked_until = now() + make_interval(secs => $1), attempts = attempts + 1
      where message_id in (
        select message_id from outbound
         where state = 'queued' and next_attempt_at <= now() and (locked_until is null or locked_until <= now())
         order by next_attempt_at limit 16 for update skip locked)
      returning message_id`,
    [LEASE_SECONDS],
  )
  return rows
}
