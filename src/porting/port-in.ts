import type { Port, PortEvent, PortInRequest } from './port.ts'
import type { PortingState } from './port-in.machine.ts'

/** How a page of ports is asked for; absent filters match all. `page` counts from 1. */
export type PortFilter = {
  readonly page: number
  readonly limit: number
  readonly state?: PortingState
  /** A number of the range (E.164 or national digits), a part of a msgidentifier, or an operator code. */
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
  file(folder: 'sent' | 'received', filename: string): Promise<{ readonly body: Buffer; readonly contentType: string }>
}
