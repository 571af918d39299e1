import { randomUUID } from 'node:crypto'
import { overlaps, rangeText } from '../../numbers/range.ts'
import type { Port, PortEvent, PortInRequest } from '../../porting/port.ts'
import {
  isLive,
  PORT_IN,
  PORTING_STATES,
  type PortInTrigger,
  type PortingState,
} from '../../porting/port-in.machine.ts'
import type { PortInService } from '../../porting/port-in.ts'
import { Fault } from '../../shared/fault.ts'

export type MemoryPortIn = PortInService & {
  /** What was recorded by import, with its reason. */
  readonly imports: { readonly state: PortingState; readonly reason: string; readonly by: string }[]
  /** Moves a port, as a message of the clearinghouse would. */
  put(msgidentifier: string, state: PortingState, failureReason?: number): void
  /** Replaces a port by a new one, as code 35 does. @returns the new msgidentifier */
  resubmit(msgidentifier: string): string
}

/** The port-in desk in memory, for tests of this edge alone: the porting room itself is proven by the walks. */
export function memoryPortIn(now: () => Temporal.Instant): MemoryPortIn {
  const ports: Port[] = []
  const events = new Map<string, PortEvent[]>()
  const imports: MemoryPortIn['imports'][number][] = []

  const record = (request: PortInRequest, state: PortingState, earlier?: Port): Port => {
    const id = randomUUID()
    const sequence = String(ports.length + 1).padStart(5, '0')
    const port: Port = {
      id,
      direction: 'in',
      publicId: 42 + ports.length,
      msgidentifier: `XX202501-CARR-${sequence}`,
      state,
      clearinghouse: 'pxs',
      counterparty: request.donor ?? 'DONOR',
      range: request.range,
      numberType: request.numberType,
      accountType: request.accountType,
      contactNumber: request.contactNumber,
      email: request.email,
      isCoolOffOverridden: request.isCoolOffOverridden,
      failureReason: null,
      failureText: null,
      chainId: earlier?.chainId ?? id,
      originalMsgidentifier: earlier ? (earlier.originalMsgidentifier ?? earlier.msgidentifier) : null,
      supersededBy: null,
      createdAt: now(),
      createdBy: request.by,
      updatedAt: now(),
    }
    ports.push(port)
    note(port, 'PortingRequest', 'Submitted to clearinghouse')
    return port
  }
  const note = (port: Port, msgtype: string, log: string) => {
    const before = events.get(port.id) ?? []
    events.set(port.id, [...before, { number: before.length + 1, at: now(), msgtype, direction: 'sent', log }])
  }
  const exactly = (msgidentifier: string): Port => {
    const port = ports.find((one) => one.msgidentifier === msgidentifier)
    if (!port) throw new Fault('port_not_found', `there is no port ${msgidentifier}`)
    return port
  }
  const newest = (msgidentifier: string): Port => {
    let port = exactly(msgidentifier)
    for (let next: Port | undefined = port; next; next = ports.find(({ id }) => id === port.supersededBy)) port = next
    return port
  }
  const replace = (port: Port, changes: Partial<Port>): Port => {
    const changed = { ...port, ...changes, updatedAt: now() }
    ports[ports.indexOf(port)] = changed
    return changed
  }
  const act = async (msgidentifier: string, on: PortInTrigger, msgtype: string): Promise<Port> => {
    const port = newest(msgidentifier)
    const move = PORT_IN.next(port.state, on)
    if (!move) {
      const state = `${port.state} (${PORTING_STATES[port.state]})`
      throw new Fault('illegal_transition', `${port.msgidentifier} is in ${state}, where ${msgtype} is not possible`)
    }
    note(port, msgtype, `${msgtype} sent`)
    return replace(port, { state: move.to })
  }

  return {
    imports,
    async submit(request) {
      if (request.donor === 'NOBODY') throw new Fault('donor_unknown', 'NOBODY is no operator of this market')
      const live = ports.find((port) => isLive(port.state) && overlaps(port.range, request.range))
      if (live) {
        const where = `${live.msgidentifier} (${rangeText(live.range)})`
        throw new Fault('range_overlaps_live_port', `some of these numbers are in the live port ${where}`)
      }
      return record(request, 'Waiting_for_Authorisation_Response')
    },
    async importPort(request, state, reason) {
      imports.push({ state, reason, by: request.by })
      return record(request, state)
    },
    async list({ page, limit, state, q }) {
      return ports
        .filter((port) => (state ? port.state === state : true) && (q ? port.msgidentifier.includes(q) : true))
        .toReversed()
        .slice((page - 1) * limit, page * limit)
        .map((port) => ({
          ...port,
          supersededByMsgidentifier: ports.find(({ id }) => id === port.supersededBy)?.msgidentifier ?? null,
        }))
    },
    async get(msgidentifier) {
      const port = newest(msgidentifier)
      return { port, events: events.get(port.id) ?? [] }
    },
    instruct: (msgidentifier) => act(msgidentifier, 'operator:instruct', 'Instruction'),
    abort: (msgidentifier) => act(msgidentifier, 'operator:abort', 'Abort'),
    async files(msgidentifier) {
      const port = exactly(msgidentifier)
      return [`output_XML/${port.msgidentifier}_001_PortingRequest.xml`]
    },
    async file(folder, filename) {
      const isThere =
        folder === 'sent' && ports.some((port) => filename === `${port.msgidentifier}_001_PortingRequest.xml`)
      if (!isThere) throw new Fault('file_not_found', `there is no file ${filename}`)
      return { body: Buffer.from(`<message name="${filename}"/>`), contentType: 'application/xml' }
    },
    put(msgidentifier, state, failureReason) {
      replace(exactly(msgidentifier), { state, failureReason: failureReason ?? null })
    },
    resubmit(msgidentifier) {
      const old = exactly(msgidentifier)
      const request = {
        ...old,
        donor: old.counterparty,
        email: '',
        contactNumber: '',
        accountType: 'Postpaid' as const,
        by: 'clock',
      }
      const next = record(request, 'Waiting_for_Authorisation_Response', old)
      replace(old, { state: 'Rejected', failureReason: 35, supersededBy: next.id })
      return next.msgidentifier
    },
  }
}
