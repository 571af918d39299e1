import Type from 'typebox'
import { FEE_VERDICTS } from '../../porting/fees.ts'
import { Nullable, Page, PageQuery, Time } from './common.schema.ts'

const Verdict = Type.Enum([...FEE_VERDICTS], {
  type: 'string',
  description: 'matched; unmatched: no port; charged_twice: the port was charged for the same on another line',
})
const Amount = (description: string) => Type.String({ description: `${description}, a decimal before tax` })
const Day = (description: string) =>
  Type.String({ maxLength: 40, description: `${description}: an instant or a day of the market` })

export const Invoice = Type.Object({
  invoice: Type.String({
    pattern: '^[A-Za-z0-9._/-]{1,100}$',
    description: 'as the clearinghouse numbers it: 1 to 100 letters, digits, dots, dashes, slashes or underscores',
  }),
})
export const ImportQuery = Type.Object({
  currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'of the invoice, ISO 4217, such as EUR' }),
  first_line: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 999_999_999,
      default: 1,
      description: 'number of the first record here, where the file has no column `line` and comes in parts',
    }),
  ),
})
export const ImportBody = Type.String({
  description: 'CSV with a header: kind, amount, msgidentifier or number (or both), and where there are, line and date',
})

export const ImportAnswer = Type.Object(
  {
    invoice: Type.String({ description: 'its number' }),
    matched: Type.Integer({ description: 'lines that match a port' }),
    unmatched: Type.Integer({ description: 'lines without one' }),
    charged_twice: Type.Integer({ description: 'lines whose port was charged for the same before' }),
    refused: Type.Integer({ description: 'lines that were not taken' }),
    repeated: Type.Integer({ description: 'lines that were there already, among those above' }),
    lines: Type.Array(
      Type.Object({
        line: Type.Integer({ description: 'of the invoice' }),
        verdict: Type.Enum([...FEE_VERDICTS, 'refused'], { type: 'string', description: 'what came of it' }),
        is_repeated: Type.Boolean({ description: 'whether it was there already, with the same content' }),
        port: Nullable(Type.String({ description: 'msgidentifier of the port that it matches' })),
        reason: Nullable(Type.String({ description: 'why it matches none, or where it was charged before' })),
        problem: Nullable(
          Type.Object(
            {
              type: Type.String({ description: 'as of any refusal here' }),
              title: Type.String({ description: 'the kind in words' }),
              detail: Type.String({ description: 'what is wrong, and what would be right' }),
              field: Type.Optional(Type.String({ description: 'the column that is to blame' })),
            },
            { description: 'why it was refused' },
          ),
        ),
      }),
      { description: 'one for each record that was sent, in order' },
    ),
  },
  {
    description: 'A verdict for each line',
  },
)

export const Invoices = Page(
  Type.Object({
    invoice: Type.String({ description: 'its number' }),
    currency: Type.String({ description: 'ISO 4217' }),
    imported_at: Time('when it was first imported'),
    imported_by: Type.String({ description: 'by whom' }),
    lines: Type.Integer({ description: 'how many' }),
    matched: Type.Integer({ description: 'of these, with a port' }),
    unmatched: Type.Integer({ description: 'of these, without one' }),
    charged_twice: Type.Integer({ description: 'of these, charged before' }),
    total: Amount('sum of all lines'),
  }),
  'Invoices, the newest import first',
)

export const InvoicesQuery = Type.Object({ ...PageQuery })

export const LinesQuery = Type.Object({
  invoice: Type.Optional(Type.String({ maxLength: 100, description: 'only of this invoice' })),
  verdict: Type.Optional(Verdict),
  ...PageQuery,
})
export const Lines = Page(
  Type.Object({
    invoice: Type.String({ description: 'number of the invoice' }),
    line: Type.Integer({ description: 'of the invoice' }),
    verdict: Verdict,
    reason: Nullable(Type.String({ description: 'why it matches no port, or where it was charged before' })),
    port: Nullable(Type.String({ description: 'msgidentifier of the port that it matches' })),
    link: Nullable(Type.String({ description: 'where that port is' })),
    msgidentifier: Nullable(Type.String({ description: 'as the invoice says' })),
    number: Nullable(Type.String({ description: 'E.164, as it was understood' })),
    kind: Type.String({ description: 'what is charged, in the clearinghouse’s word' }),
    date: Nullable(Type.String({ description: 'of the service' })),
    amount: Amount('what is charged'),
    currency: Type.String({ description: 'ISO 4217' }),
  }),
  'Lines of invoices, by invoice and line',
)

export const UnbilledQuery = Type.Object({
  from: Day('ported then or later'),
  to: Day('ported before then; a day is included'),
  ...PageQuery,
})
export const Unbilled = Page(
  Type.Object({
    msgidentifier: Type.String({ description: 'of the port' }),
    direction: Type.Enum(['in', 'out'], { type: 'string', description: 'to us, or away' }),
    state: Type.String({ description: 'in which it is now' }),
    counterparty: Type.String({ description: 'operator code of the other side' }),
    first_number: Type.String({ description: 'first number, E.164' }),
    last_number: Type.String({ description: 'last number, E.164' }),
    ported_at: Time('when it was ported'),
    link: Type.String({ description: 'where it is' }),
  }),
  'Ports that are on no invoice, the oldest first',
)
