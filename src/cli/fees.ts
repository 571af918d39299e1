import { createReadStream } from 'node:fs'
import type { Command } from 'commander'
import { csvRecords } from '../shared/csv-records.ts'
import { type Answer, ask, type Target } from './api.ts'
import { group, present, serverCommand } from './commands.ts'
import { printJson, printLine, printTable, rowsOf } from './print.ts'

/** Records of one request; the server takes up to 5000. */
const RECORDS_AT_ONCE = 1_000
const SHOWN = 50

type ImportFlags = Target & { readonly invoice: string; readonly currency: string }
type Counts = Record<'matched' | 'unmatched' | 'charged_twice' | 'refused' | 'repeated', number>

/** Sends a file of any length in parts; the same command again goes over it without harm. */
async function importFile(path: string, flags: ImportFlags): Promise<void> {
  const counts: Counts = { matched: 0, unmatched: 0, charged_twice: 0, refused: 0, repeated: 0 }
  const doubtful: Answer[] = []
  let header: string | undefined
  let records: string[] = []
  let firstLine = 1
  const send = async () => {
    if (records.length === 0) return
    const query = new URLSearchParams({ currency: flags.currency, first_line: String(firstLine) })
    const address = `/v1/fees/invoices/${encodeURIComponent(flags.invoice)}/lines?${query}`
    const body = [header, ...records].join('\n')
    const answer = await ask(flags, 'POST', address, { body, contentType: 'text/csv' })
    for (const name of Object.keys(counts) as (keyof Counts)[]) counts[name] += Number(answer[name]) // our own five names
    doubtful.push(...rowsOf(answer, 'lines').filter(({ verdict }) => verdict !== 'matched'))
    firstLine += records.length
    records = []
  }
  for await (const record of csvRecords(createReadStream(path, 'utf8'))) {
    if (header === undefined) header = record
    else if (records.push(record) === RECORDS_AT_ONCE) await send()
  }
  if (header === undefined) throw new Error(`${path} is empty: its first line must name the columns`)
  await send()
  if (flags.json) printJson({ invoice: flags.invoice, ...counts, doubtful })
  else show(counts, doubtful)
  if (counts.refused > 0) process.exitCode = 2
}

function show(counts: Counts, doubtful: readonly Answer[]): void {
  if (doubtful.length > 0)
    printTable(doubtful.slice(0, SHOWN), [
      ['LINE', 'line'],
      ['VERDICT', 'verdict'],
      ['PORT', 'port'],
      ['WHY', 'reason'],
      ['PROBLEM', 'problem.detail'],
    ])
  if (doubtful.length > SHOWN) printLine(`and ${doubtful.length - SHOWN} more: portolan fees lines, or --json`)
  const { matched, unmatched, charged_twice: twice, refused, repeated } = counts
  printLine(
    `${matched} matched, ${unmatched} unmatched, ${twice} charged twice, ${refused} refused; ${repeated} known before`,
  )
}

const showLines = (answer: Answer) =>
  printTable(rowsOf(answer), [
    ['INVOICE', 'invoice'],
    ['LINE', 'line'],
    ['VERDICT', 'verdict'],
    ['KIND', 'kind'],
    ['AMOUNT', 'amount'],
    ['', 'currency'],
    ['PORT', 'port'],
    ['WHY', 'reason'],
  ])

const showUnbilled = (answer: Answer) =>
  printTable(rowsOf(answer), [
    ['PORT', 'msgidentifier'],
    ['WAY', 'direction'],
    ['OTHER SIDE', 'counterparty'],
    ['FIRST', 'first_number'],
    ['LAST', 'last_number'],
    ['PORTED', 'ported_at'],
  ])

type LinesFlags = Target & { readonly invoice?: string; readonly verdict?: string }
type UnbilledFlags = Target & { readonly from: string; readonly to: string }

/** `portolan fees`: the clearinghouse's invoices beside our ports. */
export const feesCommand = (): Command =>
  group('fees', 'what the clearinghouse charges, beside the ports that it charges for', [
    serverCommand('import <file>', 'take an invoice as CSV, and match each line to a port')
      .requiredOption('--invoice <number>', 'as the clearinghouse numbers it')
      .requiredOption('--currency <code>', 'of the invoice, such as EUR')
      .action(importFile),
    serverCommand('lines', 'lines of invoices; at most 200')
      .option('--invoice <number>', 'only of this invoice')
      .option('--verdict <word>', 'matched, unmatched or charged_twice')
      .action(async (flags: LinesFlags) => {
        const query = new URLSearchParams({ limit: '200' })
        if (flags.invoice) query.set('invoice', flags.invoice)
        if (flags.verdict) query.set('verdict', flags.verdict)
        present(flags, await ask(flags, 'GET', `/v1/fees/lines?${query}`), showLines)
      }),
    serverCommand('unbilled', 'ports of a period that are on no invoice; at most 200')
      .requiredOption('--from <day>', 'first day, as 2025-01-01')
      .requiredOption('--to <day>', 'last day, included')
      .action(async ({ from, to, ...flags }: UnbilledFlags) => {
        const query = new URLSearchParams({ from, to, limit: '200' })
        present(flags, await ask(flags, 'GET', `/v1/fees/unbilled?${query}`), showUnbilled)
      }),
  ])
