import type { Fault } from '../shared/fault.ts'
import { submitMany } from './bulk.ts'
import { type ChangeWish, changePort } from './change.ts'
import { type Checklist, checklistOf, retryStep } from './checklist.ts'
import { type Evidence, evidenceOf } from './guard-evidence.ts'
import type { Port, PortInRequest } from './port.ts'
import { actionsOf, type PortHistory, portHistory } from './port-history.ts'
import type { Porting } from './porting.ts'
import { deskQueues, type Queue } from './queues.ts'
import { type FoundPort, type PortSearch, searchPorts } from './search.ts'
import { type Statistics, statistics } from './statistics.ts'

/** What a porting desk asks beyond single ports: search, history, queues, figures, many requests at once. */
export type PortDesk = {
  search(search: PortSearch): Promise<FoundPort[]>
  /** Fault: port_not_found. */
  history(msgidentifier: string, bodies: 'with bodies' | 'without bodies'): Promise<PortHistory>
  /** Fault: port_not_found. */
  checklist(msgidentifier: string): Promise<Checklist>
  /** Has a step tried again at once. Faults: port_not_found, field_invalid, illegal_transition. */
  retryStep(msgidentifier: string, step: string, by: string): Promise<Checklist>
  /** Asks for a change of a port-in under way. Faults: field_missing, field_invalid, port_not_found, illegal_transition. */
  change(msgidentifier: string, wish: ChangeWish, by: string): Promise<void>
  /** What the guard found on a port-out. Faults: port_not_found, resource_not_found. */
  evidence(msgidentifier: string): Promise<Evidence>
  /** What a person may do with a port now. */
  actionsOf(port: FoundPort): string[]
  queues(limit: number): Promise<Queue[]>
  /** Fault: field_invalid. */
  statistics(asked: {
    readonly from?: Temporal.PlainDate | undefined
    readonly to?: Temporal.PlainDate | undefined
  }): Promise<Statistics>
  /** A verdict for each request, in order; a request that could not be read is its own Fault. */
  submitMany(requests: readonly (PortInRequest | Fault)[], mode: 'for real' | 'dry run'): Promise<(Port | Fault)[]>
}

export function portDesk(porting: Porting): PortDesk {
  return {
    search: (search) => searchPorts(porting, search),
    history: (msgidentifier, bodies) => portHistory(porting, msgidentifier, bodies),
    checklist: (msgidentifier) => checklistOf(porting, msgidentifier),
    async retryStep(msgidentifier, step, by) {
      await retryStep(porting, msgidentifier, step, by)
      return checklistOf(porting, msgidentifier)
    },
    change: (msgidentifier, wish, by) => changePort(porting, msgidentifier, wish, by),
    evidence: (msgidentifier) => evidenceOf(porting.db, msgidentifier),
    actionsOf,
    queues: (limit) => deskQueues(porting, limit),
    statistics: (asked) => statistics(porting, asked),
    submitMany: (requests, mode) => submitMany(porting, requests, mode),
  }
}
