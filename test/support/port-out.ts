import type { PxsBody } from '../../src/clearinghouses/pxs/messages.codec.ts'
import { encodePxs } from '../../src/clearinghouses/pxs/pxs.codec.ts'
import { parseE164 } from '../../src/numbers/e164.ts'
import { type NumberRange, rangeOf } from '../../src/numbers/range.ts'
import type { TestPortolan } from './portolan.ts'
import { until } from './until.ts'

export type PortOutRecord = {
  readonly port_out_id: number
  readonly msgidentifier: string
  readonly PortingState: number
  readonly PortingStateString: string
  readonly recipientnetworkoperator: string
  readonly events: readonly { readonly msgtype: string; readonly direction: number; readonly eventlog: string }[]
}

/** Lets another operator ask for numbers by way of the simulator. @returns the msgidentifier */
export async function askedFor(
  portolan: TestPortolan,
  first: string,
  last = first,
  more: Record<string, unknown> = {},
): Promise<string> {
  const response = await fetch(`${portolan.simulatorUrl}/sim/port-out`, {
    method: 'POST',
    body: JSON.stringify({ first, last, recipient: 'DONOR', ...more }),
  })
  const text = await response.text()
  if (response.status !== 200) throw new Error(`port-out of ${first}: ${response.status} ${text}`)
  return (JSON.parse(text) as { msgidentifier: string }).msgidentifier // the simulator's own answer
}

export async function portOutOf(portolan: TestPortolan, msgidentifier: string): Promise<PortOutRecord | undefined> {
  const { status, body } = await portolan.api('GET', `/PortOut/${msgidentifier}`)
  return status === 200 ? (body as PortOutRecord) : undefined // np_api's own schema has shaped it
}

/** Waits until a port-out is in a state; fails loudly with its log when it is not in time. */
export async function outReaches(portolan: TestPortolan, msgidentifier: string, state: number): Promise<PortOutRecord> {
  let seen: PortOutRecord | undefined
  const look = async () => {
    seen = await portOutOf(portolan, msgidentifier)
    // a port passes through 20 on its way to 30, and both count as ported (contract O-55)
    const isThere = seen?.PortingState === state || (state === 20 && seen?.PortingState === 30)
    return isThere && seen
  }
  return until(`${msgidentifier} in state ${state}`, look).catch((error: Error) => {
    throw new Error(`${error.message}\n${JSON.stringify(seen, null, 1)}`)
  })
}

/**
 * What was said in a port-out, as `msgtype` for what came and `> msgtype` for what we sent. The end of the checks after it, and
 * the alarms of a clock that was moved, are left out: they come when they come.
 */
export function saidIn({ events }: PortOutRecord): string[] {
  const said = events.filter(({ msgtype }) => !['Complete', 'Escalated'].includes(msgtype))
  return said.map(({ msgtype, direction }) => (direction === 0 ? `> ${msgtype}` : msgtype))
}

let sequence = 0

/** A message as the clearinghouse would hand it on, under a msgid of its own unless one is given. */
export function messageFrom(sender: string, msgidentifier: string | undefined, body: PxsBody, msgid?: string): Buffer {
  sequence += 1
  return encodePxs({
    msgid: msgid ?? `${sender}-by-hand-${sequence}`,
    ...(msgidentifier !== undefined && { msgidentifier }),
    at: Temporal.Now.instant(),
    sender: { operator: sender },
    receiver: { operator: 'CARR' },
    body,
  })
}

/** The request of another operator, as it comes over the wire. */
export function requestFor(first: string, last = first, more: object = {}): PxsBody {
  return {
    kind: 'authorisation_request',
    recipient: 'DONOR',
    donor: 'CARR',
    numberType: 'mobile',
    accountType: 'Prepaid',
    isCoolOffOverridden: false,
    contactNumber: first,
    email: 'porting@donor.example',
    series: [{ first, last }],
    ...more,
  }
}

/** The range of E.164 numbers of a test. */
export function rangeAt(first: string, last = first): NumberRange {
  const [from, to] = [parseE164(first), parseE164(last)]
  const range = from && to && rangeOf(from, to)
  if (typeof range !== 'object') throw new Error(`${first} to ${last}: ${range ?? 'no number'}`)
  return range
}

export function portedTo(recipient: string, first: string, last = first): PxsBody {
  const actualAt = Temporal.Now.instant()
  return { kind: 'ported', recipient, donor: 'CARR', numberType: 'mobile', actualAt, series: [{ first, last }] }
}

/**
 * Does something while the simulator is down, so that it does not object to ports that it has never heard of: what we say to
 * it waits in the queue.
 */
export async function withoutSimulator(portolan: TestPortolan, work: () => Promise<void>): Promise<void> {
  const faults = (down: boolean) =>
    fetch(`${portolan.simulatorUrl}/sim/faults`, { method: 'POST', body: JSON.stringify({ down }) })
  await faults(true)
  try {
    await work()
  } finally {
    await faults(false)
  }
}
