import { combine } from '../shared/combine.ts'
import { Fault } from '../shared/fault.ts'
import { type EdgeWish, illegal, takeEdge, takeEdges } from './edge.ts'
import { meaningOf } from './list-query.ts'
import { findFile, listFiles } from './message.store.ts'
import { findNewest, findPort, listEvents, lockFreeNewest, lockNewest } from './port.store.ts'
import type { Port, PortEvent, PortInRequest } from './port.ts'
import { PORT_IN, type PortInTrigger, type PortingState } from './port-in.machine.ts'
import { listPorts } from './port-list.store.ts'
import type { Porting } from './porting.ts'
import { type Submission, submitAll, type Verdict } from './submit.ts'

/** How a page of ports is asked for; absent filters match all. `page` counts from 1. */
export type PortFilter = {
  readonly page: number
  readonly limit: number
  readonly state?: PortingState
  /** A number of the range (E.164 or national digits), the beginning or the end of a msgidentifier, or an operator code. */
  readonly q?: string
}

/** A port and the msgidentifier of the port that replaced it, for lists that show both. */
export type ListedPort = Port & { readonly supersededByMsgidentifier: string | null }

/** The port-in desk: each command decides by the machine's table and saves in one transaction. */
export type PortInService = {
  /** Faults: donor_not_found, range_spans_donors, range_overlaps_live_port, number_already_served, ... */
  submit(request: PortInRequest): Promise<Port>
  /** Records a port as already being in `state`, with no word to the clearinghouse (contract O-11). */
  importPort(request: PortInRequest, state: PortingState, reason: string): Promise<Port>
  list(filter: PortFilter): Promise<ListedPort[]>
  /** The newest port of the chain that `msgidentifier` belongs to, with its log. Fault: port_not_found. */
  get(msgidentifier: string): Promise<{ readonly port: Port; readonly events: readonly PortEvent[] }>
  /** Acts on the newest port of the chain. Faults: port_not_found, illegal_transition. */
  instruct(msgidentifier: string, by: string): Promise<Port>
  abort(msgidentifier: string, by: string): Promise<Port>
  /** `output_XML/...` and `input_XML/...` names of exactly this port, oldest first. Fault: port_not_found. */
  files(msgidentifier: string): Promise<string[]>
  /** Fault: file_not_found. */
  file(folder: 'sent' | 'received', filename: string): Promise<{ readonly body: Buffer }>
}

/** How many creates, or deeds, share a transaction: one commit then costs each of them little. */
const BATCH = 64

export function portInService(porting: Porting): PortInService {
  const { db, market } = porting
  const save = combine<Submission, Verdict>((batch) => submitAll(porting, batch), BATCH)
  const submitOne = async (submission: Submission): Promise<Port> => {
    const verdict = await save(submission)
    if (verdict instanceof Error) throw verdict
    porting.log.info({ port: verdict.msgidentifier, donor: verdict.counterparty, state: verdict.state }, 'port created')
    return verdict
  }
  const actAtOnce = combine<Deed, Port | Fault | undefined>((deeds) => actTogether(porting, deeds), BATCH)
  const act = async (deed: Deed): Promise<Port> => {
    const verdict = (await actAtOnce(deed)) ?? (await actAlone(porting, deed))
    if (verdict instanceof Fault) throw verdict
    return verdict
  }
  return {
    submit: (request) => submitOne({ request, state: 'NoPort', reason: undefined }),
    importPort: (request, state, reason) => submitOne({ request, state, reason }),
    list: (filter) => listPorts(db, 'in', filter, filter.q === undefined ? undefined : meaningOf(market, filter.q)),
    get: async (msgidentifier) => {
      const port = await findNewest(db, 'in', msgidentifier)
      if (!port) throw notFound(msgidentifier)
      return { port, events: await listEvents(db, port.id) }
    },
    instruct: (msgidentifier, by) => act({ msgidentifier, on: 'operator:instruct', by }),
    abort: (msgidentifier, by) => act({ msgidentifier, on: 'operator:abort', by }),
    files: async (msgidentifier) => {
      if (!(await findPort(db, msgidentifier))) throw notFound(msgidentifier)
      return listFiles(db, msgidentifier)
    },
    file: async (folder, filename) => {
      const found = await findFile(db, folder, filename)
      if (!found) throw new Fault('file_not_found', `no file ${filename}; get_xml_list names the files of a port`)
      return found
    },
  }
}

type Deed = { readonly msgidentifier: string; readonly on: PortInTrigger; readonly by: string }

async function actAlone(porting: Porting, { msgidentifier, on, by }: Deed): Promise<Port> {
  return porting.db.tx(async (tx) => {
    const port = await lockNewest(tx, 'in', msgidentifier)
    if (!port) throw notFound(msgidentifier)
    const moved = await takeEdge(porting, tx, port, on, causeOf(by))
    return moved.port
  })
}

/**
 * Deeds that come at the same time, in one transaction. undefined for each that is to be done alone: of a port that is in other hands
 * or not known, or of which there are two; all of them where one has failed.
 */
async function actTogether(porting: Porting, deeds: readonly Deed[]): Promise<(Port | Fault | undefined)[]> {
  try {
    return await porting.db.tx(async (tx) => {
      const ids = deeds.map(({ msgidentifier }) => msgidentifier)
      const free = await lockFreeNewest(tx, 'in', ids)
      const verdicts = new Map<Deed, Port | Fault>()
      const wished = new Map<string, { readonly deed: Deed; readonly wish: EdgeWish }>()
      for (const deed of deeds) {
        const port = free.get(deed.msgidentifier)
        if (!port || wished.has(port.id)) continue
        if (PORT_IN.next(port.state, deed.on))
          wished.set(port.id, { deed, wish: { port, on: deed.on, cause: causeOf(deed.by) } })
        else verdicts.set(deed, illegal(port, deed.on))
      }
      const wishes = [...wished.values()]
      const taken = await takeEdges(
        porting,
        tx,
        wishes.map(({ wish }) => wish),
      )
      for (const [index, { port }] of taken.entries()) verdicts.set((wishes[index] as { deed: Deed }).deed, port) // one for each
      return deeds.map((deed) => verdicts.get(deed))
    })
  } catch (error) {
    // nothing was done; whichever it was fails alone, and says why there
    porting.log.warn({ err: error, deeds: deeds.length }, 'deeds could not be done together; each is by itself')
    return deeds.map(() => undefined)
  }
}

function causeOf(by: string) {
  return { by, surface: 'np_api' } as const
}

function notFound(msgidentifier: string): Fault {
  return new Fault('port_not_found', `no port ${msgidentifier}; an identifier looks like XX202501-CARR-00001`)
}
