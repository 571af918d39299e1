import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { PortDesk } from '../../porting/desk.ts'
import { callerOf } from '../surface.ts'
import { DESK, MsgIdentifier } from './common.schema.ts'
import { checklistView, guardView } from './evidence.codec.ts'
import { ChecklistView, GuardView } from './evidence.schema.ts'
import { problems } from './problems.schema.ts'

const StepOfPort = Type.Object({
  ...MsgIdentifier.properties,
  step: Type.String({ maxLength: 40, description: 'name of the step: route, dns, bss, charging, hss, crm or welcome' }),
})

/** Why a port may be believed: the steps that prove it, and the checks on which a port-out was decided. */
export const evidenceRoutes =
  ({ desk }: { readonly desk: PortDesk }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/ports/:msgidentifier/checklist',
      {
        config: { tiers: DESK, operation: 'getChecklist' },
        schema: {
          tags: ['Ports'],
          summary: 'What must be confirmed after a port, and what was',
          params: MsgIdentifier,
          response: { 200: ChecklistView, ...problems(400, 404) },
        },
      },
      async ({ params }) => checklistView(await desk.checklist(params.msgidentifier)),
    )

    app.post(
      '/ports/:msgidentifier/checklist/:step/retry',
      {
        config: { tiers: DESK, operation: 'retryStep' },
        schema: {
          tags: ['Ports'],
          summary: 'Have a step tried again at once, because what it failed for was mended',
          description:
            'It is tried in the background: the checklist in the answer has it due now. Webhook deliveries of the step that were given up are made again.',
          params: StepOfPort,
          response: { 200: ChecklistView, ...problems(400, 404, 409, 422) },
        },
      },
      async (request) => {
        const { msgidentifier, step } = request.params
        return checklistView(await desk.retryStep(msgidentifier, step, callerOf(request).name))
      },
    )

    app.get(
      '/ports/:msgidentifier/guard',
      {
        config: { tiers: DESK, operation: 'getGuard' },
        schema: {
          tags: ['Ports'],
          summary: 'What the guard found on a port-out, and on what basis it was decided',
          params: MsgIdentifier,
          response: { 200: GuardView, ...problems(400, 404) },
        },
      },
      async ({ params }) => guardView(await desk.evidence(params.msgidentifier)),
    )
  }
