import type { Port } from './port.ts'
import { type Explanation, explainRejection } from './rejection.ts'
import {
  type CauseRate,
  type DonorRates,
  rejectionRates,
  type UnmappedText,
  unmappedRejections,
} from './rejection-history.ts'
import { endangered, type Timeline, timelineOf } from './timeline.ts'
import { duePorts, nextExpectedOf, type Reading, type Watched } from './watch.ts'

/** How far back a donor's refusals are counted beside one of them, in days. */
export const COUNTED_DAYS = 90

/** A refusal in words that say what to do, and what asking again has brought at this donor. */
export type ExplainedRejection = Explanation & {
  /** Of a port-in; undefined where we refused, or the donor has never refused for that before. */
  readonly atDonor: CauseRate | undefined
}

/** What comes next of a port, or what to do about its refusal. */
export type Outlook = {
  /** undefined: the port is at its end. */
  readonly expected: Watched | undefined
  /** undefined: it was not refused. */
  readonly rejection: ExplainedRejection | undefined
  /** undefined: no limit of the market counts for it. */
  readonly timeline: Timeline | undefined
}

/** What is expected of ports, and how donors refuse. */
export type Watch = {
  due(search: Parameters<typeof duePorts>[1]): Promise<Watched[]>
  outlook(port: Port): Promise<Outlook>
  /** Live ports that break the limit of the market, or will; the oldest first. */
  endangered(): Promise<{ readonly port: Port; readonly timeline: Timeline }[]>
  /** By donor, since a moment. */
  rates(since: Temporal.Instant | undefined): Promise<DonorRates[]>
  /** Words that no row of the table knows, the newest first. */
  unmapped(since: Temporal.Instant | undefined): Promise<UnmappedText[]>
}

export function createWatch(reading: Reading): Watch {
  const usual = () => reading.now().subtract({ hours: COUNTED_DAYS * 24 })
  return {
    due: (search) => duePorts(reading, search),
    endangered: () => endangered(reading),
    rates: (since = usual()) => rejectionRates(reading, { since }),
    unmapped: (since = usual()) => unmappedRejections(reading, { since }),
    async outlook(port) {
      const [expected, rejection, timeline] = await Promise.all([
        nextExpectedOf(reading, port),
        explained(reading, port, usual()),
        timelineOf(reading, port),
      ])
      return { expected, rejection, timeline }
    },
  }
}

async function explained(
  reading: Reading,
  { state, direction, failureReason, failureText, counterparty }: Port,
  since: Temporal.Instant,
): Promise<ExplainedRejection | undefined> {
  if (state !== 'Rejected') return undefined
  const explanation = explainRejection(failureReason ?? 0, failureText)
  const [donor] = direction === 'in' ? await rejectionRates(reading, { since, donor: counterparty }) : []
  return { ...explanation, atDonor: donor?.causes.find(({ cause }) => cause === explanation.cause) }
}
