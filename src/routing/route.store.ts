import type { Reader, Tx } from '../db/db.ts'
import type { E164 } from '../numbers/e164.ts'
import { meets } from '../numbers/meets.ts'
import { type NumberRange, walk } from '../numbers/range.ts'
import { cancelExpiries, saveBefores } from './expiry.store.ts'
import type { Route, RouteChange, SettingsChange } from './route.ts'

export type RouteWrite = {
  readonly range: NumberRange
  /** undefined: the route is taken away, the block answers again. */
  readonly route: Route | undefined
  readonly source: 'port' | 'push' | 'import'
  /** msgidentifier, or what was pushed or imported. */
  readonly cause: string
  readonly by: string
  readonly at: Temporal.Instant
  /** After it the numbers have again what they had before (expiry.ts); absent: it holds until the next change. */
  readonly expiresAt?: Temporal.Instant | undefined
}

/**
 * Sets or clears the routes of whole ranges in the caller's transaction, under one new generation, and wakes the DNS at commit.
 * @returns the generation
 */
export async function writeRoutes(tx: Tx, writes: readonly RouteWrite[]): Promise<number> {
  const generation = await nextGeneration(tx)
  let position = 0
  for (const write of writes) {
    position += 1
    await (write.expiresAt ? keepBefore(tx, write, write.expiresAt) : cancelExpiries(tx, write.range))
    await writeChange(tx, write, generation, position)
    await (write.route ? upsertRange(tx, write, write.route, generation) : deleteRange(tx, write.range))
  }
  await announce(tx, generation)
  return generation
}

/** Takes the next generation, and with it `lockRoutes`' lock: generations are taken in commit order. */
export async function nextGeneration(tx: Tx): Promise<number> {
  const [counter] = await tx.sql<{ value: number }>(
    `insert into counter as c (name, value) values ('route_generation', 1)
     on conflict (name) do update set value = c.value + 1 returning value`,
  )
  if (!counter) throw new Error('the route generation gave no value')
  return counter.value
}

/** Wakes whoever follows the routes, at commit. */
export async function announce(tx: Tx, generation: number): Promise<void> {
  await tx.sql("select pg_notify('route', $1)", [String(generation)])
}

async function keepBefore(tx: Tx, write: RouteWrite, expiresAt: Temporal.Instant): Promise<void> {
  const numbers = [...walk(write.range)]
  const records = await findRecordsOf(tx, numbers)
  const befores = numbers.map((number) => ({ number, before: records.get(number) }))
  await saveBefores(tx, befores, { ...write, expiresAt })
}

async function writeChange(tx: Tx, write: RouteWrite, generation: number, position: number): Promise<void> {
  await tx.sql(
    `insert into route_change (generation, position, first_number, last_number, operator, routing_number, number_type, source, cause, said_by, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      generation,
      position,
      write.range.first,
      write.range.last,
      write.route?.operator ?? null,
      write.route?.routingNumber ?? null,
      write.route?.numberType ?? null,
      write.source,
      write.cause,
      write.by,
      write.at,
    ],
  )
}

async function upsertRange(tx: Tx, write: RouteWrite, route: Route, generation: number): Promise<void> {
  await tx.sql(
    `insert into route (e164, operator, routing_number, number_type, source, cause, generation, valid_from)
     select '+' || n, $3, $4, $5, $6, $7, $8, $9 from generate_series($1::bigint, $2::bigint) as n
     on conflict (e164) do update set operator = excluded.operator, routing_number = excluded.routing_number,
       number_type = excluded.number_type, source = excluded.source, cause = excluded.cause,
       generation = excluded.generation, valid_from = excluded.valid_from`,
    [
      write.range.first.slice(1),
      write.range.last.slice(1),
      route.operator,
      route.routingNumber,
      route.numberType,
      write.source,
      write.cause,
      generation,
      write.at,
    ],
  )
}

async function deleteRange(tx: Tx, range: NumberRange): Promise<void> {
  await tx.sql('delete from route where e164 >= $1 and e164 <= $2 and length(e164) = length($1)', [
    range.first,
    range.last,
  ])
}

/**
 * Holds every other writer of routes off until the caller's transaction ends, so that what is read now is still true then.
 * @returns the newest generation
 */
export async function lockRoutes(tx: Tx): Promise<number> {
  const [counter] = await tx.sql<{ value: number }>(
    `insert into counter as c (name, value) values ('route_generation', 0)
     on conflict (name) do update set value = c.value returning value`,
  )
  if (!counter) throw new Error('the route generation gave no value')
  return counter.value
}

/** A route with where it came from. */
export type RouteRecord = {
  readonly route: Route
  readonly source: RouteWrite['source']
  /** msgidentifier of the port, or who pushed or imported it. */
  readonly cause: string
}

export async function findRoute(reader: Reader, number: E164): Promise<RouteRecord | undefined> {
  const [row] = await reader.sql<RouteRow & { source: RouteWrite['source']; cause: string }>(
    'select e164, operator, routing_number, number_type, source, cause from route where e164 = $1',
    [number],
  )
  return row && { route: routeOf(row), source: row.source, cause: row.cause }
}

/** The routes of the numbers that have one. */
export async function findRoutesOf(
  reader: Reader,
  numbers: readonly E164[],
): Promise<{ number: E164; route: Route }[]> {
  const rows = await reader.sql<RouteRow>(
    'select e164, operator, routing_number, number_type from route where e164 = any($1)',
    [numbers],
  )
  return rows.map((row) => ({ number: row.e164, route: routeOf(row) }))
}

/** What the numbers that have a route have. */
export async function findRecordsOf(reader: Reader, numbers: readonly E164[]): Promise<Map<E164, RouteRecord>> {
  const rows = await reader.sql<RouteRow & { source: RouteWrite['source']; cause: string }>(
    'select e164, operator, routing_number, number_type, source, cause from route where e164 = any($1::text[])',
    [numbers],
  )
  return new Map(rows.map((row) => [row.e164, { route: routeOf(row), source: row.source, cause: row.cause }]))
}

/** Whether a number's route was set or cleared after a generation. */
export async function isChangedAfter(reader: Reader, number: E164, generation: number): Promise<boolean> {
  const [row] = await reader.sql<{ is_changed: boolean }>(
    `select coalesce(bool_or(c.generation > $1), false) as is_changed
       from route_change c where ${meets('c', '$2::text', '$2::text')}`,
    [generation, number],
  )
  return row?.is_changed ?? false
}

/** The runs of neighbouring numbers inside the ranges that have a route to the same operator, in order. */
export async function findRoutedRuns(
  reader: Reader,
  ranges: readonly NumberRange[],
): Promise<{ range: NumberRange; operator: string }[]> {
  const rows = await reader.sql<{ first_number: E164; last_number: E164; operator: string }>(
    `select '+' || min(n) as first_number, '+' || max(n) as last_number, operator from (
       select n, operator, n - row_number() over (partition by length(e164), operator order by n) as island, length(e164) as digits
       from (select distinct r.e164, substr(r.e164, 2)::bigint as n, r.operator
             from unnest($1::text[], $2::text[]) as asked (first, last)
             join route r on r.e164 >= asked.first and r.e164 <= asked.last and length(r.e164) = length(asked.first)) as found
     ) as islands group by digits, operator, island order by min(n)`,
    [ranges.map((range) => range.first), ranges.map((range) => range.last)],
  )
  return rows.map((row) => ({ range: { first: row.first_number, last: row.last_number }, operator: row.operator }))
}

/**
 * Changes above a generation, oldest first; a generation is never cut in two. A generation comes as one text: a row object
 * for every change costs three times as much.
 */
export async function findChangesAfter(
  reader: Reader,
  after: number,
  limit: number,
): Promise<(RouteChange | SettingsChange)[]> {
  const rows = await reader.sql<{ generation: number; changes: string | null }>(
    `with page as (
       select coalesce(max(generation), 0) as last from (
         select generation from (
           (select generation, position from route_change where generation > $1 order by generation, position limit $2)
           union all
           (select generation, 0 as position from zone_settings where generation > $1 order by generation limit $2)) as both_kinds
         order by generation, position limit $2) as first_ones)
     select generation, string_agg(
              concat_ws(',', first_number, last_number, operator, routing_number, number_type), E'\n' order by position) as changes
       from route_change
      where generation > $1 and generation <= (select last from page)
      group by generation
     union all
     select distinct generation, null from zone_settings where generation > $1 and generation <= (select last from page)
     order by generation`,
    [after, limit],
  )
  return rows.flatMap(({ generation, changes }): (RouteChange | SettingsChange)[] =>
    changes === null
      ? [{ generation, range: undefined, route: undefined }]
      : changes.split('\n').map((line) => changeOf(generation, line)),
  )
}

function changeOf(generation: number, line: string): RouteChange {
  const [first, last, operator, routingNumber, numberType] = line.split(',')
  const range = { first: first as E164, last: last as E164 } // as they were written
  const route =
    operator && routingNumber ? { operator, routingNumber, numberType: numberTypeOf(numberType) } : undefined
  return { generation, range, route }
}

/** The column's constraint knows no third. */
function numberTypeOf(text: string | undefined): Route['numberType'] {
  return text === 'fixed' ? 'fixed' : 'mobile'
}

/** A page of all routes in number order, after a given number. */
export async function findRoutesAfter(
  reader: Reader,
  after: string,
  limit: number,
): Promise<{ number: E164; route: Route }[]> {
  const [page] = await reader.sql<{ routes: string | null }>(
    `select string_agg(concat_ws(',', e164, operator, routing_number, number_type), E'\n' order by e164) as routes
       from (select e164, operator, routing_number, number_type from route where e164 > $1 order by e164 limit $2) as page`,
    [after, limit],
  )
  return (page?.routes?.split('\n') ?? []).map((line) => {
    const [number, operator = '', routingNumber = '', numberType] = line.split(',')
    const route = { operator, routingNumber, numberType: numberTypeOf(numberType) }
    return { number: number as E164, route } // as it was written
  })
}

type RouteRow = { e164: E164; operator: string; routing_number: string; number_type: Route['numberType'] }

function routeOf({ operator, routing_number, number_type }: RouteRow): Route {
  return { operator, routingNumber: routing_number, numberType: number_type }
}

/** The newest generation that is committed; 0 before the first route. */
export async function findGeneration(reader: Reader): Promise<number> {
  const [row] = await reader.sql<{ value: number }>("select value from counter where name = 'route_generation'")
  return row?.value ?? 0
}
