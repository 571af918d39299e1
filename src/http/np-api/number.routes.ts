import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Tier } from '../../accounts/key.ts'
import type { NumberDesk } from '../../porting/number-desk.ts'
import { callerOf } from '../surface.ts'
import { NumberInfo, TerminatePath, TerminationRequested } from './number.schema.ts'
import { refusals } from './refusals.schema.ts'
import { Msisdn } from './route.schema.ts'

type Deps = { readonly numberDesk: NumberDesk }

const DESK: readonly Tier[] = ['admin', 'pxs']
const READERS: readonly Tier[] = ['admin', 'pxs', 'read_only']

/** `/np_api/info` and `/np_api/terminate`: single numbers at the clearinghouse. */
export const numberRoutes =
  ({ numberDesk }: Deps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/info/:msisdn',
      {
        config: { tiers: READERS, operation: 'getNumberInfo' },
        schema: {
          tags: ['Number'],
          summary: 'Ask the clearinghouse about a number',
          description:
            'Waits for its answer, 10 seconds unless PORTOLAN_INFO_TIMEOUT_SECONDS says otherwise, and hands it on as JSON.',
          params: Msisdn,
          response: { 200: NumberInfo, ...refusals('getNumberInfo', 400, 403, 409) },
        },
        // handed on as it came: the schema describes it and takes nothing out
        serializerCompiler: () => (answer: unknown) => JSON.stringify(answer),
      },
      async (request) => numberDesk.info(request.params.msisdn, callerOf(request).name),
    )

    app.delete(
      '/terminate/:msisdn/:type_of_numbers',
      {
        config: { tiers: DESK, operation: 'terminateNumber' },
        schema: {
          tags: ['Number'],
          summary: 'Give a number up: request its termination and remove its route',
          description:
            'Its block holder answers for it again. Asked a second time, nothing more is done. A body is ignored.',
          params: TerminatePath,
          response: { 200: TerminationRequested, ...refusals('terminateNumber', 400, 403, 409) },
        },
        preValidation: async (request) => {
          // any case of the two words (contract O-34)
          const params = request.params as { type_of_numbers: string } // the path has it
          params.type_of_numbers = params.type_of_numbers.toLowerCase()
        },
      },
      async (request) => {
        const { msisdn, type_of_numbers: numberType } = request.params
        const { isRepetition, at } = await numberDesk.terminate(msisdn, numberType, callerOf(request).name)
        const message = isRepetition
          ? `Termination of ${msisdn} was requested on ${at.toString({ smallestUnit: 'second' })}; its route is removed`
          : `Termination of ${msisdn} requested; its route is removed`
        return { result: 'success', msisdn, message } as const
      },
    )
  }
