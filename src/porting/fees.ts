import type { Db, Tx } from '../db/db.ts'
import { appendAudit } from '../events/audit.store.ts'
import type { E164 } from '../numbers/e164.ts'
import { Fault } from '../shared/fault.ts'
import { type Micros, microsText } from '../shared/money.ts'
import {
  findCharged,
  findInvoices,
  findLines,
  findNamedPorts,
  findPortsAt,
  findUnbilled,
  type JudgedLine,
  keepInvoice,
  lockFees,
  type MatchablePort,
  saveLines,
  searchLines,
} from './fees.store.ts'
import type { PortingState } from './port-in.machine.ts'

/** `charged_twice`: it matches a port that has been charged for the same, for the same number, on another line. */
export const FEE_VERDICTS = ['matched', 'unmatched', 'charged_twice'] as const
export type FeeVerdict = (typeof FEE_VERDICTS)[number]

/** A line of an invoice in domain words. */
export type FeeLine = {
  readonly line: number
  readonly msgidentifier: string | null
  readonly number: E164 | null
  readonly kind: string
  readonly at: Temporal.PlainDate | null
  readonly amountMicros: Micros
}

export type KeptFeeLine = FeeLine & {
  readonly invoice: string
  readonly verdict: FeeVerdict
  readonly reason: string | null
  /** msgidentifier of the port that it matches. */
  readonly port: string | null
}

/** What became of a line: kept with its verdict, or why it was not. `isRepeated`: it was there, and says the same. */
export type FeeOutcome = { readonly line: KeptFeeLine; readonly isRepeated: boolean } | Fault

export type InvoiceSummary = {
  readonly id: string
  readonly currency: string
  readonly importedAt: Temporal.Instant
  readonly importedBy: string
  readonly lines: number
  readonly matched: number
  readonly unmatched: number
  readonly chargedTwice: number
  readonly totalMicros: Micros
}

export type UnbilledPort = {
  readonly msgidentifier: string
  readonly direction: 'in' | 'out'
  readonly state: PortingState
  readonly counterparty: string
  readonly first: string
  readonly last: string
  readonly portedAt: Temporal.Instant
}

export type Fees = {
  /**
   * Takes lines of an invoice and matches each to a port. The same lines again change nothing but the verdict of those that had no
   * port yet; another content under a line that is kept is refused, and so is another currency.
   */
  importLines(
    invoice: { readonly id: string; readonly currency: string },
    lines: readonly (FeeLine | Fault)[],
    by: string,
  ): Promise<FeeOutcome[]>
  invoices: (page: Parameters<typeof findInvoices>[1]) => Promise<InvoiceSummary[]>
  lines: (search: Parameters<typeof searchLines>[1]) => ReturnType<typeof searchLines>
  /** Ports that were ported in a period and that nobody has charged us for. */
  unbilled: (search: Parameters<typeof findUnbilled>[1]) => Promise<UnbilledPort[]>
}

/** A fee's day may be that of the request, of the port or of the billing run. */
const SLACK_DAYS = 7

type Deps = { readonly db: Db; readonly now: () => Temporal.Instant; readonly timeZone: string }

/** The clearinghouse's invoices beside our ports: what we are charged for, and what we are not (the document: "Compliance and Auditing"). */
export function createFees({ db, now, timeZone }: Deps): Fees {
  return {
    invoices: (page) => findInvoices(db, page),
    lines: (search) => searchLines(db, search),
    unbilled: (search) => findUnbilled(db, search),
    importLines: (invoice, lines, by) =>
      db.tx(async (tx) => {
        await lockFees(tx)
        const at = now()
        const currency = await keepInvoice(tx, { ...invoice, at, by })
        if (currency !== invoice.currency) {
          const detail = `the invoice ${invoice.id} is in ${currency}; ${invoice.currency} is not its currency`
          throw new Fault('resource_exists', detail, 'currency')
        }
        const outcomes = await takeLines(tx, invoice.id, lines, timeZone)
        await appendAudit(tx, [importRow(invoice.id, outcomes, { at, by })])
        return outcomes
      }),
  }
}

function importRow(id: string, outcomes: readonly FeeOutcome[], { at, by }: { at: Temporal.Instant; by: string }) {
  const taken = outcomes.flatMap((outcome) => (outcome instanceof Fault || outcome.isRepeated ? [] : [outcome.line]))
  const count = (verdict: FeeVerdict) => taken.filter((line) => line.verdict === verdict).length
  const total = microsText(taken.reduce((sum, { amountMicros }) => sum + amountMicros, 0n))
  const counts = Object.fromEntries(FEE_VERDICTS.map((verdict) => [verdict, count(verdict)]))
  const detail = { lines: outcomes.length, new: taken.length, total, ...counts }
  return { at, actor: by, surface: 'native', action: 'fees.imported', subject: `invoice ${id}`, detail }
}

async function takeLines(
  tx: Tx,
  invoice: string,
  lines: readonly (FeeLine | Fault)[],
  timeZone: string,
): Promise<FeeOutcome[]> {
  const numbers = lines.flatMap((line) => (line instanceof Fault ? [] : [line.line]))
  const kept = new Map((await findLines(tx, invoice, numbers)).map((line) => [line.line, line]))
  // a line that has its port is not judged again: what was charged since must not change what was said of it
  const open = new Map<number, FeeLine>()
  for (const line of lines) {
    if (line instanceof Fault || open.has(line.line)) continue
    const before = kept.get(line.line)
    if (!before || (before.verdict === 'unmatched' && isSame(before, line))) open.set(line.line, line)
  }
  const judged = await judge(tx, invoice, [...open.values()], timeZone)
  await saveLines(tx, invoice, judged)
  const known = new Map<number, KeptFeeLine>(kept)
  for (const { portId: _portId, ...line } of judged) known.set(line.line, { ...line, invoice })
  const seen = new Set(kept.keys())
  return lines.map((line): FeeOutcome => {
    if (line instanceof Fault) return line
    const found = known.get(line.line)
    if (!found || !isSame(found, line)) {
      const detail = `line ${line.line} of the invoice ${invoice} is known with another content`
      return new Fault('resource_exists', detail, 'line')
    }
    const isRepeated = seen.has(line.line)
    seen.add(line.line)
    return { line: found, isRepeated }
  })
}

function isSame(a: FeeLine, b: FeeLine): boolean {
  const text = ({ msgidentifier, number, kind, at, amountMicros }: FeeLine) =>
    JSON.stringify([msgidentifier, number, kind, at?.toString() ?? null, amountMicros.toString()])
  return text(a) === text(b)
}

type Judged = JudgedLine & { readonly port: string | null }

async function judge(tx: Tx, invoice: string, lines: readonly FeeLine[], timeZone: string): Promise<Judged[]> {
  const matches = await match(tx, lines, timeZone)
  const ports = matches.flatMap((found) => (typeof found === 'string' ? [] : [found.id]))
  const charged = new Map<string, string>()
  for (const one of await findCharged(tx, [...new Set(ports)]))
    charged.set(keyOf(one.portId, one), `line ${one.line} of the invoice ${one.invoice}`)
  return lines.map((line, index): Judged => {
    const found = matches[index]
    if (found === undefined || typeof found === 'string')
      return { ...line, verdict: 'unmatched', reason: found ?? 'no port', portId: null, port: null }
    const key = keyOf(found.id, line)
    const before = charged.get(key)
    const port = { portId: found.id, port: found.msgidentifier }
    if (line.amountMicros > 0n && before === undefined) charged.set(key, `line ${line.line} of the invoice ${invoice}`)
    return before !== undefined && line.amountMicros > 0n
      ? { ...line, ...port, verdict: 'charged_twice', reason: `charged on ${before} too` }
      : { ...line, ...port, verdict: 'matched', reason: null }
  })
}

const keyOf = (portId: string, { kind, number }: FeeLine) => `${portId} ${kind.toLowerCase()} ${number ?? ''}`

/** The port of each line, or why there is none: by its identifier where it has one, else by its number and day. */
async function match(tx: Tx, lines: readonly FeeLine[], timeZone: string): Promise<(MatchablePort | string)[]> {
  const identifiers = lines.flatMap(({ msgidentifier }) => msgidentifier ?? [])
  const named = new Map((await findNamedPorts(tx, identifiers)).map((port) => [port.msgidentifier, port]))
  const asked = lines.flatMap((line) =>
    line.msgidentifier === null && line.number !== null
      ? [{ line, number: line.number, ...around(line.at, timeZone) }]
      : [],
  )
  const places = new Map(asked.map(({ line }, index) => [line, index + 1]))
  const found = Map.groupBy(await findPortsAt(tx, asked), ({ place }) => place)
  return lines.map((line) => {
    const { msgidentifier, number } = line
    if (msgidentifier !== null) {
      const port = named.get(msgidentifier)
      if (!port) return `no port ${msgidentifier}`
      return number === null || isIn(port, number) ? port : `${number} is not of the port ${msgidentifier}`
    }
    const ports = found.get(places.get(line) ?? 0) ?? []
    const [port, ...others] = ports
    if (!port) return `no port had ${number} ${line.at ? `within ${SLACK_DAYS} days of ${line.at}` : 'at any time'}`
    if (others.length === 0) return port
    return `${ports.length} ports had ${number} then: ${ports.map((one) => one.msgidentifier).join(', ')}`
  })
}

function isIn({ first, last }: MatchablePort, number: E164): boolean {
  return number.length === first.length && first <= number && number <= last
}

function around(day: Temporal.PlainDate | null, timeZone: string) {
  if (!day)
    return { from: Temporal.Instant.fromEpochMilliseconds(0), to: Temporal.Instant.from('9999-01-01T00:00:00Z') }
  const at = (one: Temporal.PlainDate) => one.toZonedDateTime(timeZone).toInstant()
  return { from: at(day.subtract({ days: SLACK_DAYS })), to: at(day.add({ days: SLACK_DAYS + 1 })) }
}
