import type { Tx } from '../db/db.ts'

import { Fault } from '../shared/fault.ts'
import { takeEdge } from './edge.ts'
import { listChecks } from './guard.store.ts'
import type { GuardRules } from './guard.ts'
import { noticeOf } from './guard-checks.ts'
import { LEGITIMATE_REASONS, legitimateCodeOf, UNSAID } from './legitimate-reason.ts'
import { meaningOf } from './list-query.ts'
import { findLocks } from './number-guard.store.ts'
import { findNewest, listEvents, lockNewest } from './port.store.ts'
import type { Port, PortEvent } from './port.ts'
import type { ListedPort, PortFilter } from './port-in.ts'
import { listPorts } from './port-list.store.ts'
import type { PortOutTrigger } from './port-out.machine.ts'
import type { Porting } from './porting.ts'
import type { RejectionCode } from './rejection.ts'

/** The port-out desk: what other operators ask of us, and what we answer. */
export type PortOutService = {
  list(filter: PortFilter): Promise<ListedPort[]>
  /** Fault: port_not_found. */
  get(msgidentifier: string): Promise<{ readonly port: Port; readonly events: readonly PortEvent[] }>
  /** Faults: port_not_found, illegal_transition, number_locked, notice_pending. */
  authorise(msgidentifier: string, by: string): Promise<Port>
  /**
   * @param reason - code of a legitimate reason; undefined: none is given
   * Faults: port_not_found, illegal_transition, field_invalid.
   */
  reject(msgidentifier: string, reason: number | undefined, by: string): Promise<Port>
}

/** The part of the guard's rules that binds a person too. */
type Binding = Pick<GuardRules, 'noticeMinutes'>

export function portOutService(porting: Porting, rules: Binding): PortOutService {
  const { db, market } = porting
  return {
    list: (filter) => listPorts(db, 'out', filter, filter.q === undefined ? undefined : meaningOf(market, filter.q)),
    get: async (msgidentifier) => {
      const port = await findNewest(db, 'out', msgidentifier)
      if (!port) throw notFound(msgidentifier)
      return { port, events: await listEvents(db, port.id) }
    },
    authorise: (msgidentifier, by) =>
      decide(porting, msgidentifier, 'operator:authorise', { by }, (tx, port) => permit(porting, tx, port, rules)),
    reject: async (msgidentifier, reason = UNSAID, by) => {
      const code = legitimateCodeOf(market, reason)
      const text = code === UNSAID ? undefined : LEGITIMATE_REASONS[code]
      return decide(porting, msgidentifier, 'operator:reject', { by, code, text })
    },
  }
}

type Decision = { readonly by: string; readonly code?: RejectionCode; readonly text?: string | undefined }

async function decide(
  porting: Porting,
  msgidentifier: string,
  on: PortOutTrigger,
  said: Decision,
  permitted: (tx: Tx, port: Port) => Promise<void> = async () => {},
): Promise<Port> {
  return porting.db.tx(async (tx) => {
    const port = await lockNewest(tx, 'out', msgidentifier)
    if (!port) throw notFound(msgidentifier)
    if (port.state === 'Waiting_for_Authorisation_Response') await permitted(tx, port)
    const checks = await listChecks(tx, port.id)
    const seen = checks.map(({ number, name, version, verdict }) => ({ number, name, version, verdict }))
    const basis = { kind: 'operator', detail: { checks: seen } } as const
    const moved = await takeEdge(porting, tx, port, on, { ...said, surface: 'np_api', basis })
    return moved.port
  })
}

/** What not even a person may set aside: a lock is lifted first, and a customer who must be told has been (I20). */
async function permit(porting: Porting, tx: Tx, port: Port, { noticeMinutes }: Binding): Promise<void> {
  const now = porting.now()
  const { msgidentifier } = port
  const [lock] = await findLocks(tx, port.range, now)
  if (lock) {
    const until = lock.until ? ` until ${lock.until.toString({ smallestUnit: 'second' })}` : ''
    throw new Fault(
      'number_locked',
      `the numbers of ${msgidentifier} are locked${until}: ${lock.reason}; lift the lock first`,
    )
  }
  const notice = await noticeOf(tx, port, { noticeMinutes, now })
  if (notice.kind === 'not taken')
    throw new Fault(
      'notice_pending',
      `the customer of ${msgidentifier} has not been told yet; the notice is being sent`,
    )
  if (notice.kind === 'running') {
    const until = notice.until.toString({ smallestUnit: 'second' })
    throw new Fault(
      'notice_pending',
      `the customer of ${msgidentifier} may object until ${until}; it can be authorised then`,
    )
  }
}

function notFound(msgidentifier: string): Fault {
  return new Fault('port_not_found', `no port-out ${msgidentifier}; an identifier looks like XX202501-DONOR-00001`)
}
