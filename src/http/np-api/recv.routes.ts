import type { FastifyPluginAsync } from 'fastify'
import Type from 'typebox'
import { callerOf } from '../surface.ts'
import { type RawBody, readRawBodies } from './body.ts'
import { refusals } from './refusals.schema.ts'

/** What a clearinghouse sent, untouched. `peer` is the user name of its credentials. */
export type RawMessage = {
  readonly body: Buffer
  /** Whether `body` is only the beginning of what was sent. */
  readonly isTruncated: boolean
  readonly contentType: string
  readonly peer: string
}
export type RawAnswer = { readonly status: number; readonly contentType: string; readonly body: Buffer | string }

/** Takes in a message: keeps the bytes first, then reads them. Its answer is sent back as it is. */
export type Receive = (message: RawMessage) => Promise<RawAnswer>

type Deps = { readonly receive: Receive; readonly deploymentPrefix: string }

/** No body is a message of no bytes. */
const NOTHING: RawBody = { bytes: Buffer.alloc(0), isTruncated: false }

const ACK = '<ack xmlns="urn:np:pxs-profile:1"><msgid>8f14e45f</msgid><result>accept</result></ack>'

/** The status is the receiver's own, so any number may come; 200 is what a clearinghouse looks for. */
const ANSWERS: Record<number, unknown> = {
  200: {
    description: 'The acknowledgement',
    content: { 'application/xml': { schema: Type.String({ examples: [ACK] }) } },
  },
  ...refusals('receiveMessage', 400, 403),
}

/** `/np_api/{deployment_prefix}/recv/`: hands bytes on and knows nothing of them. Only for a clearinghouse (contract O-14). */
export const recvRoutes =
  ({ receive, deploymentPrefix }: Deps): FastifyPluginAsync =>
  async (app) => {
    readRawBodies(app)
    app.post<{ Body: RawBody | undefined }>(
      `/${deploymentPrefix}/recv`,
      {
        config: { tiers: ['clearinghouse'], operation: 'receiveMessage' },
        schema: {
          tags: ['Clearinghouse'],
          summary: 'Take in a message of the clearinghouse',
          description:
            'Internal: only for the credentials of a clearinghouse, not even for an admin. The message is kept as it came before it is read (of one above 256 kB the beginning, and it counts as one that cannot be read); the answer is an XML acknowledgement.',
          response: ANSWERS,
        },
      },
      async (request, reply) => {
        const { bytes, isTruncated } = request.body ?? NOTHING
        const answer = await receive({
          body: bytes,
          isTruncated,
          contentType: request.sentContentType,
          peer: callerOf(request).name,
        })
        return reply.code(answer.status).type(answer.contentType).send(answer.body)
      },
    )
  }
