import type { Reader, Tx } from '../db/db.ts'
import type { E164 } from '../numbers/e164.ts'
import type { FeeLine, FeeVerdict, InvoiceSummary, KeptFeeLine, UnbilledPort } from './fees.ts'
import { PORTING_STATES, stateOfCode } from './port-in.machine.ts'

/** One import at a time: what was charged before is looked up and written as one. */
export async function lockFees(tx: Tx): Promise<void> {
  await tx.sql(
    `insert into counter as c (name, value) values ('fees', 0) on conflict (name) do update set value = c.value`,
  )
}

/** Keeps an invoice. @returns its currency, as it was first said */
export async function keepInvoice(
  tx: Tx,
  { id, currency, at, by }: { id: string; currency: string; at: Temporal.Instant; by: string },
): Promise<string> {
  const [row] = await tx.sql<{ currency: string }>(
    `insert into fee_invoice as i (id, currency, imported_at, imported_by) values ($1, $2, $3, $4)
     on conflict (id) do update set currency = i.currency returning currency`,
    [id, currency, at, by],
  )
  return row?.currency ?? currency
}

type LineRow = Omit<KeptFeeLine, 'amountMicros'> & { readonly amountMicros: number }

const LINE = `f.invoice_id as invoice, f.line, f.msgidentifier, f.number, f.kind, f.at, f.amount_micros as "amountMicros",
  f.verdict, f.reason, p.msgidentifier as port`
const lineOf = (row: LineRow): KeptFeeLine => ({ ...row, amountMicros: BigInt(row.amountMicros) })

/** Lines of an invoice that are kept already. */
export async function findLines(tx: Reader, invoice: string, lines: readonly number[]): Promise<KeptFeeLine[]> {
  const rows = await tx.sql<LineRow>(
    `select ${LINE} from fee_line f left join port p on p.id = f.port_id where f.invoice_id = $1 and f.line = any($2::integer[])`,
    [invoice, lines],
  )
  return rows.map(lineOf)
}

export type MatchablePort = {
  readonly id: string
  readonly msgidentifier: string
  readonly first: E164
  readonly last: E164
}

export async function findNamedPorts(tx: Reader, msgidentifiers: readonly string[]): Promise<MatchablePort[]> {
  return tx.sql<MatchablePort>(
    'select id, msgidentifier, first_number as first, last_number as last from port where msgidentifier = any($1::text[])',
    [msgidentifiers],
  )
}

export type NumberAt = { readonly number: E164; readonly from: Temporal.Instant; readonly to: Temporal.Instant }

/** Ports that had a number within a time, for each question by its place. */
export async function findPortsAt(
  tx: Reader,
  asked: readonly NumberAt[],
): Promise<(MatchablePort & { readonly place: number })[]> {
  return tx.sql(
    `select q.place, p.id, p.msgidentifier, p.first_number as first, p.last_number as last
       from unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) with ordinality as q (number, since, until, place)
       join lateral (
         select id from port where first_number = q.number
         union
         select id from port where first_number < last_number and first_number <= q.number and last_number >= q.number
            and length(first_number) = length(q.number)) c on true
       join port p on p.id = c.id and p.created_at < q.until and (p.ended_at is null or p.ended_at >= q.since)
      order by q.place, p.created_at`,
    [asked.map(({ number }) => number), asked.map(({ from }) => from), asked.map(({ to }) => to)],
  )
}

/** What has been charged for these ports on other lines, as `port kind number`. */
export async function findCharged(
  tx: Reader,
  portIds: readonly string[],
): Promise<(KeptFeeLine & { portId: string })[]> {
  const rows = await tx.sql<LineRow & { portId: string }>(
    `select ${LINE}, f.port_id as "portId" from fee_line f left join port p on p.id = f.port_id
      where f.port_id = any($1::uuid[]) and f.amount_micros > 0`,
    [portIds],
  )
  return rows.map((row) => ({ ...lineOf(row), portId: row.portId }))
}

export type JudgedLine = FeeLine & {
  readonly verdict: FeeVerdict
  readonly reason: string | null
  readonly portId: string | null
}

/** Writes lines; one that is there keeps its content and gets its newest verdict. */
export async function saveLines(tx: Tx, invoice: string, lines: readonly JudgedLine[]): Promise<void> {
  if (lines.length === 0) return
  const column = <T>(of: (line: JudgedLine) => T) => lines.map(of)
  await tx.sql(
    `insert into fee_line (invoice_id, line, msgidentifier, number, kind, at, amount_micros, verdict, reason, port_id)
     select $1, line, msgidentifier, number, kind, at, amount, verdict, reason, port_id
       from unnest($2::integer[], $3::text[], $4::text[], $5::text[], $6::date[], $7::bigint[], $8::text[], $9::text[], $10::uuid[])
            as l (line, msgidentifier, number, kind, at, amount, verdict, reason, port_id)
     on conflict (invoice_id, line) do update set verdict = excluded.verdict, reason = excluded.reason, port_id = excluded.port_id`,
    [
      invoice,
      column(({ line }) => line),
      column(({ msgidentifier }) => msgidentifier),
      column(({ number }) => number),
      column(({ kind }) => kind),
      column(({ at }) => at?.toString() ?? null),
      column(({ amountMicros }) => amountMicros.toString()),
      column(({ verdict }) => verdict),
      column(({ reason }) => reason),
      column(({ portId }) => portId),
    ],
  )
}

/** A page of invoices, the newest import first. */
export async function findInvoices(
  reader: Reader,
  { before, limit }: { before?: { at: Temporal.Instant; id: string } | undefined; limit: number },
): Promise<InvoiceSummary[]> {
  const rows = await reader.sql<Omit<InvoiceSummary, 'totalMicros'> & { totalMicros: string | null }>(
    `select i.id, i.currency, i.imported_at as "importedAt", i.imported_by as "importedBy", count(f.line) as lines,
            count(f.line) filter (where f.verdict = 'matched') as matched,
            count(f.line) filter (where f.verdict = 'unmatched') as unmatched,
            count(f.line) filter (where f.verdict = 'charged_twice') as "chargedTwice", sum(f.amount_micros)::text as "totalMicros"
       from (select id, currency, imported_at, imported_by from fee_invoice
              where $1::timestamptz is null or (imported_at, id) < ($1, $2)
              order by imported_at desc, id desc limit $3) i
       left join fee_line f on f.invoice_id = i.id
      group by i.id, i.currency, i.imported_at, i.imported_by order by i.imported_at desc, i.id desc`,
    [before?.at ?? null, before?.id ?? null, limit],
  )
  return rows.map((row) => ({ ...row, totalMicros: BigInt(row.totalMicros ?? '0') }))
}

/** A page of lines, by invoice and line. */
export async function searchLines(
  reader: Reader,
  search: {
    invoice?: string | undefined
    verdict?: FeeVerdict | undefined
    after?: { invoice: string; line: number } | undefined
    limit: number
  },
): Promise<(KeptFeeLine & { readonly currency: string })[]> {
  const rows = await reader.sql<LineRow & { currency: string }>(
    `select ${LINE}, i.currency from fee_line f join fee_invoice i on i.id = f.invoice_id left join port p on p.id = f.port_id
      where ($1::text is null or f.invoice_id = $1) and ($2::text is null or f.verdict = $2)
        and ($3::text is null or (f.invoice_id, f.line) > ($3, $4::integer))
      order by f.invoice_id, f.line limit $5`,
    [
      search.invoice ?? null,
      search.verdict ?? null,
      search.after?.invoice ?? null,
      search.after?.line ?? null,
      search.limit,
    ],
  )
  return rows.map((row) => ({ ...lineOf(row), currency: row.currency }))
}

/** Ports that were ported in a period and are on no invoice, the oldest first. */
export async function findUnbilled(
  reader: Reader,
  search: {
    from: Temporal.Instant
    to: Temporal.Instant
    after?: { at: Temporal.Instant; msgidentifier: string } | undefined
    limit: number
  },
): Promise<UnbilledPort[]> {
  const rows = await reader.sql<Omit<UnbilledPort, 'state'> & { state: number }>(
    `select p.msgidentifier, p.direction, p.state, p.counterparty, p.first_number as first, p.last_number as last, e.at as "portedAt"
       from port_event e join port p on p.id = e.port_id
      where e.to_state = ${PORTING_STATES.Number_Ported} and e.at >= $1 and e.at < $2
        and not exists (select 1 from fee_line f where f.port_id = p.id)
        and ($3::timestamptz is null or (e.at, p.msgidentifier) > ($3, $4))
      order by e.at, p.msgidentifier limit $5`,
    [search.from, search.to, search.after?.at ?? null, search.after?.msgidentifier ?? null, search.limit],
  )
  return rows.flatMap((row) => {
    const state = stateOfCode(row.state)
    return state ? [{ ...row, state }] : []
  })
}
