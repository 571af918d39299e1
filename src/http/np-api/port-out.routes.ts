import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Tier } from '../../accounts/key.ts'
import type { PortOutService } from '../../porting/port-out.ts'
import { callerOf } from '../surface.ts'
import { filterOfWire, identifierOfWire, type LocalNumbers } from './port-in.codec.ts'
import { Done, ListQuery } from './port-in.schema.ts'
import { portOutItemOf, portOutRecordOf } from './port-out.codec.ts'
import { PortOutIdentifier, PortOutList, PortOutRecord, RejectPortOut } from './port-out.schema.ts'
import { refusals } from './refusals.schema.ts'

type Deps = { readonly portOut: PortOutService; readonly numbers: LocalNumbers }

const DESK: readonly Tier[] = ['admin', 'pxs']

/** `/np_api/PortOut`: what other operators ask of us. No rule of porting lives in this file. */
export const portOutRoutes =
  ({ portOut, numbers }: Deps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/PortOut/list',
      {
        config: { tiers: DESK, operation: 'listPortOut' },
        schema: {
          tags: ['PortOut'],
          summary: 'List port-out requests, most recent first',
          description: 'Up to 30 records; page, limit, state and q are additions of this implementation.',
          querystring: ListQuery,
          response: { 200: PortOutList, ...refusals('listPortOut', 400, 403) },
        },
      },
      async ({ query }) => {
        const ports = await portOut.list(filterOfWire(query))
        return ports.map((port) => portOutItemOf(port, numbers))
      },
    )

    app.get(
      '/PortOut/:msgidentifier',
      {
        config: { tiers: DESK, operation: 'getPortOut' },
        schema: {
          tags: ['PortOut'],
          summary: 'Get a port-out request with its log',
          description: 'Its XML messages are below /PortIn/get_xml_list and /PortIn/get_xml, which take port-outs too.',
          params: PortOutIdentifier,
          response: { 200: PortOutRecord, ...refusals('getPortOut', 403, 404) },
        },
      },
      async ({ params }) => {
        const { port, events } = await portOut.get(identifierOfWire(params.msgidentifier))
        return portOutRecordOf(port, events, numbers)
      },
    )

    app.post(
      '/PortOut/:msgidentifier',
      {
        config: { tiers: DESK, operation: 'authorisePortOut' },
        schema: {
          tags: ['PortOut'],
          summary: 'Authorise a port-out and notify the gaining operator',
          description: 'Only valid in Waiting_for_Authorisation_Response (1). A body is ignored.',
          params: PortOutIdentifier,
          response: {
            200: Done,
            ...refusals('authorisePortOut', 403, 404, 409),
          },
        },
      },
      async (request) => {
        const asked = identifierOfWire(request.params.msgidentifier)
        const { msgidentifier } = await portOut.authorise(asked, callerOf(request).name)
        return { result: 'success', msgidentifier, message: `Port-out ${msgidentifier} authorised` } as const
      },
    )

    app.delete(
      '/PortOut/:msgidentifier',
      {
        config: { tiers: DESK, operation: 'rejectPortOut' },
        schema: {
          tags: ['PortOut'],
          summary: 'Reject a port-out',
          description:
            'Only valid in Waiting_for_Authorisation_Response (1), and only for a legitimate reason: account mismatch, outstanding balance, fraudulent request, or number not active. The body is optional and an addition of this implementation.',
          params: PortOutIdentifier,
          body: RejectPortOut,
          response: {
            200: Done,
            ...refusals('rejectPortOut', 400, 403, 404, 409),
          },
        },
        preValidation: async (request) => {
          request.body ??= {}
        },
      },
      async (request) => {
        const asked = identifierOfWire(request.params.msgidentifier)
        const { msgidentifier } = await portOut.reject(asked, request.body.reason, callerOf(request).name)
        return { result: 'success', msgidentifier, message: `Port-out ${msgidentifier} rejected` } as const
      },
    )
  }
