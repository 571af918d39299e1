import { digitsOf, type E164, parseE164 } from '../src/numbers/e164.ts'
import { type NumberRange, overlaps, rangeOf } from '../src/numbers/range.ts'
import type { Deed } from './stories.ts'

export type AccountType = 'Prepaid' | 'Postpaid'
export type DossierState = 'requested' | 'authorised' | 'instructed' | 'ported' | 'rejected' | 'aborted' | 'timedout'

/** A port as the clearinghouse keeps it. `side` is the part that the client of the simulator plays. */
export type Dossier = {
  readonly msgidentifier: string
  readonly side: 'recipient' | 'donor'
  readonly state: DossierState
  readonly recipient: string
  readonly donor: string
  readonly range: NumberRange
  readonly numberType: 'mobile' | 'fixed'
  readonly accountType: AccountType
  readonly instructions: number
  /** ISO 8601 instant. */
  readonly deadline: string
}

/** Something that will be done when the clock has come to `dueMs`, if the dossier still is where it makes sense. */
export type Act = { readonly id: number; readonly dueMs: number; readonly msgidentifier: string; readonly deed: Deed }

/** A message to the client, fixed for ever. */
export type Said = {
  readonly sequence: number
  readonly msgid: string
  readonly msgidentifier?: string
  readonly msgtype: string
  readonly xml: string
  readonly at: string
  readonly copies: 1 | 2
  /** until: again and again until it is acknowledged; once: whatever the answer. */
  readonly tries: 'until_acknowledged' | 'once'
}

export type LogLine = {
  readonly at: string
  readonly direction: 'received' | 'sent'
  readonly msgid?: string
  readonly msgidentifier?: string
  readonly msgtype?: string
  readonly note: string
  readonly xml: string
}

/** What the journal holds, in the order in which it became true. Each line is a list of these, all or none. */
export type Entry =
  | { readonly kind: 'log'; readonly line: LogLine }
  | { readonly kind: 'seen'; readonly key: string }
  | { readonly kind: 'dossier'; readonly dossier: Dossier }
  | { readonly kind: 'planned'; readonly act: Act }
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'said'; readonly message: Said; readonly dueMs: number }
  | { readonly kind: 'queued'; readonly msgid: string; readonly dueMs: number }
  | { readonly kind: 'delivered'; readonly msgid: string }
  | { readonly kind: 'moved'; readonly range: NumberRange; readonly operator: string | null; readonly at: string }
  | { readonly kind: 'account_type'; readonly first: string; readonly accountType: AccountType }
  | { readonly kind: 'clock'; readonly offsetMs: number }

export type Queued = { readonly msgid: string; readonly dueMs: number; readonly copiesLeft: number }

/** A range that is served by another operator than its block's, and since when. */
export type Moved = { readonly range: NumberRange; readonly operator: string; readonly at: string }

/** All that the clearinghouse remembers: the journal, folded. Only `apply` changes it. */
export type World = {
  readonly dossiers: Map<string, Dossier>
  readonly seen: Set<string>
  readonly acts: Map<number, Act>
  /** The act that ends each silence; gone with the silence, so that the acts are only what may still happen. */
  readonly deadlines: Map<string, number>
  readonly said: Map<string, Said>
  readonly queue: Map<string, Queued>
  /** Which account type the donor has on file for a range of story 35, by its first number. */
  readonly accountTypes: Map<string, AccountType>
  moved: readonly Moved[]
  log: LogLine[]
  sequence: number
  offsetMs: number
}

export function emptyWorld(): World {
  return {
    dossiers: new Map(),
    seen: new Set(),
    acts: new Map(),
    deadlines: new Map(),
    said: new Map(),
    queue: new Map(),
    accountTypes: new Map(),
    moved: [],
    log: [],
    sequence: 0,
    offsetMs: 0,
  }
}

/** Longest log that is kept in memory; the journal has it all. */
const LOG_LINES = 20_000

export function apply(world: World, entry: Entry): void {
  switch (entry.kind) {
    case 'log':
      world.log.push(entry.line)
      if (world.log.length > 2 * LOG_LINES) world.log = world.log.slice(-LOG_LINES)
      return
    case 'seen':
      world.seen.add(entry.key)
      return
    case 'dossier':
      world.dossiers.set(entry.dossier.msgidentifier, entry.dossier)
      if (entry.dossier.state !== 'requested') forgetDeadline(world, entry.dossier)
      return
    case 'planned':
      world.acts.set(entry.act.id, entry.act)
      if (entry.act.deed.say === 'deadline') world.deadlines.set(entry.act.msgidentifier, entry.act.id)
      world.sequence = Math.max(world.sequence, entry.act.id)
      return
    case 'done':
      world.acts.delete(entry.id)
      return
    case 'said':
      world.said.set(entry.message.msgid, entry.message)
      world.sequence = Math.max(world.sequence, entry.message.sequence)
      enqueue(world, entry.message.msgid, entry.dueMs)
      return
    case 'queued':
      enqueue(world, entry.msgid, entry.dueMs)
      return
    case 'delivered':
      deliver(world, entry.msgid)
      return
    case 'moved':
      world.moved = move(world.moved, entry)
      return
    case 'account_type':
      world.accountTypes.set(entry.first, entry.accountType)
      return
    case 'clock':
      world.offsetMs = entry.offsetMs
      return
  }
}

function forgetDeadline(world: World, { msgidentifier }: Dossier): void {
  const act = world.deadlines.get(msgidentifier)
  if (act !== undefined) world.acts.delete(act)
  world.deadlines.delete(msgidentifier)
}

function enqueue(world: World, msgid: string, dueMs: number): void {
  world.queue.set(msgid, { msgid, dueMs, copiesLeft: world.said.get(msgid)?.copies ?? 1 })
}

function deliver(world: World, msgid: string): void {
  const queued = world.queue.get(msgid)
  if (!queued) return
  if (queued.copiesLeft > 1) world.queue.set(msgid, { ...queued, copiesLeft: queued.copiesLeft - 1 })
  else world.queue.delete(msgid)
}

/** The newest word about a number counts: older ranges are cut back. No operator: the block's holder has it again. */
function move(moved: readonly Moved[], { range, operator, at }: Entry & { kind: 'moved' }): readonly Moved[] {
  const kept = moved.flatMap((old) => (overlaps(old.range, range) ? cut(old, range) : [old]))
  return operator === null ? kept : [...kept, { range, operator, at }]
}

function cut({ range: { first, last }, ...rest }: Moved, by: NumberRange): Moved[] {
  const parts = [rangeBetween(first, step(by.first, -1n)), rangeBetween(step(by.last, 1n), last)]
  return parts.filter((range) => range !== undefined).map((range) => ({ range, ...rest }))
}

function rangeBetween(first: E164 | undefined, last: E164 | undefined): NumberRange | undefined {
  const range = first && last && rangeOf(first, last)
  return typeof range === 'object' ? range : undefined
}

function step(number: E164, by: bigint): E164 | undefined {
  return parseE164(`+${BigInt(digitsOf(number)) + by}`)
}
