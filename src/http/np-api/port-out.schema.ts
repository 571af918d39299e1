import Type, { type Static } from 'typebox'

const Range = Type.Object({
  telephonenumberseriestart: Type.String({ description: 'first number, local digits' }),
  telephonenumberserieend: Type.String({ description: 'last number, local digits' }),
})

/** The keys in the order of the document (contract 3.1.4); an answer has them in this order. */
const RECORD = {
  port_out_id: Type.Integer({ description: 'number of the record in this installation' }),
  msgidentifier: Type.String({
    description: 'identifier at the clearinghouse: country, year and month, gaining operator, sequence',
  }),
  PortingState: Type.Integer({ description: 'number of the state: 1, 2, 10, 20, 30, 97, 98 or 99' }),
  PortingStateString: Type.String({ description: 'name of the state' }),
  recipientnetworkoperator: Type.String({ description: 'operator code of the gaining operator' }),
  Type_of_Numbers: Type.Enum(['mobile', 'fixed'], { type: 'string', description: 'kind of the numbers' }),
  submission_timestamp: Type.String({ description: 'UTC, without a zone: 2025-01-16T09:15:00' }),
  update_timestamp: Type.String({ description: 'UTC, without a zone' }),
  phone_number_ranges: Type.Array(Range, { description: 'ranges of the port, both ends included' }),
}

const PortOutEvent = Type.Object({
  porting_out_event_id: Type.Integer({ description: '1, 2, 3 ... within the record' }),
  msgtype: Type.String({
    description: 'what was said: AuthorisationResponse, InstructionResponse, or a type of the clearinghouse',
  }),
  direction: Type.Integer({ description: '0 sent, 1 received' }),
  eventlog: Type.String({ description: 'what happened, in words' }),
  submission_timestamp: Type.String({ description: 'UTC, with zone: 2025-01-16T09:15:00Z' }),
})

export const PortOutRecord = Type.Object(
  { ...RECORD, events: Type.Array(PortOutEvent, { description: 'the log of the record, oldest first' }) },
  { description: 'The record with its log' },
)
export type PortOutRecord = Static<typeof PortOutRecord>

export const PortOutItem = Type.Object(RECORD)
export type PortOutItem = Static<typeof PortOutItem>

export const PortOutList = Type.Array(PortOutItem, {
  description: 'Records without their logs, most recent first',
})

/** The body may be left out: the route takes an absent one for an empty object. */
export const RejectPortOut = Type.Object(
  {
    reason: Type.Optional(
      Type.Integer({
        description:
          'the code of a legitimate reason that the market allows: 31 number not active, 32 account mismatch, 33 outstanding balance, 37 fraudulent request; absent or 99: not given',
      }),
    ),
  },
  { description: 'Why; may be left out. Fields that are not listed are ignored.' },
)

export const PortOutIdentifier = Type.Object({
  msgidentifier: Type.String({
    description: 'identifier of the port-out, such as XX202501-DONOR-00001',
  }),
})
