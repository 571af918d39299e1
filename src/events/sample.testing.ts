import type { E164 } from '../numbers/e164.ts'
import {
  type EventType,
  isPortOutEvent,
  type LifecycleEvent,
  type PortFacts,
  portInEvent,
  portOutEvent,
} from './event.ts'
import type { SealedWebhook } from './webhook.store.ts'

/** The document's own example as a port in 1, with whatever a test changes. */
export function samplePort(changes: Partial<PortFacts> = {}): PortFacts {
  return {
    publicId: 42,
    msgidentifier: 'XX202501-CARR-00001',
    originalMsgidentifier: null,
    state: 'Waiting_for_Authorisation_Response',
    counterparty: 'DONOR',
    range: { first: '+15550100' as E164, last: '+15550199' as E164 }, // two numbers of E.164, by sight
    numberType: 'mobile',
    accountType: 'Prepaid',
    failureReason: null,
    failureText: null,
    ...changes,
  }
}

export const SAMPLE_TIME = Temporal.Instant.from('2026-01-01T00:00:00Z')

/** A webhook that wants all events, or those of `types`, and that nothing is delivered to from here. */
export function sampleWebhook(name: string, types: readonly EventType[] | null = null): SealedWebhook {
  return {
    name,
    url: 'http://127.0.0.1',
    types,
    secret: Buffer.from('sealed'),
    previousSecret: null,
    previousUntil: null,
    pausedAt: null,
    createdAt: SAMPLE_TIME,
    createdBy: 'test',
    updatedAt: SAMPLE_TIME,
    version: 1,
  }
}

/** An event of that port, `msgidentifier` being the port it is about. */
export function sampleEvent(
  type: EventType,
  msgidentifier = 'XX202501-CARR-00001',
  at: Temporal.Instant = SAMPLE_TIME,
): LifecycleEvent {
  const port = samplePort({ msgidentifier })
  const moment = { at, self: 'CARR', stateCode: 1 }
  return isPortOutEvent(type) ? portOutEvent(type, port, moment) : portInEvent(type, port, moment)
}
