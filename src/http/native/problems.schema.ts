import Type, { type TSchema } from 'typebox'
import { FAULT_CODES } from '../../shared/fault.ts'

type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 412 | 422 | 428 | 429 | 500 | 503

// biome-ignore format: a table
const REFUSALS: Record<RefusalStatus, string> = {
  400: 'Bad input: `detail` says what would be right, `field` which part is to blame',
  401: 'No credentials, or wrong ones',
  403: 'The tier of the key is not enough',
  404: 'There is no such thing',
  409: 'What stands there already is in the way',
  412: 'Somebody else changed it since it was read: read it again',
  422: 'The Idempotency-Key was used for another request',
  428: 'The header If-Match is missing',
  429: 'Too many requests with this key, or too many wrong keys from this address: ask again after the seconds of Retry-After',
  500: 'A fault of ours; the log has more under the request id',
  503: 'Not now: ask again after the seconds of Retry-After',
}

/** Every refusal of this surface (RFC 9457). */
const Problem = Type.Object(
  {
    type: Type.String({
      description: `names the kind of refusal for programs: \`about:portolan:\` and a code that stays, one of ${FAULT_CODES.join(', ')}, internal`,
    }),
    title: Type.String({ description: 'the kind in words, the same for every case' }),
    status: Type.Integer({ description: 'the HTTP status once more' }),
    detail: Type.String({ description: 'what is wrong here, and what would be right' }),
    instance: Type.String({ description: 'id of the request, as the log has it' }),
    field: Type.Optional(Type.String({ description: 'the part of the request that is to blame' })),
  },
  { description: 'A problem (RFC 9457)' },
)

/** Why one line of a list was refused, where the others were not. */
export const LineProblem = Type.Object(
  {
    type: Type.String({ description: 'as of any refusal here' }),
    title: Type.String({ description: 'the kind in words' }),
    detail: Type.String({ description: 'what is wrong, and what would be right' }),
    field: Type.Optional(Type.String({ description: 'the column that is to blame' })),
  },
  { description: 'why it was refused' },
)

const RETRY_AFTER = { 'Retry-After': Type.Integer({ description: 'seconds after which to ask again' }) }
const HEADERS: { readonly [status in RefusalStatus]?: Record<string, TSchema> } = {
  401: { 'WWW-Authenticate': Type.String({ description: 'Basic: what a browser asks its user for' }) },
  429: RETRY_AFTER,
  503: RETRY_AFTER,
}

const problem = (status: RefusalStatus) => ({
  description: REFUSALS[status],
  ...(HEADERS[status] && { headers: HEADERS[status] }),
  content: { 'application/problem+json': { schema: Problem } },
})

/** The refusals of an operation for its `response`: those named, and the three that any may have. */
export function problems(...statuses: RefusalStatus[]): Record<number, ReturnType<typeof problem>> {
  return Object.fromEntries(
    [...statuses, 401, 403, 429, 500].map((status) => [status, problem(status as RefusalStatus)]),
  ) // all are of the union
}
