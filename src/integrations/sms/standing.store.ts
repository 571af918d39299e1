import type { Reader } from '../../db/db.ts'
import type { SmsStanding } from './providers.ts'

/** How long after a question to a provider the next may follow, in seconds. */
export type Pauses = { readonly afterYes: number; readonly afterElse: number }

/** Takes the turn to ask a provider. @returns false when somebody has asked within the pause */
export async function claimQuestion(
  reader: Reader,
  name: string,
  { now, afterYes, afterElse }: Pauses & { readonly now: Temporal.Instant },
): Promise<boolean> {
  const rows = await reader.sql(
    `insert into sms_provider as p (name, asked_at) values ($1, $2)
     on conflict (name) do update set asked_at = $2
       where p.asked_at <= case when p.said is null then $3::timestamptz else $4::timestamptz end
     returning name`,
    [name, now, now.subtract({ seconds: afterYes }), now.subtract({ seconds: afterElse })],
  )
  return rows.length === 1
}

/** Writes what a provider said. A refusal stands, in its own words, until the provider accepts us. */
export async function saveStanding(
  reader: Reader,
  name: string,
  standing: SmsStanding,
  at: Temporal.Instant,
): Promise<void> {
  const said = standing.kind === 'accepted' ? null : standing.said
  await reader.sql(
    `update sms_provider set said = case when $2 = 'unknown' and refused_since is not null then said else $3 end,
        refused_since = case $2 when 'accepted' then null when 'refused' then coalesce(refused_since, $4::timestamptz) else refused_since end
      where name = $1`,
    [name, standing.kind, said, at],
  )
}

export type Refused = { readonly name: string; readonly said: string; readonly since: Temporal.Instant }

/** Those of the providers that did not accept our credentials when they were asked last. */
export async function findRefused(reader: Reader, names: readonly string[]): Promise<Refused[]> {
  return reader.sql<Refused>(
    `select name, coalesce(said, '') as said, refused_since as since from sms_provider
      where refused_since is not null and name = any($1::text[]) order by name`,
    [names],
  )
}
