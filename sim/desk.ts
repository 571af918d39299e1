import type { PxsBodyOf, PxsKind, PxsMessage } from '../src/clearinghouses/pxs/messages.codec.ts'
import { blockOf, localOf, operatorOf, parseNumber, typeOf } from '../src/numbers/market.ts'
import { includes, type NumberRange } from '../src/numbers/range.ts'
import { Fault } from '../src/shared/fault.ts'
import { type Cast, type Draft, openDraft, storyOfDossier } from './draft.ts'
import { openRequest, rangeAsked } from './request.ts'
import type { Deed, Scene } from './stories.ts'
import type { Dossier, DossierState, Entry, World } from './world.ts'

/** What the clearinghouse does on a message that it has acknowledged: an effect, a plan, or an `error` message. */
export function react(cast: Cast, world: World, message: PxsMessage, nowMs: number): readonly Entry[] {
  const draft = openDraft(cast, world, nowMs)
  try {
    REACTIONS[message.body.kind]({ cast, world, draft, message })
    return draft.entries
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault
    // A rule was broken: nothing of the draft happens, and the sender is told why.
    const refusal = openDraft(cast, world, nowMs)
    const field = fault.field !== undefined && { field: fault.field }
    const errors = [{ errorCode: fault.code, ...field, description: fault.message.slice(0, 255) }]
    refusal.say(cast.clearinghouse, { kind: 'error', erroredMsgid: message.msgid, errors }, message.msgidentifier)
    return refusal.entries
  }
}

type Case = { readonly cast: Cast; readonly world: World; readonly draft: Draft; readonly message: PxsMessage }

/** A message that only answers one of ours, and changes nothing over there. */
const note = (): void => {}

const refuse = ({ message }: Case): void => {
  throw new Fault('illegal_transition', `${message.body.kind} is not for an operator to say`, 'msgtype')
}

const REACTIONS: Readonly<Record<PxsKind, (said: Case) => void>> = {
  authorisation_request: request,
  authorisation_response: decide,
  instruction: instruct,
  instruction_response: note,
  change: change,
  change_response: note,
  abort: abort,
  abort_response: note,
  ported: refuse,
  timedout: refuse,
  termination_request: terminate,
  terminated: refuse,
  numberinfo_request: inform,
  numberinfo_response: note,
  sync_request: replay,
  error: note,
}

function request({ cast, world, draft, message }: Case): void {
  const body = bodyOf(message, 'authorisation_request')
  const dossier = openRequest(cast, world, message, body, draft.at)
  draft.entries.push({ kind: 'dossier', dossier })
  draft.plan(dossier.msgidentifier, storyOfDossier(cast, dossier).request)
  draft.planAt(dossier.msgidentifier, Temporal.Instant.from(dossier.deadline).epochMilliseconds, { say: 'deadline' })
}

/** Our answer as the donor of a port-out. */
function decide({ world, draft, message }: Case): void {
  const dossier = dossierOf(world, message, 'donor')
  expect(dossier, ['requested'], message)
  const { result } = bodyOf(message, 'authorisation_response')
  move(draft, dossier, result === 'accept' ? 'authorised' : 'rejected')
  if (result === 'accept') draft.plan(dossier.msgidentifier, [[1, { say: 'instruction' }]])
}

/** An instruction for what is ported already is granted: it has come too late to matter, and nothing is to mend. */
function instruct({ cast, world, draft, message }: Case): void {
  const dossier = dossierOf(world, message, 'recipient')
  expect(dossier, ['authorised', 'ported'], message)
  const { state, instructions } = dossier
  const takes = storyOfDossier(cast, dossier).instruction
  const scene: Scene = takes[instructions] ?? takes.at(-1) ?? []
  const next = state === 'ported' ? state : 'instructed'
  draft.entries.push({ kind: 'dossier', dossier: { ...dossier, state: next, instructions: instructions + 1 } })
  draft.plan(dossier.msgidentifier, scene)
}

function change({ cast, world, draft, message }: Case): void {
  const dossier = dossierOf(world, message, 'recipient')
  expect(dossier, ['authorised', 'instructed'], message)
  draft.plan(dossier.msgidentifier, storyOfDossier(cast, dossier).change)
}

/** Too late is an answer, not a mistake: it crosses with what has happened meanwhile. */
function abort({ world, draft, message }: Case): void {
  const dossier = dossierOf(world, message, 'recipient')
  const isInTime = dossier.state === 'requested' || dossier.state === 'authorised'
  const deed: Deed = isInTime ? { say: 'abort_confirmed' } : { say: 'abort_refused', code: 99 }
  if (isInTime) move(draft, dossier, 'aborted')
  draft.plan(dossier.msgidentifier, [[1, deed]])
}

function terminate({ cast, world, draft, message }: Case): void {
  const body = bodyOf(message, 'termination_request')
  for (const serie of body.series) {
    const range = rangeAsked(cast, serie, body.numberType)
    const server = serverOf({ cast, world }, range.first)?.operator
    if (server !== body.currentOperator || server !== serverOf({ cast, world }, range.last)?.operator) {
      throw new Fault(
        'donor_unknown',
        `${serie.first} to ${serie.last} are not served by ${body.currentOperator}`,
        'currentnetworkoperator',
      )
    }
    draft.entries.push({ kind: 'moved', range, operator: null, at: draft.at.toString() })
  }
  draft.say(cast.clearinghouse, { ...body, kind: 'terminated' }, message.msgidentifier)
}

function inform({ cast, world, draft, message }: Case): void {
  const { number: asked } = bodyOf(message, 'numberinfo_request')
  const number = parseNumber(cast.market, asked)
  if (number === undefined)
    throw new Fault('number_outside_plan', `${asked} is no number of ${cast.market.title}`, 'telephonenumber')
  const server = serverOf({ cast, world }, number)
  const open = world.dossiers.values().find(({ range, state }) => OPEN.includes(state) && includes(range, number))
  const holder = blockOf(cast.market, number)?.holder
  const numberType = typeOf(cast.market, number)
  const routingNumber =
    server?.movedAt === undefined ? undefined : operatorOf(cast.market, server.operator)?.routingNumber
  draft.say(
    cast.clearinghouse,
    {
      kind: 'numberinfo_response',
      number: localOf(cast.market, number),
      isPorted: server?.movedAt !== undefined,
      ...(server && { currentOperator: server.operator }),
      ...(holder !== undefined && { rangeHolder: holder }),
      ...(numberType !== undefined && { numberType }),
      ...(routingNumber !== undefined && { routingNumber }),
      ...(server?.movedAt !== undefined && { lastPortedAt: Temporal.Instant.from(server.movedAt) }),
      ...(open && { openMsgidentifier: open.msgidentifier }),
    },
    message.msgidentifier,
  )
}

/** Delivers once more what was said to the client, with the msgids that it had. */
function replay({ world, draft, message }: Case): void {
  const { from, to, afterMsgid } = bodyOf(message, 'sync_request')
  const said = [...world.said.values()].filter(({ tries }) => tries === 'until_acknowledged')
  const start = afterMsgid === undefined ? 0 : said.findIndex(({ msgid }) => msgid === afterMsgid) + 1
  if (afterMsgid !== undefined && start === 0)
    throw new Fault('port_not_found', `no message ${afterMsgid} was sent`, 'aftermsgid')
  for (const { msgid, at } of said.slice(start)) {
    const moment = Temporal.Instant.from(at).epochMilliseconds
    const isWanted =
      moment >= (from?.epochMilliseconds ?? 0) && moment <= (to?.epochMilliseconds ?? Number.POSITIVE_INFINITY)
    if (isWanted && !world.queue.has(msgid)) draft.entries.push({ kind: 'queued', msgid, dueMs: draft.nowMs })
  }
}

const OPEN: readonly DossierState[] = ['requested', 'authorised', 'instructed']

type Server = { readonly operator: string; readonly movedAt: string | undefined }

function serverOf({ cast, world }: Pick<Case, 'cast' | 'world'>, number: NumberRange['first']): Server | undefined {
  const moved = world.moved.find(({ range }) => includes(range, number))
  if (moved) return { operator: moved.operator, movedAt: moved.at }
  const holder = blockOf(cast.market, number)?.holder
  return holder === undefined ? undefined : { operator: holder, movedAt: undefined }
}

function dossierOf(world: World, { msgidentifier, body }: PxsMessage, side: Dossier['side']): Dossier {
  const dossier = msgidentifier === undefined ? undefined : world.dossiers.get(msgidentifier)
  if (!dossier) throw new Fault('port_not_found', `no port ${msgidentifier} is known here`, 'msgidentifier')
  if (dossier.side === side) return dossier
  throw new Fault('illegal_transition', `${body.kind} is for the ${side} of ${msgidentifier} to say`, 'msgtype')
}

function expect({ state, msgidentifier }: Dossier, states: readonly DossierState[], { body }: PxsMessage): void {
  if (!states.includes(state))
    throw new Fault('illegal_transition', `${msgidentifier} is ${state} and takes no ${body.kind}`, 'msgtype')
}

function move(draft: Draft, dossier: Dossier, state: DossierState): void {
  draft.entries.push({ kind: 'dossier', dossier: { ...dossier, state } })
}

/** The body that a reaction is listed for. */
function bodyOf<Kind extends PxsKind>({ body }: PxsMessage, kind: Kind): PxsBodyOf<Kind> {
  if (body.kind !== kind) throw new Error(`a ${body.kind} was handed to the reaction on ${kind}`)
  return body as PxsBodyOf<Kind> // the union is told apart by kind, which is checked
}
