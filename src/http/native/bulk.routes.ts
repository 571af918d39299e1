import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { type Market, parseRange } from '../../numbers/market.ts'
import type { PortDesk } from '../../porting/desk.ts'
import { Fault } from '../../shared/fault.ts'
import { callerOf } from '../surface.ts'
import { BULK_FIELDS, inOurNames, linesOfCsv, linesOfJson, requestOf } from './bulk.codec.ts'
import { DESK, Nullable } from './common.schema.ts'
import { MOST_ROWS } from './csv.codec.ts'
import { problemOf } from './faults.ts'
import { LineProblem, problems } from './problems.schema.ts'

const MOST_BYTES = 4 * 1024 * 1024

const Word = (description: string) =>
  Type.Optional(Type.Union([Type.String({ description }), Type.Number(), Type.Boolean(), Type.Null()], { description }))

// biome-ignore format: a table
const MEANINGS: Record<keyof typeof BULK_FIELDS, string> = {
  first_number:      'first number of the range, as people write it',
  last_number:       'last number; the first when absent',
  number_type:       'mobile or fixed',
  account_type:      'Prepaid or Postpaid',
  donor:             'operator code or name; absent, empty or Auto: found from the numbers',
  email:             'of the contact',
  contact_number:    "the customer's authorisation number; the first number when absent",
  override_cool_off: 'true or yes when the customer has waived the cool-off period',
}

const Body = Type.Union(
  [
    Type.Object({
      items: Type.Array(
        Type.Object(
          {
            first_number: Word(MEANINGS.first_number),
            last_number: Word(MEANINGS.last_number),
            number_type: Word(MEANINGS.number_type),
            account_type: Word(MEANINGS.account_type),
            donor: Word(MEANINGS.donor),
            email: Word(MEANINGS.email),
            contact_number: Word(MEANINGS.contact_number),
            override_cool_off: Word(MEANINGS.override_cool_off),
          },
          { additionalProperties: true },
        ),
        { minItems: 1, maxItems: MOST_ROWS, description: `1 to ${MOST_ROWS} port-ins` },
      ),
    }),
    Type.String({ description: `CSV with a header: ${Object.keys(BULK_FIELDS).join(', ')}` }),
  ],
  { description: 'a list of port-ins as { "items": [...] }, or CSV as text/csv' },
)

const Query = Type.Object({
  dry_run: Type.Optional(Type.Boolean({ default: false, description: 'true: only say what would happen' })),
})

const Answer = Type.Object(
  {
    is_dry_run: Type.Boolean({ description: 'whether nothing was saved' }),
    accepted: Type.Integer({ description: 'lines that were, or would be, submitted' }),
    refused: Type.Integer({ description: 'lines that were not' }),
    lines: Type.Array(
      Type.Object({
        line: Type.Integer({ description: 'of the CSV, whose header is line 1; or place in the list, from 1' }),
        verdict: Type.Enum(['accepted', 'refused'], { type: 'string', description: 'what came of it' }),
        msgidentifier: Nullable(Type.String({ description: 'of the new port; null in a dry run' })),
        donor: Nullable(Type.String({ description: 'operator code of the donor, also where it was found' })),
        first_number: Nullable(Type.String({ description: 'E.164, as it was understood' })),
        last_number: Nullable(Type.String({ description: 'E.164, as it was understood' })),
        problem: Nullable(LineProblem),
      }),
      { description: 'one for each line that was sent, in order' },
    ),
  },
  { description: 'A verdict for each line' },
)

/** Many port-ins at once: one bad line never stops the others. */
export const bulkRoutes =
  ({ market, desk }: { readonly market: Market; readonly desk: PortDesk }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.addContentTypeParser(['text/csv', 'text/plain'], { parseAs: 'string' }, (_request, text, done) =>
      done(null, text),
    )
    app.post(
      '/port-ins/bulk',
      {
        config: { tiers: DESK, operation: 'submitPortIns' },
        bodyLimit: MOST_BYTES,
        schema: {
          tags: ['Ports'],
          summary: 'Submit many port-ins, with a verdict for each; or only ask what would happen',
          description: `1 to ${MOST_ROWS} lines. A line that is refused stops no other; all is refused only when it cannot be read. The header of a CSV may have the field names of np_api as well.`,
          consumes: ['application/json', 'text/csv'],
          querystring: Query,
          body: Body,
          response: { 200: Answer, ...problems(400, 409, 422) },
        },
      },
      async (request) => {
        const { body } = request
        const lines = typeof body === 'string' ? linesOfCsv(body) : linesOfJson(body.items)
        if (lines.length === 0) throw new Fault('body_invalid', `0 lines came; it must be 1 to ${MOST_ROWS}`)
        const by = callerOf(request).name
        const requests = lines.map((line) => requestOf(line, { parseRange: (text) => parseRange(market, text), by }))
        const isDryRun = request.query.dry_run ?? false
        const verdicts = await desk.submitMany(requests, isDryRun ? 'dry run' : 'for real')
        const refused = verdicts.filter((verdict) => verdict instanceof Fault).length
        return {
          is_dry_run: isDryRun,
          accepted: verdicts.length - refused,
          refused,
          lines: verdicts.map((verdict, index) => lineOf(lines[index]?.line ?? 0, verdict, isDryRun)),
        }
      },
    )
  }

function lineOf(line: number, verdict: Awaited<ReturnType<PortDesk['submitMany']>>[number], isDryRun: boolean) {
  if (verdict instanceof Fault) {
    const nothing = { msgidentifier: null, donor: null, first_number: null, last_number: null }
    const { field, detail, ...problem } = problemOf(verdict)
    const ours = { detail: inOurNames(detail), ...(field !== undefined && { field: inOurNames(field) }) }
    return { line, verdict: 'refused' as const, ...nothing, problem: { ...problem, ...ours } }
  }
  return {
    line,
    verdict: 'accepted' as const,
    msgidentifier: isDryRun ? null : verdict.msgidentifier,
    donor: verdict.counterparty,
    first_number: verdict.range.first,
    last_number: verdict.range.last,
    problem: null,
  }
}
