import { parseNumber } from '../numbers/market.ts'
import { Fault } from '../shared/fault.ts'
import { takeEdge } from './edge.ts'
import { LEGITIMATE_REASONS, legitimateCodeOf, UNSAID } from './legitimate-reason.ts'
import { findNewest, listEvents, listPorts, lockNewest } from './port.store.ts'
import type { Port, PortEvent } from './port.ts'
import type { ListedPort, PortFilter } from './port-in.ts'
import type { PortOutTrigger } from './port-out.machine.ts'
import type { Porting } from './porting.ts'
import type { RejectionCode } from './rejection.ts'

/** The port-out desk: what other operators ask of us, and what we answer. */
export type PortOutService = {
  list(filter: PortFilter): Promise<ListedPort[]>
  /** Fault: port_not_found. */
  get(msgidentifier: string): Promise<{ readonly port: Port; readonly events: readonly PortEvent[] }>
  /** Faults: port_not_found, illegal_transition. */
  authorise(msgidentifier: string, by: string): Promise<Port>
  /**
   * @param reason - code of a legitimate reason; undefined: none is given
   * Faults: port_not_found, illegal_transition, field_invalid.
   */
  reject(msgidentifier: string, reason: number | undefined, by: string): Promise<Port>
}

export function portOutService(porting: Porting): PortOutService {
  const { db, market } = porting
  return {
    list: (filter) => listPorts(db, 'out', filter, filter.q === undefined ? undefined : parseNumber(market, filter.q)),
    get: async (msgidentifier) => {
      const port = await findNewest(db, 'out', msgidentifier)
      if (!port) throw notFound(msgidentifier)
      return { port, events: await listEvents(db, port.id) }
    },
    authorise: (msgidentifier, by) => decide(porting, msgidentifier, 'operator:authorise', { by }),
    reject: async (msgidentifier, reason = UNSAID, by) => {
      const code = legitimateCodeOf(market, reason)
      const text = code === UNSAID ? undefined : LEGITIMATE_REASONS[code]
      return decide(porting, msgidentifier, 'operator:reject', { by, code, text })
    },
  }
}

type Decision = { readonly by: string; readonly code?: RejectionCode; readonly text?: string | undefined }

async function decide(porting: Porting, msgidentifier: string, on: PortOutTrigger, said: Decision): Promise<Port> {
  return porting.db.tx(async (tx) => {
    const port = await lockNewest(tx, 'out', msgidentifier)
    if (!port) throw notFound(msgidentifier)
    const basis = { kind: 'operator', detail: {} } as const
    const moved = await takeEdge(porting, tx, port, on, { ...said, surface: 'np_api', basis })
    return moved.port
  })
}

function notFound(msgidentifier: string): Fault {
  return new Fault('port_not_found', `no port-out ${msgidentifier}; an identifier looks like XX202501-DONOR-00001`)
}
