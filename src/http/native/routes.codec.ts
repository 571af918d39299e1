import type { NodeReport } from '../../dns/ask-nodes.ts'
import type { NumberAnswers } from '../../dns/number-answer.ts'
import type { Naptr } from '../../dns/record.codec.ts'
import { digitsOf } from '../../numbers/e164.ts'
import { type Market, operatorOf } from '../../numbers/market.ts'
import type { Inspection } from '../../routing/book.ts'
import type { Person } from '../../routing/desk.ts'
import type { KeptRoute, PastChange, RouteFilter } from '../../routing/kept-route.ts'
import type { ManyPush, PushReport } from '../../routing/push.ts'
import type { Route } from '../../routing/route.ts'
import { Fault } from '../../shared/fault.ts'
import { USUAL_LIMIT } from './common.schema.ts'
import { cursorOf, placeOf } from './cursor.codec.ts'
import type { PushAnswer, PushBody, RouteInspection, RouteQuery, RouteView } from './routes.schema.ts'
import { boundOf, timeOrNull, timeText } from './time.codec.ts'

/** A query in domain words. Faults: field_invalid, operator_unknown. */
export function listOf(query: RouteQuery, market: Market) {
  const { prefix, operator: word, number_type: numberType, source, cause, expiring } = query
  const operator = word === undefined ? undefined : operatorOf(market, word)
  if (word !== undefined && !operator)
    throw new Fault('operator_unknown', `${JSON.stringify(word)} is no operator of ${market.title}`, 'operator')
  const filter: RouteFilter = {
    prefix: prefix?.replace(/^[+ ]/, ''),
    operator: operator?.code,
    numberType,
    source,
    cause,
    isExpiring: expiring,
  }
  const place = placeOf(questionOf(query), query.cursor, ['text'])
  return { filter, page: { after: place?.[0] ?? '', limit: query.limit ?? USUAL_LIMIT } }
}

export function routePage(query: RouteQuery, routes: readonly KeptRoute[], limit: number) {
  const last = routes.length < limit ? undefined : routes.at(-1)
  return { items: routes.map(routeView), next: last ? cursorOf(questionOf(query), [last.number]) : null }
}

/** What a cursor is for: all of the query but the page. */
function questionOf({ cursor: _cursor, limit: _limit, ...rest }: RouteQuery): string {
  return JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function routeView(kept: KeptRoute): RouteView {
  return {
    number: kept.number,
    ...targetView(kept.route),
    source: kept.source,
    cause: kept.cause,
    generation: kept.generation,
    since: timeText(kept.since),
    expires_at: timeOrNull(kept.expiresAt),
  }
}

function targetView({ operator, routingNumber, numberType }: Route) {
  return { operator, routing_number: routingNumber, number_type: numberType }
}

function changeView({ generation, at, by, source, cause, range, route }: PastChange) {
  const nothing = { operator: null, routing_number: null, number_type: null }
  return {
    generation,
    at: timeText(at),
    by,
    source,
    cause,
    msgidentifier: source === 'port' ? cause : null,
    first_number: range.first,
    last_number: range.last,
    ...(route ? targetView(route) : nothing),
  }
}

function naptrView({ order, preference, flags, services, regexp }: Naptr) {
  return { order, preference, flags, services, regexp }
}

export function inspectionView(
  found: Inspection,
  { recordsOf, fixedApexOf }: Pick<NumberAnswers, 'recordsOf' | 'fixedApexOf'>,
  reports: readonly NodeReport[],
): RouteInspection {
  const { number, route, change, block } = found
  const staticZone = fixedApexOf(number)
  return {
    number,
    number_type: found.numberType ?? null,
    why: whyOf(found, staticZone),
    answered_by: staticZone ? 'static' : found.answeredBy,
    route: route ? routeView(route) : null,
    change: change ? changeView(change) : null,
    block: block ? { ...block } : null,
    static_zone: staticZone ?? null,
    expires_at: timeOrNull(found.expiresAt),
    live_port: found.livePort ?? null,
    generation: found.generation,
    records: recordsOf(number, route?.route).map(naptrView),
    nodes: reports.map((report) => nodeView(report, found.generation)),
    history: found.past.map(changeView),
    history_next: found.pastBefore ?? null,
  }
}

function nodeView({ node, generation, answers }: NodeReport, newest: number) {
  return {
    node: node.host.includes(':') ? `[${node.host}]:${node.port}` : `${node.host}:${node.port}`,
    generation: generation ?? null,
    behind: generation === undefined ? null : behindBy(generation, newest),
    is_right: answers.every(({ problem }) => problem === undefined),
    answers: answers.map(({ name, rcode, naptrs, problem }) => {
      return { name, rcode: rcode ?? null, records: naptrs.map(naptrView), problem: problem ?? null }
    }),
  }
}

/** A serial has 32 bits and wraps (RFC 1982 §3.2); a node may know more than was read a moment before. */
function behindBy(serial: number, newest: number): number {
  const distance = (newest - serial) % 2 ** 32
  const forward = distance < 0 ? distance + 2 ** 32 : distance
  return forward < 2 ** 31 ? forward : 0
}

function whyOf(found: Inspection, staticZone: string | undefined): string {
  const digits = digitsOf(found.number)
  const until = found.expiresAt ? `, until ${timeText(found.expiresAt)}` : ''
  if (staticZone) return `${digits} is in the static zone ${staticZone}, which answers whatever its route is`
  const { route, change, block } = found
  if (route) {
    const { operator, routingNumber } = route.route
    const source = route.source === 'port' ? `the port ${route.cause}` : route.cause
    const where =
      change && change.range.first !== change.range.last
        ? `, with ${digitsOf(change.range.first)} to ${digitsOf(change.range.last)}`
        : ''
    return `${digits} is routed to ${operator} (${routingNumber}) by ${source}${where}, since ${timeText(route.since)}${until}`
  }
  if (block)
    return `${digits} has no route of its own${until}: it is answered from the block ${block.prefix}, which ${block.holder} holds`
  return `${digits} has no route and is in no number block`
}

/** Faults: field_invalid. */
export function pushOf({ routes, expires_at, confirmed_count }: PushBody, by: Person): ManyPush {
  return {
    entries: routes.map(({ first_number, last_number, operator, number_type, routing_number }) => ({
      firstNumber: first_number,
      lastNumber: last_number,
      operator,
      numberType: number_type,
      routingNumber: routing_number,
    })),
    expiresAt: boundOf(expires_at, { field: 'expires_at', end: 'from', timeZone: 'UTC' }),
    confirmed: confirmed_count,
    by,
  }
}

const RUNS_SHOWN = 100

export function pushView(
  { numbers, counts, runs, generation }: PushReport,
  isDryRun: boolean,
  { recordsOf }: Pick<NumberAnswers, 'recordsOf'>,
): PushAnswer {
  const changes = runs.flatMap(({ outcome, ...run }) => (outcome === 'unchanged' ? [] : [{ outcome, ...run }]))
  return {
    is_dry_run: isDryRun,
    numbers,
    counts: { ...counts },
    generation,
    changes: changes.slice(0, RUNS_SHOWN).map(({ range: { first, last }, outcome, before, after }) => ({
      first_number: first,
      last_number: last,
      outcome,
      before: before ? { ...targetView(before.route), source: before.source, cause: before.cause } : null,
      after: after ? targetView(after) : null,
      dns_before: recordsOf(first, before?.route).map(naptrView),
      dns_after: recordsOf(first, after).map(naptrView),
    })),
    is_more: changes.length > RUNS_SHOWN,
  }
}
