import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { isRejectCode, REJECT_CODES } from '../../numbers/reject-code.ts'
import type { PortDesk } from '../../porting/desk.ts'
import { QUEUES } from '../../porting/queues.ts'
import { Fault } from '../../shared/fault.ts'
import { DESK, READERS } from './common.schema.ts'
import { portView } from './ports.codec.ts'
import { PortView } from './ports.schema.ts'
import { problems } from './problems.schema.ts'
import { dayOf } from './time.codec.ts'

const QueuesQuery = Type.Object({
  limit: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 100,
      default: 10,
      description: 'a whole number from 0 to 100: ports of each queue',
    }),
  ),
})

const Queues = Type.Object(
  {
    queues: Type.Array(
      Type.Object({
        name: Type.Enum(Object.keys(QUEUES), { type: 'string', description: 'name for programs' }),
        title: Type.String({ description: 'name for people' }),
        next: Type.String({ description: 'what a person does here' }),
        count: Type.Integer({ description: 'how many stand in it, up to 1000' }),
        is_more: Type.Boolean({ description: 'whether there are more than `count`' }),
        ports: Type.Array(PortView, { description: 'those to look at first' }),
      }),
      { description: 'every queue, also an empty one' },
    ),
  },
  { description: 'The work of the desk by next action' },
)

const Count = (description: string) => Type.Integer({ description })
const Seconds = (description: string) => Type.Integer({ description: `${description}, seconds` })

const StatsQuery = Type.Object({
  from: Type.Optional(
    Type.String({ format: 'date', description: 'first day, in the market’s zone; 30 days back when absent' }),
  ),
  to: Type.Optional(Type.String({ format: 'date', description: 'last day, included; today when absent' })),
})

const Stats = Type.Object(
  {
    from: Type.String({ description: 'first day' }),
    to: Type.String({ description: 'last day' }),
    days: Type.Array(
      Type.Object({
        day: Type.String({ description: 'a day of the market' }),
        direction: Type.Enum(['in', 'out'], { type: 'string', description: 'to us, or away' }),
        requested: Count('asked for on that day'),
        ported: Count('ported on that day'),
        rejected: Count('refused on that day'),
      }),
      { description: 'days without anything are left out' },
    ),
    time_to_port: Type.Array(
      Type.Object({
        donor: Type.String({ description: 'operator code' }),
        ports: Count('how many were ported'),
        median_seconds: Seconds('from the request to the number being ported: half took longer'),
        p90_seconds: Seconds('one in ten took longer'),
      }),
      { description: 'port-ins that were ported in the period, by donor' },
    ),
    rejections: Type.Array(
      Type.Object({
        code: Count('code of the catalogue'),
        text: Type.String({ description: 'what the code means' }),
        donor: Type.String({ description: 'operator code of who refused' }),
        count: Count('how often'),
      }),
      { description: 'port-ins that were refused in the period; the most frequent first' },
    ),
  },
  { description: 'Figures of the period' },
)

/** Today's work, and the figures behind it. */
export const deskRoutes =
  ({ desk }: { readonly desk: PortDesk }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/queues',
      {
        config: { tiers: DESK, operation: 'getQueues' },
        schema: {
          tags: ['Ports'],
          summary: 'The work of the desk by next action',
          querystring: QueuesQuery,
          response: { 200: Queues, ...problems(400) },
        },
      },
      async ({ query }) => {
        const queues = await desk.queues(query.limit ?? 10)
        return {
          queues: queues.map(({ name, count, isMore, ports }) => ({
            name,
            ...QUEUES[name],
            count,
            is_more: isMore,
            ports: ports.map((port) => portView(port, desk.actionsOf(port))),
          })),
        }
      },
    )

    app.get(
      '/stats',
      {
        config: { tiers: READERS, operation: 'getStats' },
        schema: {
          tags: ['Ports'],
          summary: 'Ports by day, time to port by donor, rejections by code',
          querystring: StatsQuery,
          response: { 200: Stats, ...problems(400) },
        },
      },
      async ({ query }) => {
        const found = await desk.statistics({ from: dayIn(query.from, 'from'), to: dayIn(query.to, 'to') })
        return {
          from: found.from.toString(),
          to: found.to.toString(),
          days: found.days.map((one) => ({ ...one, day: one.day.toString() })),
          time_to_port: found.timeToPort.map(({ donor, ports, medianSeconds, p90Seconds }) => ({
            donor,
            ports,
            median_seconds: Math.round(medianSeconds),
            p90_seconds: Math.round(p90Seconds),
          })),
          rejections: found.rejections.map(({ code, donor, count }) => ({
            code,
            text: isRejectCode(code) ? REJECT_CODES[code] : REJECT_CODES[0],
            donor,
            count,
          })),
        }
      },
    )
  }

function dayIn(text: string | undefined, field: string): Temporal.PlainDate | undefined {
  if (text === undefined) return undefined
  const day = dayOf(text)
  if (day) return day
  throw new Fault('field_invalid', `${field} must be a day, as 2025-01-15`, field)
}
