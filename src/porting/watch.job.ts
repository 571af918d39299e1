import { randomUUIDv7 } from 'node:crypto'
import type { Tx } from '../db/db.ts'
import { eachOnItsOwn } from '../shared/each.ts'
import { queueMessages } from './message.store.ts'
import { insertEvents, lockPortById, takeEventNumbers } from './port.store.ts'
import type { OutboundMessage, Port } from './port.ts'
import { PORTING_STATES, type PortingState } from './port-in.machine.ts'
import type { Porting } from './porting.ts'
import {
  type AskRule,
  findEscalating,
  findToAskAbout,
  lockLastAsked,
  noteAsked,
  raiseLevel,
  type WindowRow,
} from './watch.store.ts'
import { ESCALATION, EXPECTED } from './watch.ts'

/** Asks the clearinghouse to say again what it has said since a moment; its adapter knows how. Pure. */
export type AskAgain = (
  since: Temporal.Instant,
  fixed: { readonly msgid: string; readonly at: Temporal.Instant },
) => OutboundMessage

/** How often one port is asked about, and how often the clearinghouse is asked at all: it is not to be stormed. */
export const ASKING = { minutesBetween: 5, minutesForOnePort: 15, timesForOnePort: 8 } as const

const ROUND = 200
const ASKED: AskRule['asked'] = (['in', 'out'] as const).flatMap((direction) =>
  (Object.keys(PORTING_STATES) as PortingState[]).flatMap((state) => {
    const from = EXPECTED[direction][state]?.askedFrom
    return from === undefined ? [] : [{ direction, state, from }]
  }),
)
/** Levels above `overdue` stand in the log of the port; that it is overdue, its window says when it ends. */
const LOGGED_ABOVE = 2
/** Our clock and the clearinghouse's may differ by so much. */
const CLOCKS_APART_SECONDS = 60

/**
 * Tells of windows that run out, level by level, and has the clearinghouse repeat what it has said where something is missing:
 * whatever was lost comes again, and what has come counts once.
 *
 * @returns how many windows came to a further level
 */
export async function watchWindows(porting: Porting, ask: AskAgain): Promise<number> {
  const now = porting.now()
  const shares = ESCALATION.map(({ share }) => share)
  const escalating = await findEscalating(porting.db, { now, shares, limit: ROUND })
  try {
    return await eachOnItsOwn(escalating, (window) => porting.db.tx((tx) => escalate(porting, tx, window)))
  } finally {
    await askAgain(porting, ask)
  }
}

async function escalate(porting: Porting, tx: Tx, window: WindowRow & { readonly share: number }): Promise<void> {
  const level = ESCALATION.findLast(({ share }) => window.share >= share)
  const port = await lockPortById(tx, window.port.id)
  if (!port || port.state !== window.port.state || !level) return
  const at = porting.now()
  if (!(await raiseLevel(tx, window.timerId, level.level, at))) return
  const facts = { port: port.msgidentifier, state: port.state, level: level.name, tell: level.tell, rule: window.rule }
  porting.log[level.level >= LOGGED_ABOVE ? 'error' : 'warn'](facts, 'a window runs out')
  if (level.level <= LOGGED_ABOVE) return
  const log = `${level.name}: ${expectedOf(port)} has not come (${window.rule}); to be told: ${level.tell}`
  await note(tx, port, { msgtype: 'Escalated', log, at })
}

function expectedOf({ direction, state }: Port): string {
  return EXPECTED[direction][state]?.event ?? 'what comes next'
}

async function askAgain(porting: Porting, ask: AskAgain): Promise<void> {
  const at = porting.now()
  const { timesForOnePort, minutesForOnePort } = ASKING
  const rule = { asked: ASKED, timesForOnePort, notSince: at.subtract({ minutes: minutesForOnePort }) }
  const due = await findToAskAbout(porting.db, rule, ROUND)
  const [oldest] = due.map(({ startedAt }) => startedAt).toSorted(Temporal.Instant.compare)
  if (!oldest) return
  await porting.db.tx(async (tx) => {
    const last = await lockLastAsked(tx)
    if (last && Temporal.Instant.compare(last.add({ minutes: ASKING.minutesBetween }), at) > 0) return
    const id = randomUUIDv7()
    const since = oldest.subtract({ seconds: CLOCKS_APART_SECONDS })
    const message = ask(since, { msgid: `${porting.market.operator}-${id}`, at })
    const clearinghouse = porting.market.clearinghouse
    await queueMessages(tx, [{ ...message, id, portId: null, msgidentifier: null, clearinghouse, filename: null, at }])
    await noteAsked(
      tx,
      due.map(({ timerId }) => timerId),
      at,
    )
    const log = `Asked ${clearinghouse} to repeat what it has said since ${since.toString({ smallestUnit: 'second' })}`
    for (const { port } of due) await note(tx, port, { msgtype: message.msgtype, log, at, messageId: id })
    porting.log.warn({ ports: due.length, since: since.toString() }, 'asked the clearinghouse to repeat itself')
  })
}

async function note(
  tx: Tx,
  port: Port,
  line: { readonly msgtype: string; readonly log: string; readonly at: Temporal.Instant; readonly messageId?: string },
): Promise<void> {
  const number = await takeEventNumbers(tx, port.id, 1)
  await insertEvents(tx, [{ portId: port.id, number, direction: 'sent', saidBy: 'watch', ...line }])
}
