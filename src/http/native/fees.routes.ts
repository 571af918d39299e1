import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Market } from '../../numbers/market.ts'
import type { Fees } from '../../porting/fees.ts'
import { Fault } from '../../shared/fault.ts'
import { microsText } from '../../shared/money.ts'
import { callerOf } from '../surface.ts'
import { DESK, USUAL_LIMIT } from './common.schema.ts'
import { MOST_ROWS } from './csv.codec.ts'
import { cursorOf, placeOf } from './cursor.codec.ts'
import { feeLinesOf, feeLineView, outcomeView } from './fees.codec.ts'
import {
  ImportAnswer,
  ImportBody,
  ImportQuery,
  Invoice,
  Invoices,
  InvoicesQuery,
  Lines,
  LinesQuery,
  Unbilled,
  UnbilledQuery,
} from './fees.schema.ts'
import { problems } from './problems.schema.ts'
import { boundOf, timeText } from './time.codec.ts'

const TAGS = ['Fees']
const MOST_BYTES = 4 * 1024 * 1024

/** What the clearinghouse charges, beside the ports that it charges for. */
export const feesRoutes =
  ({ fees, market }: { readonly fees: Fees; readonly market: Market }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.addContentTypeParser(['text/csv', 'text/plain'], { parseAs: 'string' }, (_request, text, done) =>
      done(null, text),
    )

    app.post(
      '/fees/invoices/:invoice/lines',
      {
        config: { tiers: DESK, operation: 'importFees' },
        bodyLimit: MOST_BYTES,
        schema: {
          tags: TAGS,
          summary: 'Import lines of an invoice as CSV, and match each to a port',
          description: `Idempotent by invoice and line: the same line again is only matched anew. A long file comes in parts of up to ${MOST_ROWS} records, each with the header.`,
          consumes: ['text/csv'],
          params: Invoice,
          querystring: ImportQuery,
          body: ImportBody,
          response: { 200: ImportAnswer, ...problems(400, 409, 422) },
        },
      },
      async (request) => {
        const { currency, first_line: firstLine = 1 } = request.query
        const { invoice } = request.params
        const records = feeLinesOf(request.body, { market, firstLine })
        if (records.length === 0) throw new Fault('body_invalid', `0 records came; it must be 1 to ${MOST_ROWS}`)
        const said = records.map((record) => record.said)
        const outcomes = await fees.importLines({ id: invoice, currency }, said, callerOf(request).name)
        const lines = records.map(({ line }, index) => outcomeView(line, outcomes[index]))
        const count = (verdict: (typeof lines)[number]['verdict']) =>
          lines.filter((one) => one.verdict === verdict).length
        return {
          invoice,
          matched: count('matched'),
          unmatched: count('unmatched'),
          charged_twice: count('charged_twice'),
          refused: count('refused'),
          repeated: lines.filter(({ is_repeated }) => is_repeated).length,
          lines,
        }
      },
    )

    app.get(
      '/fees/invoices',
      {
        config: { tiers: DESK, operation: 'listInvoices' },
        schema: {
          tags: TAGS,
          summary: 'Invoices of the clearinghouse, and how much of them matches',
          querystring: InvoicesQuery,
          response: { 200: Invoices, ...problems(400) },
        },
      },
      async ({ query: { cursor, limit = USUAL_LIMIT } }) => {
        const place = placeOf('invoices', cursor, ['instant', 'text'])
        const before = place && { at: place[0], id: place[1] }
        const found = await fees.invoices({ before, limit })
        const last = found.at(-1)
        return {
          items: found.map(({ id, importedAt, importedBy, chargedTwice, totalMicros, ...rest }) => ({
            ...rest,
            invoice: id,
            imported_at: timeText(importedAt),
            imported_by: importedBy,
            charged_twice: chargedTwice,
            total: microsText(totalMicros),
          })),
          next: last && found.length === limit ? cursorOf('invoices', [last.importedAt.toString(), last.id]) : null,
        }
      },
    )

    app.get(
      '/fees/lines',
      {
        config: { tiers: DESK, operation: 'listFeeLines' },
        schema: {
          tags: TAGS,
          summary: 'Lines of invoices; `verdict=unmatched` are those without a port',
          querystring: LinesQuery,
          response: { 200: Lines, ...problems(400) },
        },
      },
      async ({ query }) => {
        const { cursor, limit = USUAL_LIMIT, invoice, verdict } = query
        const question = `fee lines ${JSON.stringify([invoice, verdict])}`
        const place = placeOf(question, cursor, ['text', 'line'])
        const after = place && { invoice: place[0], line: place[1] }
        const found = await fees.lines({ invoice, verdict, after, limit })
        const last = found.at(-1)
        return {
          items: found.map((line) => ({ ...feeLineView(line), currency: line.currency })),
          next: last && found.length === limit ? cursorOf(question, [last.invoice, last.line]) : null,
        }
      },
    )

    app.get(
      '/fees/unbilled',
      {
        config: { tiers: DESK, operation: 'listUnbilledPorts' },
        schema: {
          tags: TAGS,
          summary: 'Ports that were ported in a period and are on no invoice',
          querystring: UnbilledQuery,
          response: { 200: Unbilled, ...problems(400) },
        },
      },
      async ({ query }) => {
        const { cursor, limit = USUAL_LIMIT } = query
        const bound = (field: 'from' | 'to') => {
          const at = boundOf(query[field], { field, end: field, timeZone: market.timeZone })
          if (!at) throw new Fault('field_missing', `${field} is missing: a day as 2025-01-15`, field)
          return at
        }
        const question = `unbilled ${query.from} ${query.to}`
        const place = placeOf(question, cursor, ['instant', 'text'])
        const after = place && { at: place[0], msgidentifier: place[1] }
        const found = await fees.unbilled({ from: bound('from'), to: bound('to'), after, limit })
        const last = found.at(-1)
        return {
          items: found.map(({ first, last: lastNumber, portedAt, ...rest }) => ({
            ...rest,
            first_number: first,
            last_number: lastNumber,
            ported_at: timeText(portedAt),
            link: `/v1/ports/${encodeURIComponent(rest.msgidentifier)}`,
          })),
          next:
            last && found.length === limit ? cursorOf(question, [last.portedAt.toString(), last.msgidentifier]) : null,
        }
      },
    )
  }
