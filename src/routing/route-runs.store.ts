import type { Tx } from '../db/db.ts'
import { toSql } from '../db/values.ts'
import type { E164 } from '../numbers/e164.ts'
import { LONGEST_RANGE } from '../numbers/range.ts'
import { announce, nextGeneration, type RouteWrite } from './route.store.ts'
import { isSameRoute, type Route } from './route.ts'

/** One number that gets another route, or loses it. */
export type NumberChange = {
  readonly number: E164
  readonly digits: number
  /** undefined: the route is taken away. */
  readonly after: Route | undefined
  /** Whether the number has no route yet: known by whoever compared, under the same lock. */
  readonly isNew: boolean
  /** Where its route comes from, if not from where the others do. */
  readonly from?: Source | undefined
}

export type Source = Pick<RouteWrite, 'source' | 'cause'>

/** Where changes come from: what routes and history say of it. */
export type Origin = Source & Pick<RouteWrite, 'by' | 'at'>

/** `digits` and `number` are its first. */
type Run = NumberChange & { last: number }

/** What is to be written, as SQL takes it: made before the lock is taken, it keeps nobody waiting. */
export type ReadyNumbers = {
  readonly changes: readonly unknown[]
  readonly routes: readonly { readonly statement: string; readonly columns: readonly unknown[] }[]
  readonly gone: readonly E164[]
}

/** @param changes - each number once, in number order, and not none */
export function readyNumbers(changes: readonly NumberChange[], source: Source): ReadyNumbers {
  const runs = runsOf(changes)
  const routesBy = (statement: string, isNew: boolean) => {
    const routed = changes.filter((change) => change.after && change.isNew === isNew)
    return routed.length > 0 ? [{ statement, columns: columnsOf(routed, source) }] : []
  }
  return {
    changes: [...columnsOf(runs, source), toSql(runs.map(({ last }) => last))],
    routes: [...routesBy(INSERT, true), ...routesBy(UPSERT, false)], // plain inserts cost half of what upserts do
    gone: changes.filter(({ after }) => after === undefined).map(({ number }) => number),
  }
}

/**
 * Writes many single numbers in the caller's transaction, under one new generation: neighbours that get the same are one
 * change. The caller holds `lockRoutes`, and what it compared with is true since before.
 *
 * @param onBusy - called when the database has got what takes it long
 * @returns the generation
 */
export async function writeReady(
  tx: Tx,
  { changes, routes, gone }: ReadyNumbers,
  { by, at, onBusy }: Pick<Origin, 'by' | 'at'> & { readonly onBusy?: () => void },
): Promise<number> {
  const generation = await nextGeneration(tx)
  const { text, values } = together([
    { text: INSERT_CHANGES, values: [...changes, generation, by, at] },
    ...routes.map(({ statement, columns }) => ({ text: statement, values: [...columns, generation, at] })),
    ...(gone.length > 0 ? [{ text: DELETE, values: [gone] }] : []),
  ])
  const written = tx.sql(text, values)
  onBusy?.()
  await written
  await announce(tx, generation)
  return generation
}

type Statement = { readonly text: string; readonly values: readonly unknown[] }

/** Statements that touch different rows, as one: the database has no time to wait for us between them. */
function together(statements: readonly Statement[]): Statement {
  const parts: string[] = []
  const values: unknown[] = []
  for (const statement of statements) {
    const taken = values.length
    const text = statement.text.replace(/\$(\d+)/g, (_, place) => `$${Number(place) + taken}`)
    parts.push(`part_${parts.length} as (${text})`)
    values.push(...statement.values)
  }
  return { text: `with ${parts.join(', ')} select`, values }
}

/** @param changes - each number once, in number order, and not none. @returns the generation */
export async function writeNumbers(tx: Tx, changes: readonly NumberChange[], origin: Origin): Promise<number> {
  return writeReady(tx, readyNumbers(changes, origin), origin)
}

/** What is said of many numbers stands once beside them: few things are said of many. */
const CONTENTS = `unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) with ordinality
    as contents (operator, routing_number, number_type, source, cause, content) using (content)`

const INSERT_CHANGES = `
  insert into route_change (generation, position, first_number, last_number, operator, routing_number, number_type, source, cause, said_by, at)
  select $9::bigint, position, '+' || first, '+' || last, operator, routing_number, number_type, source, cause, $10, $11::timestamptz
    from unnest($1::bigint[], $2::bigint[], $8::bigint[]) with ordinality as run (first, content, last, position)
    join ${CONTENTS}`

/** Number by number: a series for each run costs a third more where runs are short, and less only where there is little to write. */
const INSERT = `
  insert into route (e164, operator, routing_number, number_type, source, cause, generation, valid_from)
  select '+' || digits, operator, routing_number, number_type, source, cause, $8::bigint, $9::timestamptz
    from unnest($1::bigint[], $2::bigint[]) as number (digits, content)
    join ${CONTENTS}`

const UPSERT = `${INSERT}
  on conflict (e164) do update set operator = excluded.operator, routing_number = excluded.routing_number,
    number_type = excluded.number_type, source = excluded.source, cause = excluded.cause,
    generation = excluded.generation, valid_from = excluded.valid_from`

const DELETE = 'delete from route where e164 = any($1::text[])'

type Content = { readonly after: Route | undefined; readonly from: Source }

/** $1 to $7: the digits, which of the contents each has, and the contents. */
function columnsOf(changes: readonly NumberChange[], origin: Source): unknown[] {
  const contents: Content[] = []
  const places = new Map<Route | undefined, number>()
  const placeOf = ({ after, from }: NumberChange): number => {
    const known = from ? undefined : places.get(after)
    if (known !== undefined) return known
    contents.push({ after, from: from ?? origin })
    if (!from) places.set(after, contents.length)
    return contents.length
  }
  return [
    changes.map(({ digits }) => digits),
    changes.map(placeOf),
    contents.map(({ after }) => after?.operator ?? null),
    contents.map(({ after }) => after?.routingNumber ?? null),
    contents.map(({ after }) => after?.numberType ?? null),
    contents.map(({ from }) => from.source),
    contents.map(({ from }) => from.cause),
  ].map(toSql)
}

function runsOf(changes: readonly NumberChange[]): Run[] {
  const runs: Run[] = []
  let run: Run | undefined
  for (const change of changes) {
    if (run && isNext(run, change)) {
      run.last = change.digits
      continue
    }
    run = { ...change, last: change.digits }
    runs.push(run)
  }
  return runs
}

/** Whether the number goes on with the run. No change is of more numbers than a range may have: `meets` goes by that. */
function isNext(run: Run, change: NumberChange): boolean {
  return change.digits === run.last + 1 && change.digits - run.digits < LONGEST_RANGE && isAlike(run, change)
}

/** Of neighbours: whether they are one run. A run's numbers are equally long. */
function isAlike(a: NumberChange, b: NumberChange): boolean {
  if (a.isNew !== b.isNew || a.number.length !== b.number.length) return false
  if (a.from?.source !== b.from?.source || a.from?.cause !== b.from?.cause) return false
  return a.after === b.after || (a.after !== undefined && b.after !== undefined && isSameRoute(a.after, b.after))
}
