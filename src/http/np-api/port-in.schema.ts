import Type, { type Static, type TSchema } from 'typebox'
import { REJECT_CODES_LISTED, STATES_LISTED } from '../said-once.ts'

const Nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])

/**
 * Descriptions complete the sentence "it must be ...", because a refusal says so with them. Fields that are not listed
 * are ignored.
 */
export const CreatePortIn = Type.Object(
  {
    donornetworkoperator: Type.Optional(
      Type.String({
        pattern: '^[^<>\\u0000-\\u001f\\u007f]{0,60}$',
        description: 'the operator code or name of the donor; absent, empty or Auto: found from the number range',
      }),
    ),
    email: Type.String({
      pattern: '^[^\\s@\\u0000-\\u001f\\u007f<>]+@[^\\s@\\u0000-\\u001f\\u007f<>]+$',
      maxLength: 254,
      description: 'the e-mail address of the contact, such as ops@example.com, at most 254 characters',
    }),
    overridecooloff: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'true or false; true only when the customer has waived the cool-off period (default false)',
      }),
    ),
    contacttelephonenumber: Type.String({
      pattern: '^\\+?[0-9](?:[ ().-]{0,2}[0-9]){2,14}$',
      description: "the customer's authorisation number: 3 to 15 digits",
    }),
    Type_of_Numbers: Type.Enum(['mobile', 'fixed'], { type: 'string', description: 'mobile or fixed, in any case' }),
    telephonenumberseriestart: Type.String({
      pattern: '^\\+?[0-9 ().-]{1,30}$',
      description: 'the first number of the range: local digits without country code, or + and the full number',
    }),
    telephonenumberserieend: Type.String({
      pattern: '^\\+?[0-9 ().-]{1,30}$',
      description: 'the last number of the range, the same as the first for a single number',
    }),
    AccountType: Type.Enum(['Prepaid', 'Postpaid'], {
      type: 'string',
      description: 'Prepaid or Postpaid, in any case',
    }),
    PortingState: Type.Optional(
      Type.Integer({
        default: 0,
        description:
          'a number of the state table; absent or 0 for a port-in. Any other (admin only) records a port that is in this state already, with no word to the clearinghouse',
      }),
    ),
  },
  { description: 'A port-in request. Fields that are not listed are ignored.' },
)

const Range = Type.Object({
  telephonenumberseriestart: Type.String({ description: 'first number, local digits' }),
  telephonenumberserieend: Type.String({ description: 'last number, local digits' }),
})

/** The keys in the order of the document (contract 3.1.3); an answer has them in this order. */
const RECORD = {
  port_in_id: Type.Integer({ description: 'number of the record in this installation' }),
  msgidentifier: Type.String({
    description: 'identifier at the clearinghouse: country, year and month, operator, sequence',
  }),
  PortingState: Type.Integer({ description: `number of the state: ${STATES_LISTED}` }),
  PortingStateString: Type.String({ description: 'name of the state' }),
  donornetworkoperator: Type.String({
    description: 'operator code of the donor, also where it was found automatically',
  }),
  email: Nullable(Type.String({ description: 'e-mail address of the contact' })),
  contacttelephonenumber: Nullable(Type.String({ description: "the customer's authorisation number" })),
  Type_of_Numbers: Type.Enum(['mobile', 'fixed'], { type: 'string', description: 'kind of the numbers' }),
  AccountType: Nullable(
    Type.Enum(['Prepaid', 'Postpaid'], { type: 'string', description: 'account type as last sent' }),
  ),
  overridecooloff: Type.Boolean({ description: 'whether the customer has waived the cool-off period' }),
  submission_timestamp: Type.String({ description: 'UTC, without a zone: 2025-01-15T10:30:00' }),
  update_timestamp: Type.String({ description: 'UTC, without a zone' }),
  failure_reason: Nullable(
    Type.Integer({ description: `why it was refused, null unless it was: ${REJECT_CODES_LISTED}` }),
  ),
  original_porting_request: Nullable(
    Type.String({
      description: 'msgidentifier of the first record of a chain of resubmissions; null on the first itself',
    }),
  ),
  phone_number_ranges: Type.Array(Range, { description: 'ranges of the port, both ends included' }),
}

const PortInEvent = Type.Object({
  porting_in_event_id: Type.Integer({ description: '1, 2, 3 ... within the record' }),
  msgtype: Type.String({
    description: 'what was said: PortingRequest, Instruction, Abort, or a type of the clearinghouse',
  }),
  direction: Type.Integer({ description: '0 sent, 1 received' }),
  eventlog: Type.String({ description: 'what happened, in words' }),
  submission_timestamp: Type.String({ description: 'UTC, with zone: 2025-01-15T10:30:00Z' }),
})

export const PortInRecord = Type.Object(
  { ...RECORD, events: Type.Array(PortInEvent, { description: 'the log of the record, oldest first' }) },
  { description: 'The record with its log' },
)
export type PortInRecord = Static<typeof PortInRecord>

export const PortInItem = Type.Object({
  ...RECORD,
  superseded_by: Nullable(
    Type.String({ description: 'msgidentifier of the record that replaced this one; null while it stands' }),
  ),
})
export type PortInItem = Static<typeof PortInItem>

export const PortInList = Type.Array(PortInItem, {
  description: 'Records without their logs, most recent first',
})

export const ListQuery = Type.Object({
  page: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100_000,
      default: 1,
      description: 'a whole number from 1: which page, the most recent being 1',
    }),
  ),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 30,
      description: 'a whole number from 1 to 100: how many records a page has, 30 when absent',
    }),
  ),
  state: Type.Optional(Type.String({ maxLength: 60, description: 'a state by name or number, such as TimeOut or 97' })),
  q: Type.Optional(
    Type.String({
      pattern: '^[^\\u0000-\\u001f\\u007f]{0,64}$',
      description:
        'a number of the range, the beginning of a msgidentifier, its end from the last five digits on or more, or an operator; at most 64 characters',
    }),
  ),
})

export const Identifier = Type.Object({
  msgidentifier: Type.String({
    description: 'identifier of the port, such as XX202501-CARR-00001',
  }),
})

export const FilePath = Type.Object({
  folder: Type.String({
    description: 'output_XML (sent) or input_XML (received), in any case',
  }),
  filename: Type.String({
    description: 'a name that get_xml_list gives',
  }),
})

export const FileList = Type.Array(Type.String({ description: 'output_XML/... sent, input_XML/... received' }), {
  description: 'Names of the XML messages of the port, oldest first',
})

export const XmlFile = Type.Unsafe<Buffer>({
  type: 'string',
  format: 'binary',
})

/** The answer to a command (contract O-58). */
export const Done = Type.Object(
  {
    result: Type.Literal('success', { description: 'always success: a refusal has another status' }),
    msgidentifier: Type.String({ description: 'identifier of the port that was acted on' }),
    message: Type.String({ description: 'what was done, in words' }),
  },
  { description: 'Done' },
)
