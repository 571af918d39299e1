import type { PxsBody } from '../src/clearinghouses/pxs/messages.codec.ts'
import { encodePxs } from '../src/clearinghouses/pxs/pxs.codec.ts'
import { localOf, type Market } from '../src/numbers/market.ts'
import { type Scene, type Story, storyOf } from './stories.ts'
import type { Dossier, Entry, Said, World } from './world.ts'

/** Who plays: one clearinghouse in one market, and the operator that is its client. */
export type Cast = {
  readonly market: Market
  /** The code by which the clearinghouse itself speaks. */
  readonly clearinghouse: string
  /** How long every player thinks before an answer. */
  readonly stepMilliseconds: number
}

/** What is about to become true, gathered so that it is written in one piece. */
export type Draft = {
  readonly entries: Entry[]
  readonly nowMs: number
  readonly at: Temporal.Instant
  say(sender: string, body: PxsBody, msgidentifier?: string): void
  /** Says bytes of its own making; `xmlOf` gets the msgid. */
  sayRaw(sender: string, raw: RawSaid): void
  plan(msgidentifier: string, scene: Scene): void
  planAt(msgidentifier: string, dueMs: number, deed: Scene[number][1]): void
}

export type RawSaid = Pick<Said, 'msgtype' | 'tries'> & {
  readonly msgidentifier?: string
  readonly xmlOf: (msgid: string) => string
}

export function openDraft(cast: Cast, world: World, nowMs: number): Draft {
  const entries: Entry[] = []
  const at = Temporal.Instant.fromEpochMilliseconds(nowMs)
  const second = at.toString({ smallestUnit: 'second' })
  const stamp = second.replace(/[^0-9]/g, '')
  let { sequence } = world
  const next = () => {
    sequence += 1
    return sequence
  }
  const sayRaw: Draft['sayRaw'] = (sender, { msgidentifier, msgtype, tries, xmlOf }) => {
    const number = next()
    const msgid = `${sender}-${stamp}-${String(number).padStart(6, '0')}`
    const copies = storyIn(cast, world, msgidentifier)?.copies ?? 1
    const about = msgidentifier !== undefined && { msgidentifier }
    const message = { sequence: number, msgid, ...about, msgtype, xml: xmlOf(msgid), at: second, copies, tries }
    entries.push({ kind: 'said', message, dueMs: nowMs })
  }
  const planAt: Draft['planAt'] = (msgidentifier, dueMs, deed) => {
    entries.push({ kind: 'planned', act: { id: next(), dueMs, msgidentifier, deed } })
  }
  return {
    entries,
    nowMs,
    at,
    sayRaw,
    say(sender, body, msgidentifier) {
      const about = msgidentifier !== undefined && { msgidentifier }
      const parties = { sender: { operator: sender }, receiver: { operator: cast.market.operator } }
      const xmlOf = (msgid: string) => encodePxs({ msgid, ...about, at, ...parties, body }).toString()
      sayRaw(sender, { msgtype: body.kind, tries: 'until_acknowledged', xmlOf, ...about })
    },
    planAt,
    plan(msgidentifier, scene) {
      for (const [steps, deed] of scene) planAt(msgidentifier, nowMs + steps * cast.stepMilliseconds, deed)
    },
  }
}

/** The story of a dossier: only ports that the client asks for have one. */
export function storyOfDossier({ market }: Cast, { side, range }: Dossier): Story {
  return storyOf(side === 'recipient' ? localOf(market, range.first) : '00')
}

function storyIn(cast: Cast, world: World, msgidentifier: string | undefined): Story | undefined {
  const dossier = msgidentifier === undefined ? undefined : world.dossiers.get(msgidentifier)
  return dossier && storyOfDossier(cast, dossier)
}
