import type { Tx } from '../db/db.ts'
import { appendEvents } from '../events/outbox.store.ts'
import { eachOnItsOwn } from '../shared/each.ts'
import { takeEdge } from './edge.ts'
import { lifecycleEvent } from './lifecycle.ts'
import { insertEvents, lockPortById, takeEventNumbers } from './port.store.ts'
import type { Port } from './port.ts'
import type { Porting } from './porting.ts'
import { type DueTimer, endTimer, findDueTimers } from './timer.store.ts'
import { silenceOf } from './timers.ts'
import { EXPECTED } from './watch.ts'

/** Timers a round settles; the job runs again at once while there are more. */
const ROUND = 100

/**
 * Ends the response windows that are over: the donor's silence says what the market says; any other silence is written down and
 * raises the alarm, and the port stays as it is.
 *
 * @returns how many were settled
 */
export async function endOverdueTimers(porting: Porting): Promise<number> {
  const due = await findDueTimers(porting.db, porting.now(), ROUND)
  return eachOnItsOwn(due, (timer) => porting.db.tx((tx) => settle(porting, tx, timer)))
}

async function settle(porting: Porting, tx: Tx, timer: DueTimer): Promise<void> {
  const port = await lockPortById(tx, timer.portId)
  if (!port) throw new Error(`timer ${timer.id} has no port`)
  const said = silenceOf(porting.market, port.state)
  if (!(await endTimer(tx, timer.id, said === undefined ? 'moot' : 'fired', porting.now()))) return
  if (said === undefined) return
  if (said === 'overdue') return raise(porting, tx, port, timer)
  const basis = { kind: 'silence', detail: { rule: timer.rule, market: porting.market.name } } as const
  await takeEdge(porting, tx, port, said, { by: 'clock', surface: 'clock', text: timer.rule, basis })
}

async function raise(porting: Porting, tx: Tx, port: Port, timer: DueTimer): Promise<void> {
  const expected = EXPECTED[port.direction][port.state]?.event ?? 'The next event'
  porting.log.error({ port: port.msgidentifier, state: port.state, rule: timer.rule }, 'port overdue')
  await insertEvents(tx, [
    {
      portId: port.id,
      number: await takeEventNumbers(tx, port.id, 1),
      at: porting.now(),
      msgtype: 'Overdue',
      direction: 'sent',
      log: `${expected} has not come within its window (${timer.rule}); the port stays as it is`,
      saidBy: 'clock',
    },
  ])
  const type = port.direction === 'in' ? 'port_in.overdue' : 'port_out.overdue'
  const event = lifecycleEvent(porting.market, type, { ...port, updatedAt: porting.now() })
  await appendEvents(tx, [event])
}
