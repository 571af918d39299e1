import Type, { type TObject } from 'typebox'

type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 500

// biome-ignore format: a table
const REFUSALS: Record<RefusalStatus, readonly [description: string, reason: string]> = {
  400: ['Bad input: `Reason` names the field and what would be right',  'email is missing: it must be the e-mail address of the contact, such as ops@example.com, at most 254 characters'],
  401: ['No credentials, wrong ones, or too many wrong ones',           'the API key is not known, has ended, or belongs to another user name'],
  403: ['The tier of the key is not enough; for get_xml: no such file', 'this needs the tier admin or pxs; the key of reader is read_only'],
  404: ['No such port, route or subscription',                                                'there is no port XX202501-CARR-00009'],
  409: ['The state of the port or of its numbers stands in the way',    'XX202501-CARR-00001 is in Number_Ported (20), where an instruction is not possible'],
  500: ['A fault of ours; the log has more under the request id',       'internal error; the log tells more about request 0198c1de-5f7b-7aaa-8000-5d2f4d1c9a11'],
}

/** Examples that only this operation can have. */
// biome-ignore format: a table
const OWN_REASONS: Record<string, string> = {
  'listPortIn 400': 'limit is not right: it must be a whole number from 1 to 100',
  'createPortIn 403': 'PortingState: a value other than 0 imports a port, which needs an admin key; leave it out to submit a port-in',
  'createPortIn 409': 'some of 5550100 to 5550199 are in XX202501-CARR-00001, which is in Waiting_for_Instruction (2)',
  'abortPortIn 409':  'XX202501-CARR-00001 is in Number_Ported (20), where an abort is not possible',
  'getRoute 400':     'msisdn 5550100 is no number of Example: it must be a full number with country code, such as 15550100',
  'getRoute 404':     'msisdn: 15559999 has no route and is in no number block of Example',
  'getHssRoute 400':  'msisdn must be the full number without plus, such as 15550100',
  'getHssRoute 404':  'msisdn: the HSS has no subscription with the primary number 15550100',
  'pushRoute 400':    'operator is not of Example: it must be one of CARR, DONOR, THIRD',
  'pushRoute 409':    'msisdn: 15550100 came to us by the port XX202501-CARR-00001, which promises its route: let it be ported out or terminated; an admin may set the route aside with a reason in the header X-Audit-Reason',
  'deleteRoute 400':  'msisdn must be the full number without plus, such as 15550100',
  'deleteRoute 404':  'msisdn: 15550300 has no route of its own; it is answered from its block, which DONOR holds',
  'deleteRoute 409':  'msisdn: 15550100 came to us by the port XX202501-CARR-00001, which promises its route: let it be ported out or terminated; an admin may set the route aside with a reason in the header X-Audit-Reason',
  'listPortOut 400':  'limit is not right: it must be a whole number from 1 to 100',
  'getPortOut 404':   'no port-out XX202501-DONOR-00009; an identifier looks like XX202501-DONOR-00001',
  'authorisePortOut 404': 'no port-out XX202501-DONOR-00009; an identifier looks like XX202501-DONOR-00001',
  'authorisePortOut 409': 'XX202501-DONOR-00001 is in Rejected (99); authorise is possible only in Waiting_for_Authorisation_Response (1)',
  'rejectPortOut 400': 'reason must be a legitimate one of Example: 31 Account Suspended (number not active), 32 Account Problem (account mismatch), 33 Bill Problem (outstanding balance), 37 Special (fraudulent request), 99 General Rejection (no reason given)',
  'rejectPortOut 404': 'no port-out XX202501-DONOR-00009; an identifier looks like XX202501-DONOR-00001',
  'rejectPortOut 409': 'XX202501-DONOR-00001 is in Waiting_for_Instruction (2); reject is possible only in Waiting_for_Authorisation_Response (1)',
  'getNumberInfo 400': 'msisdn must be the full number without plus, such as 15550100',
  'getNumberInfo 409': 'the clearinghouse refuses the question: number_outside_plan: 5559999 is no number of Example',
  'getNumberInfo 500': 'the clearinghouse did not answer within 10 seconds',
  'terminateNumber 400': 'msisdn 15550100 is not a fixed number of Example; one looks like 15560100',
  'terminateNumber 409': 'msisdn 15550300 is served by DONOR, not by CARR; only its own operator can terminate it',
  'getXml 403':       'there is no such file: take the folder and the name from get_xml_list',
  'validateSms 400':  'phone_number "5" is not a number of this market: it must be local digits, or + and the full number',
  'validateSms 403':  'this needs the tier admin or pxs or read_only; the key of pxs is clearinghouse',
  'receiveMessage 400': 'the request is not valid HTTP',
  'receiveMessage 403': 'this needs the tier clearinghouse; the key of admin is admin',
}

/** The refusals of an operation for its `response`: those named, and 401 and 500, which any may have. */
export function refusals<Status extends 400 | 403 | 404 | 409>(
  operation: string,
  ...statuses: Status[]
): Record<Status | 401 | 500, TObject> {
  const table: Partial<Record<RefusalStatus, TObject>> = {}
  for (const status of [...statuses, 401, 500] as const) {
    const [description, anyReason] = REFUSALS[status]
    const reason = OWN_REASONS[`${operation} ${status}`] ?? anyReason
    table[status] = Type.Object(
      {
        result: Type.String({ description: 'Exception raised in ..., the name of the operation' }),
        Reason: Type.String({ description: 'what is wrong, and what would be right' }),
      },
      { description, examples: [{ result: `Exception raised in ${operation}`, Reason: reason }] },
    )
  }
  // every status asked for has been filled in just now
  return table as Record<Status | 401 | 500, TObject>
}
