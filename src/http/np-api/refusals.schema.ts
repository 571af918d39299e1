import Type, { type TObject } from 'typebox'

type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 429 | 500

// biome-ignore format: a table
const REFUSALS: Record<RefusalStatus, readonly [description: string, reason: string]> = {
  400: ['Bad input: `Reason` names the field and what would be right',  'email is missing: it must be the e-mail address of the contact, such as ops@example.com, at most 254 characters'],
  401: ['No credentials, wrong ones, or too many wrong ones',           'the API key is not known, has ended, or belongs to another user name'],
  403: ['The tier of the key is not enough; for get_xml: no such file', 'this needs the tier admin or pxs; the key of reader is read_only'],
  404: ['No such port, route or subscription',                                                'there is no port XX202501-CARR-00009'],
  409: ['The state of the port or of its numbers stands in the way',    'XX202501-CARR-00001 is in Number_Ported (20), where an instruction is not possible'],
  429: ['Too many requests with this key: ask again after the seconds of `Retry-After`', 'too many requests with one key: at most 200 a second, and 2000 at once after a rest; nothing was done, ask again in a second'],
  500: ['A fault of ours; the log has more under the request id',       'internal error; the log tells more about request 0198c1de-5f7b-7aaa-8000-5d2f4d1c9a11'],
}

/** Examples that only this operation can have, and that need a peer; the others are recorded (`examples.gen.json`). */
// biome-ignore format: a table
const OWN_REASONS: Record<string, string> = {
  'getHssRoute 404':  'msisdn: the HSS has no subscription with the primary number 15550100',
  'getNumberInfo 409': 'the clearinghouse refuses the question: number_outside_plan: 5559999 is no number of Example',
  'getNumberInfo 500': 'the clearinghouse did not answer within 10 seconds',
  'receiveMessage 400': 'the request is not valid HTTP',
}

const RETRY_AFTER = { 'Retry-After': Type.Integer({ description: 'seconds after which to ask again' }) }

/** What the clearinghouse calls is not limited. */
const UNLIMITED = 'receiveMessage'

/** The refusals of an operation for its `response`: those named, and 401, 429 and 500, which any may have. */
export function refusals<Status extends 400 | 403 | 404 | 409>(
  operation: string,
  ...statuses: Status[]
): Record<Status | 401 | 500, TObject> {
  const table: Partial<Record<RefusalStatus, TObject>> = {}
  const ofAny = operation === UNLIMITED ? ([401, 500] as const) : ([401, 429, 500] as const)
  for (const status of [...statuses, ...ofAny] as const) {
    const [description, anyReason] = REFUSALS[status]
    const reason = OWN_REASONS[`${operation} ${status}`] ?? anyReason
    table[status] = Type.Object(
      {
        result: Type.String({ description: 'Exception raised in ..., the name of the operation' }),
        Reason: Type.String({ description: 'what is wrong, and what would be right' }),
      },
      {
        description,
        ...(status === 429 && { headers: RETRY_AFTER }),
        examples: [{ result: `Exception raised in ${operation}`, Reason: reason }],
      },
    )
  }
  // every status asked for has been filled in just now
  return table as Record<Status | 401 | 500, TObject>
}
