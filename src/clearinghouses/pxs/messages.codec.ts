import type { ValueOfFields } from './content.codec.ts'
import {
  any,
  BOOLEAN,
  INTEGER,
  listOf,
  maybe,
  one,
  orElse,
  record,
  STAMP,
  some,
  TEXT,
  TOKEN,
  word,
} from './content.codec.ts'

const RESULT = word('accept', 'reject')
const NUMBER_TYPE = word('mobile', 'fixed')
const ACCOUNT_TYPE = word('Prepaid', 'Postpaid')

/** Local digits of the market at both ends, as the source document writes ranges. */
const SERIE = record({
  first: one(TOKEN),
  last: one(TOKEN),
  result: maybe(RESULT),
  code: maybe(INTEGER),
  routingNumber: maybe(TOKEN),
})
const SERIES = listOf('serie', SERIE)
const PARTY = record({ operator: one(TOKEN), serviceProvider: maybe(TOKEN) })
const CUSTOMER = record({
  name: maybe(TEXT),
  idType: maybe(TOKEN),
  idNumber: maybe(TOKEN),
  accountNumber: maybe(TOKEN),
})
const PROBLEM = record({ errorCode: one(TOKEN), field: maybe(TOKEN), number: maybe(TOKEN), description: one(TEXT) })

const STEP_RESPONSE = { result: one(RESULT), code: one(INTEGER), text: maybe(TEXT), scheduledAt: maybe(STAMP) }
const TERMINATION = {
  currentOperator: one(TOKEN),
  rangeHolder: maybe(TOKEN),
  numberType: one(NUMBER_TYPE),
  effectiveAt: one(STAMP),
  series: one(SERIES),
}

/** Every message body. The key is its name; the fields stand in the order of the wire. */
export const PXS_BODIES = {
  authorisation_request: {
    recipient: one(TOKEN),
    recipientProvider: maybe(TOKEN),
    donor: maybe(TOKEN), // left out: the clearinghouse finds it
    donorProvider: maybe(TOKEN),
    numberType: one(NUMBER_TYPE),
    accountType: one(ACCOUNT_TYPE),
    isCoolOffOverridden: orElse(false, BOOLEAN),
    contactNumber: one(TOKEN),
    email: one(TEXT),
    customer: maybe(CUSTOMER),
    requestedAt: maybe(STAMP),
    authorisationDeadline: maybe(STAMP), // written by the clearinghouse
    series: one(SERIES),
    note: maybe(TEXT),
  },
  authorisation_response: {
    result: one(RESULT),
    code: one(INTEGER),
    text: maybe(TEXT),
    donor: one(TOKEN),
    firstPossibleAt: maybe(STAMP),
    validUntil: maybe(STAMP),
    series: maybe(SERIES),
  },
  instruction: { portingAt: maybe(STAMP) },
  instruction_response: STEP_RESPONSE,
  change: {
    requestedAt: maybe(STAMP),
    accountType: maybe(ACCOUNT_TYPE),
    contactNumber: maybe(TOKEN),
    note: maybe(TEXT),
  },
  change_response: STEP_RESPONSE,
  abort: { reasonCode: one(INTEGER), reasonText: maybe(TEXT) },
  abort_response: STEP_RESPONSE,
  ported: {
    recipient: one(TOKEN),
    donor: one(TOKEN),
    rangeHolder: maybe(TOKEN),
    numberType: one(NUMBER_TYPE),
    routingNumber: maybe(TOKEN),
    actualAt: one(STAMP),
    series: one(SERIES),
  },
  timedout: { phase: one(word('authorisation', 'instruction', 'porting', 'change')), deadline: one(STAMP) },
  termination_request: TERMINATION,
  terminated: TERMINATION,
  numberinfo_request: { number: one(TOKEN) },
  numberinfo_response: {
    number: one(TOKEN),
    isPorted: one(BOOLEAN),
    currentOperator: maybe(TOKEN),
    rangeHolder: maybe(TOKEN),
    numberType: maybe(NUMBER_TYPE),
    routingNumber: maybe(TOKEN),
    lastPortedAt: maybe(STAMP),
    openMsgidentifier: maybe(TOKEN),
  },
  sync_request: { from: maybe(STAMP), to: maybe(STAMP), afterMsgid: maybe(TOKEN) },
  error: { erroredMsgid: one(TOKEN), errors: some(PROBLEM) },
}

const HEADER_FIELDS = {
  msgid: one(TOKEN),
  msgidentifier: maybe(TOKEN),
  msgtype: one(TOKEN),
  at: one(STAMP),
  sender: one(PARTY),
  receiver: one(PARTY),
}
export const PXS_HEADER = record(HEADER_FIELDS)

const ACK_FIELDS = { msgid: one(TOKEN), result: one(RESULT), isDuplicate: orElse(false, BOOLEAN), errors: any(PROBLEM) }
export const PXS_ACK = record(ACK_FIELDS)

export type PxsKind = keyof typeof PXS_BODIES
type BodyOf<Kind extends PxsKind> = { readonly kind: Kind } & ValueOfFields<(typeof PXS_BODIES)[Kind]>

/** One of the sixteen bodies, told apart by `kind`. */
export type PxsBody = { [Kind in PxsKind]: BodyOf<Kind> }[PxsKind]
export type PxsBodyOf<Kind extends PxsKind> = BodyOf<Kind>

/** The envelope as the wire has it, with the type still a word of the sender. */
export type PxsHeader = ValueOfFields<typeof HEADER_FIELDS>

/** A message of a known type: its msgtype is its body's kind. `msgid` is unique per sender for ever. */
export type PxsMessage = Omit<PxsHeader, 'msgtype'> & { readonly body: PxsBody }

/** The immediate answer to a message: whether it was taken, not what comes of it. */
export type PxsAck = ValueOfFields<typeof ACK_FIELDS>
export type PxsProblem = ValueOfFields<(typeof PXS_BODIES)['error']>['errors'][number]
export type PxsSerie = PxsBodyOf<'ported'>['series'][number]
