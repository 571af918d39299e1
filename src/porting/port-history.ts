import type { Db } from '../db/db.ts'
import { type AuditEntry, findAuditOf } from '../events/audit-log.store.ts'
import { type DeliveryLine, findDeliveriesOf } from '../events/delivery-log.store.ts'
import type { Market } from '../numbers/market.ts'
import { Fault } from '../shared/fault.ts'
import { type Checklist, findChecklist } from './checklist.ts'
import { type Evidence, findEvidence } from './guard-evidence.ts'
import { LIFECYCLES } from './lifecycle.ts'
import { findPort } from './port.store.ts'
import { findChain, findHistoryEvents, findHistoryMessages, findHistoryTimers } from './port-history.store.ts'
import type { PortingState } from './port-in.machine.ts'
import { type FoundPort, searchPorts } from './search.ts'

export type HistoryEvent = {
  readonly number: number
  readonly at: Temporal.Instant
  readonly msgtype: string
  readonly direction: 'sent' | 'received'
  readonly log: string
  /** The trigger, where the line is an edge. */
  readonly heard: string | undefined
  readonly from: PortingState | undefined
  readonly to: PortingState | undefined
  readonly saidBy: string
  readonly messageId: string | undefined
}

export type HistoryTimer = {
  readonly kind: string
  readonly rule: string
  readonly startedAt: Temporal.Instant
  readonly dueAt: Temporal.Instant
  readonly endedAt: Temporal.Instant | undefined
  readonly outcome: string | undefined
}

export type HistoryMessage = {
  readonly id: string
  readonly direction: 'sent' | 'received'
  readonly peer: string
  readonly msgtype: string | undefined
  readonly msgid: string | undefined
  readonly filename: string | undefined
  readonly contentType: string
  readonly at: Temporal.Instant
  readonly bytes: number
  readonly body: Buffer | undefined
  /** Of the outbound or inbound queue: acknowledged, applied, parked ... */
  readonly state: string
  readonly attempts: number | undefined
  readonly note: string | undefined
  readonly settledAt: Temporal.Instant | undefined
}

/** Everything that is known of one port. */
export type PortHistory = {
  readonly port: FoundPort
  readonly events: readonly HistoryEvent[]
  readonly timers: readonly HistoryTimer[]
  readonly messages: readonly HistoryMessage[]
  readonly deliveries: readonly DeliveryLine[]
  readonly chain: readonly {
    readonly msgidentifier: string
    readonly state: PortingState
    readonly createdAt: Temporal.Instant
  }[]
  readonly audit: readonly AuditEntry[]
  readonly checklist: Checklist
  /** undefined for a port-in */
  readonly evidence: Evidence | undefined
  /** What a person may do now: instruct, abort, change ... */
  readonly actions: readonly string[]
}

type Surroundings = { readonly db: Db; readonly market: Market; readonly now: () => Temporal.Instant }

/** Exactly the port of this identifier, with all that happened to it up to one moment. Fault: port_not_found. */
export function portHistory(
  { db, market, now }: Surroundings,
  msgidentifier: string,
  bodies: 'with bodies' | 'without bodies',
): Promise<PortHistory> {
  return db.snapshot(async (reader) => {
    const found = await findPort(reader, msgidentifier)
    const one = { order: 'created', run: 'newest first', limit: 1 } as const
    const [port] = found ? await searchPorts({ db: reader, market, now }, { id: found.id, ...one }) : []
    if (!port) {
      throw new Fault('port_not_found', `no port ${msgidentifier}; an identifier looks like XX202501-CARR-00001`)
    }
    return {
      port,
      events: await findHistoryEvents(reader, port.id),
      timers: await findHistoryTimers(reader, port.id),
      messages: await findHistoryMessages(reader, msgidentifier, bodies),
      deliveries: await findDeliveriesOf(reader, msgidentifier),
      chain: await findChain(reader, port.chainId),
      audit: await findAuditOf(reader, msgidentifier),
      checklist: await findChecklist(reader, port),
      evidence: await findEvidence(reader, port),
      actions: actionsOf(port),
    }
  })
}

/** The words of the machine's table that are a person's, for the buttons. */
export function actionsOf({ direction, state, supersededBy }: FoundPort): string[] {
  if (supersededBy !== null) return []
  const offered: string[] = LIFECYCLES[direction].machine.offers(state)
  return offered
    .filter((trigger) => trigger.startsWith('operator:'))
    .map((trigger) => trigger.slice('operator:'.length))
}
