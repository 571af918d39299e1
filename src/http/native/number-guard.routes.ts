import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { E164 } from '../../numbers/e164.ts'
import { type Market, parseNumber } from '../../numbers/market.ts'
import type { NumberGuard } from '../../porting/number-guard.ts'
import { Fault } from '../../shared/fault.ts'
import { callerOf } from '../surface.ts'
import { DESK, Page, USUAL_LIMIT } from './common.schema.ts'
import { cursorOf, placeOf } from './cursor.codec.ts'
import { nothing } from './faults.ts'
import { lockView, rangeOfLine, secretOfLine, secretView, verdictsView } from './number-guard.codec.ts'
import {
  LiftQuery,
  LockId,
  LockQuery,
  LockVerdicts,
  LockView,
  NewLocks,
  NewSecrets,
  SecretId,
  SecretQuery,
  SecretVerdicts,
  SecretView,
} from './number-guard.schema.ts'
import { problems } from './problems.schema.ts'
import { boundOf } from './time.codec.ts'

const TAGS = ['Numbers']

export type NumberGuardDeps = { readonly market: Market; readonly numberGuard: NumberGuard }

/** What keeps numbers from leaving: locks, and the PINs and account numbers that a port-out must show. */
export const numberGuardRoutes =
  ({ market, numberGuard }: NumberGuardDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/number-locks',
      {
        config: { tiers: DESK, operation: 'listNumberLocks' },
        schema: {
          tags: TAGS,
          summary: 'Numbers that must not leave, newest first',
          querystring: LockQuery,
          response: { 200: Page(LockView, 'Locks'), ...problems(400) },
        },
      },
      async ({ query }) => {
        const { state = 'standing', number } = query
        const page = pageOf(query, `locks ${state} ${number ?? ''}`, market)
        const found = await numberGuard.locks({ ...page, state })
        return { items: found.map(lockView), next: page.nextAfter(found) }
      },
    )

    app.post(
      '/number-locks',
      {
        config: { tiers: DESK, operation: 'lockNumbers' },
        schema: {
          tags: TAGS,
          summary:
            'Lock numbers: a port-out of them is refused, or held, and cannot be authorised until the lock is lifted',
          body: NewLocks,
          response: { 200: LockVerdicts, ...problems(400, 409, 422) },
        },
      },
      async (request) => {
        const { numbers, reason, until } = request.body
        const end = boundOf(until ?? undefined, { field: 'until', end: 'to', timeZone: market.timeZone })
        const lines = numbers.map((line) => rangeOfLine(line, market))
        return verdictsView('locked', await numberGuard.lock({ lines, reason, until: end, by: callerOf(request).name }))
      },
    )

    app.delete(
      '/number-locks/:id',
      {
        config: { tiers: DESK, operation: 'liftNumberLock' },
        schema: {
          tags: TAGS,
          summary: 'Lift a lock; others on the same numbers stay',
          params: LockId,
          querystring: LiftQuery,
          response: { 204: Type.Null({ description: 'Lifted' }), ...problems(400, 404, 409, 422) },
        },
      },
      async (request, reply) => {
        const { id } = request.params
        const isLifted = await numberGuard.lift(id, callerOf(request).name, request.query.reason)
        if (!isLifted) throw nothing('lock that stands', id)
        return reply.code(204).send(null)
      },
    )

    app.get(
      '/number-secrets',
      {
        config: { tiers: DESK, operation: 'listNumberSecrets' },
        schema: {
          tags: TAGS,
          summary: 'On which numbers a PIN or an account number is set, newest first; never what it is',
          querystring: SecretQuery,
          response: { 200: Page(SecretView, 'Secrets, without themselves'), ...problems(400) },
        },
      },
      async ({ query }) => {
        const page = pageOf(query, `secrets ${query.number ?? ''}`, market)
        const found = await numberGuard.secrets(page)
        return { items: found.map(secretView), next: page.nextAfter(found) }
      },
    )

    app.post(
      '/number-secrets',
      {
        config: { tiers: DESK, operation: 'setNumberSecrets' },
        schema: {
          tags: TAGS,
          summary:
            'Set the PIN or the account number that a port-out must show; one on exactly these numbers is replaced',
          body: NewSecrets,
          response: { 200: SecretVerdicts, ...problems(400, 409, 422) },
        },
      },
      async (request) => {
        const { kind, numbers } = request.body
        const lines = numbers.map((line) => secretOfLine(line, market))
        return verdictsView('set', await numberGuard.setSecrets({ lines, kind, by: callerOf(request).name }))
      },
    )

    app.delete(
      '/number-secrets/:id',
      {
        config: { tiers: DESK, operation: 'removeNumberSecret' },
        schema: {
          tags: TAGS,
          summary: 'Ask for this PIN or account number no longer',
          params: SecretId,
          response: { 204: Type.Null({ description: 'Removed' }), ...problems(400, 404, 409, 422) },
        },
      },
      async (request, reply) => {
        const { id } = request.params
        if (!(await numberGuard.removeSecret(id, callerOf(request).name))) throw nothing('secret that is set', id)
        return reply.code(204).send(null)
      },
    )
  }

type PageAsked = { readonly number?: string; readonly cursor?: string; readonly limit?: number }

/** A page in domain words, and the cursor after it. Faults: number_invalid, field_invalid. */
function pageOf({ number, cursor, limit = USUAL_LIMIT }: PageAsked, question: string, market: Market) {
  const place = placeOf(question, cursor, ['id'])
  return {
    number: number === undefined ? undefined : numberOf(number, market),
    before: place?.[0],
    limit,
    nextAfter(found: readonly { readonly id: string }[]): string | null {
      const last = found.at(-1)
      return last && found.length === limit ? cursorOf(question, [last.id]) : null
    },
  }
}

function numberOf(text: string, market: Market): E164 {
  const number = parseNumber(market, text)
  if (number) return number
  throw new Fault('number_invalid', `number ${JSON.stringify(text)} is no number of ${market.title}`, 'number')
}
