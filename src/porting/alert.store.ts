import { randomUUIDv7 } from 'node:crypto'
import type { Reader, Tx } from '../db/db.ts'
import type { Alert, AlertSearch } from './alerts.ts'
import type { Finding, MonitorName } from './monitors.ts'

const COLUMNS = `id, monitor, subject, severity, what, said, msgidentifier, message_id as "messageId", since,
  opened_at as "openedAt", seen_at as "seenAt", closed_at as "closedAt", acknowledged_at as "acknowledgedAt",
  acknowledged_by as "acknowledgedBy", note`

/** Takes the turn of a monitor. @returns false when somebody has looked within `everySeconds` */
export async function claimLook(
  reader: Reader,
  name: MonitorName,
  { now, everySeconds }: { readonly now: Temporal.Instant; readonly everySeconds: number },
): Promise<boolean> {
  const rows = await reader.sql(
    `insert into monitor as m (name, looked_at) values ($1, $2)
     on conflict (name) do update set looked_at = $2 where m.looked_at <= $3 returning name`,
    [name, now, now.subtract({ seconds: everySeconds })],
  )
  return rows.length === 1
}

/** Writes why a look failed, or that it did not. */
export async function noteLook(reader: Reader, name: MonitorName, problem: string | null): Promise<void> {
  await reader.sql('update monitor set problem = $2 where name = $1 and problem is distinct from $2', [name, problem])
}

/**
 * Makes the open alerts of a monitor what it has found: new ones are opened, those that last are brought up to date, and the
 * others are over. One that grows critical is no longer acknowledged.
 */
export async function saveFindings(
  tx: Tx,
  monitor: MonitorName,
  findings: readonly Finding[],
  at: Temporal.Instant,
): Promise<void> {
  const column = <T>(of: (finding: Finding) => T) => findings.map(of)
  await tx.sql(
    'update alert set closed_at = $2 where monitor = $1 and closed_at is null and subject <> all($3::text[])',
    [monitor, at, column(({ subject }) => subject)],
  )
  if (findings.length === 0) return
  await tx.sql(
    `insert into alert as a (id, monitor, subject, severity, what, said, msgidentifier, message_id, since, opened_at, seen_at)
     select id, $1, subject, severity, what, said, msgidentifier, message_id, since, $2, $2
       from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::uuid[], $10::timestamptz[])
            as f (id, subject, severity, what, said, msgidentifier, message_id, since)
     on conflict (monitor, subject) where closed_at is null do update
       set severity = excluded.severity, what = excluded.what, said = excluded.said, since = excluded.since, seen_at = $2,
           acknowledged_at = case when a.severity = 'warning' and excluded.severity = 'critical' then null else a.acknowledged_at end,
           acknowledged_by = case when a.severity = 'warning' and excluded.severity = 'critical' then null else a.acknowledged_by end`,
    [
      monitor,
      at,
      column(() => randomUUIDv7()),
      column(({ subject }) => subject),
      column(({ severity }) => severity),
      column(({ what }) => what),
      column(({ said }) => said?.slice(0, 1000) ?? null),
      column(({ msgidentifier }) => msgidentifier ?? null),
      column(({ messageId }) => messageId ?? null),
      column(({ since }) => since),
    ],
  )
}

export async function lockOpenAlerts(tx: Tx, monitor: MonitorName): Promise<void> {
  await tx.sql('select id from alert where monitor = $1 and closed_at is null order by id for update', [monitor])
}

/** What alerts of a monitor were about that somebody has acknowledged, and so ended, since a moment. */
export async function findSettledSince(
  reader: Reader,
  monitor: MonitorName,
  since: Temporal.Instant,
): Promise<Set<string>> {
  const rows = await reader.sql<{ subject: string }>(
    'select subject from alert where monitor = $1 and closed_at >= $2 and acknowledged_at >= $2',
    [monitor, since],
  )
  return new Set(rows.map(({ subject }) => subject))
}

/** A page of alerts, the newest first. */
export async function findAlerts(reader: Reader, search: AlertSearch): Promise<Alert[]> {
  return reader.sql<Alert>(
    `select ${COLUMNS} from alert
     where (closed_at is null) = $1 and ($2::text is null or monitor = $2) and ($3::text is null or severity = $3)
       and ($4::boolean is null or (acknowledged_at is not null) = $4) and ($5::text is null or msgidentifier = $5)
       and ($6::uuid is null or id < $6)
     order by id desc limit $7`,
    [
      search.state === 'open',
      search.monitor ?? null,
      search.severity ?? null,
      search.isAcknowledged ?? null,
      search.msgidentifier ?? null,
      search.before ?? null,
      search.limit,
    ],
  )
}

export async function findAlert(reader: Reader, id: string): Promise<Alert | undefined> {
  const [alert] = await reader.sql<Alert>(`select ${COLUMNS} from alert where id = $1`, [id])
  return alert
}

export async function lockAlert(tx: Tx, id: string): Promise<Alert | undefined> {
  const [alert] = await tx.sql<Alert>(`select ${COLUMNS} from alert where id = $1 for update`, [id])
  return alert
}

export async function saveAcknowledgement(
  tx: Tx,
  id: string,
  {
    at,
    by,
    note,
    closedAt,
  }: { at: Temporal.Instant; by: string; note: string | null; closedAt: Temporal.Instant | null },
): Promise<void> {
  await tx.sql(
    'update alert set acknowledged_at = $2, acknowledged_by = $3, note = $4, closed_at = coalesce(closed_at, $5) where id = $1',
    [id, at, by, note, closedAt],
  )
}

export type MonitorState = {
  readonly name: MonitorName
  readonly lookedAt: Temporal.Instant
  readonly problem: string | null
}

export async function findMonitors(reader: Reader): Promise<MonitorState[]> {
  return reader.sql<MonitorState>('select name, looked_at as "lookedAt", problem from monitor')
}

export type AlertCount = {
  readonly monitor: MonitorName
  readonly severity: Alert['severity']
  readonly isAcknowledged: boolean
  readonly count: number
}

/** How many alerts are open. */
export async function countAlerts(reader: Reader): Promise<AlertCount[]> {
  return reader.sql<AlertCount>(
    `select monitor, severity, acknowledged_at is not null as "isAcknowledged", count(*) as count
       from alert where closed_at is null group by 1, 2, 3`,
  )
}
