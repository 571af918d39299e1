import { decodePxs, encodePxs } from '../src/clearinghouses/pxs/pxs.codec.ts'
import { localOf, operatorOf } from '../src/numbers/market.ts'
import { isRejectCode, REJECT_CODES } from '../src/numbers/reject-code.ts'
import { type Cast, type Draft, openDraft } from './draft.ts'
import type { Deed } from './stories.ts'
import type { Act, Dossier, DossierState, Entry, World } from './world.ts'

/** Does what was planned, now that its time has come. */
export function perform(cast: Cast, world: World, act: Act, nowMs: number): readonly Entry[] {
  const draft = openDraft(cast, world, nowMs)
  draft.entries.push({ kind: 'done', id: act.id })
  const dossier = world.dossiers.get(act.msgidentifier)
  if (dossier) doDeed({ cast, world, draft, dossier }, act.deed)
  return draft.entries
}

type Stage = { readonly cast: Cast; readonly world: World; readonly draft: Draft; readonly dossier: Dossier }

type Rule = {
  /** Where the deed makes sense; anywhere else it is passed over. */
  readonly when: readonly DossierState[]
  readonly to?: DossierState
  readonly does: (stage: Stage, deed: Deed) => void
}

const OPEN: readonly DossierState[] = ['requested', 'authorised', 'instructed']
const EVER: readonly DossierState[] = [...OPEN, 'ported', 'rejected', 'aborted', 'timedout']

// biome-ignore format: a table
const RULES: Readonly<Record<Deed['say'], Rule>> = {
  authorised:          { when: ['requested'],                to: 'authorised', does: answerAsDonor },
  rejected:            { when: ['requested'],                to: 'rejected',   does: answerAsDonor },
  account_type_judged: { when: ['requested'],                                  does: judgeAccountType },
  deadline:            { when: ['requested'],                                  does: endSilence },
  instructed:          { when: ['instructed', 'ported'],                       does: answering('instruction_response') },
  instruction_refused: { when: ['instructed'],               to: 'authorised', does: answering('instruction_response') },
  ported:              { when: ['authorised', 'instructed'], to: 'ported',     does: port },
  timedout:            { when: OPEN,                         to: 'timedout',   does: timeOut },
  changed:             { when: EVER,                                           does: answering('change_response') },
  change_refused:      { when: EVER,                                           does: answering('change_response') },
  abort_confirmed:     { when: EVER,                                           does: answering('abort_response') },
  abort_refused:       { when: EVER,                                           does: answering('abort_response') },
  error:               { when: OPEN,                         to: 'rejected',   does: refuseRequest },
  repeat:              { when: EVER,                                           does: repeatLast },
  unknown:             { when: EVER,                                           does: sayUnknown },
  malformed:           { when: EVER,                                           does: sayMalformed },
  instruction:         { when: ['authorised'],               to: 'instructed', does: instructDonor },
}

function doDeed(stage: Stage, deed: Deed): void {
  const { when, to, does } = RULES[deed.say]
  if (!when.includes(stage.dossier.state)) return
  if (to) stage.draft.entries.push({ kind: 'dossier', dossier: { ...stage.dossier, state: to } })
  does(stage, deed)
}

function answerAsDonor({ draft, dossier: { donor, msgidentifier } }: Stage, deed: Deed): void {
  draft.say(donor, { kind: 'authorisation_response', ...resultOf(deed), donor }, msgidentifier)
}

function answering(kind: 'instruction_response' | 'change_response' | 'abort_response'): Rule['does'] {
  return ({ cast, draft, dossier }, deed) =>
    draft.say(cast.clearinghouse, { kind, ...resultOf(deed) }, dossier.msgidentifier)
}

/** A deed with a code refuses, one without accepts; 0 is the code of an acceptance and of an unknown reason. */
function resultOf(deed: Deed) {
  if (!('code' in deed)) return { result: 'accept', code: 0 } as const
  const { code } = deed
  return { result: 'reject', code, text: isRejectCode(code) ? REJECT_CODES[code] : 'a reason of our own' } as const
}

/** The donor has the other account type on file than the one that was asked for first. */
function judgeAccountType(stage: Stage): void {
  const { world, draft, dossier } = stage
  const { first } = dossier.range
  const held = world.accountTypes.get(first) ?? (dossier.accountType === 'Prepaid' ? 'Postpaid' : 'Prepaid')
  draft.entries.push({ kind: 'account_type', first, accountType: held })
  doDeed(stage, held === dossier.accountType ? { say: 'authorised' } : { say: 'rejected', code: 35 })
}

/** The donor (another operator, or the client) has let the authorisation window pass: the market says what that means. */
function endSilence(stage: Stage): void {
  const { cast, draft, dossier } = stage
  const { msgidentifier, donor, side } = dossier
  if (cast.market.donorSilence === 'timeout') {
    doDeed(stage, { say: 'timedout', phase: 'authorisation' })
    return
  }
  draft.entries.push({ kind: 'dossier', dossier: { ...dossier, state: 'authorised' } })
  if (side === 'donor') {
    draft.plan(msgidentifier, [[1, { say: 'instruction' }]])
    return
  }
  const text = 'no answer from the donor in time; the port goes on'
  draft.say(
    cast.clearinghouse,
    { kind: 'authorisation_response', result: 'accept', code: 0, text, donor },
    msgidentifier,
  )
}

function timeOut({ cast, draft, dossier }: Stage, deed: Deed): void {
  const phase = 'phase' in deed ? deed.phase : 'authorisation'
  const deadline = Temporal.Instant.from(dossier.deadline)
  draft.say(cast.clearinghouse, { kind: 'timedout', phase, deadline }, dossier.msgidentifier)
}

/** Another operator, the recipient of a port-out, goes on after the client has agreed. */
function instructDonor({ draft, dossier: { recipient, msgidentifier } }: Stage): void {
  draft.plan(msgidentifier, [[2, { say: 'ported' }]])
  draft.say(recipient, { kind: 'instruction' }, msgidentifier)
}

function port({ cast, draft, dossier }: Stage): void {
  const { market, clearinghouse } = cast
  const { recipient, donor, numberType, range, msgidentifier } = dossier
  const routingNumber = operatorOf(market, recipient)?.routingNumber
  draft.entries.push({ kind: 'moved', range, operator: recipient, at: draft.at.toString() })
  const series = [{ first: localOf(market, range.first), last: localOf(market, range.last) }]
  const rn = routingNumber !== undefined && { routingNumber }
  draft.say(
    clearinghouse,
    { kind: 'ported', recipient, donor, numberType, ...rn, actualAt: draft.at, series },
    msgidentifier,
  )
}

/** An error about the request; its msgid is in the log, where every message of the client is. */
function refuseRequest({ cast, world, draft, dossier: { msgidentifier } }: Stage, deed: Deed): void {
  const request = world.log.findLast((line) => line.direction === 'received' && line.msgidentifier === msgidentifier)
  const errors = [{ errorCode: 'refused', description: 'text' in deed ? deed.text : 'refused' }]
  draft.say(cast.clearinghouse, { kind: 'error', erroredMsgid: request?.msgid ?? msgidentifier, errors }, msgidentifier)
}

/** The last message of the dossier once more, under a msgid of its own. */
function repeatLast({ world, draft, dossier }: Stage): void {
  const last = [...world.said.values()].findLast(({ msgidentifier }) => msgidentifier === dossier.msgidentifier)
  const decoded = last && decodePxs(Buffer.from(last.xml))
  if (decoded?.kind !== 'message') return
  const { sender, body, msgidentifier } = decoded.message
  draft.say(sender.operator, body, msgidentifier)
}

/** A message of tomorrow. */
function sayUnknown(stage: Stage): void {
  const xmlOf = (msgid: string) => harmless(stage, msgid).replaceAll('numberinfo_request', 'range_update')
  const { msgidentifier } = stage.dossier
  stage.draft.sayRaw(stage.cast.clearinghouse, {
    msgidentifier,
    msgtype: 'range_update',
    tries: 'until_acknowledged',
    xmlOf,
  })
}

/** A message that lost its end. Nobody can acknowledge it, so it is delivered once. */
function sayMalformed(stage: Stage): void {
  const xmlOf = (msgid: string) => harmless(stage, msgid).slice(0, -40)
  const { msgidentifier } = stage.dossier
  stage.draft.sayRaw(stage.cast.clearinghouse, { msgidentifier, msgtype: 'malformed', tries: 'once', xmlOf })
}

/** A good message to make an odd one of, so that only the oddity is odd. */
function harmless({ cast, draft, dossier: { msgidentifier, range } }: Stage, msgid: string): string {
  return encodePxs({
    msgid,
    msgidentifier,
    at: draft.at,
    sender: { operator: cast.clearinghouse },
    receiver: { operator: cast.market.operator },
    body: { kind: 'numberinfo_request', number: localOf(cast.market, range.first) },
  }).toString()
}
