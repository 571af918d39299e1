import { timesOf } from '../shared/count.ts'
import { STEP_TABLE, type StepName } from './checklist.ts'
import {
  type FailedStep,
  findFailedSteps,
  findFlagged,
  findLastReceived,
  findNewestEligibility,
  findStuckWebhooks,
  findUnacknowledged,
  findUnaskedPorts,
  findUntaken,
  type StuckWebhook,
} from './monitor-looks.store.ts'
import { type Finding, type Looks, MOST_FINDINGS, type Severity } from './monitors.ts'
import type { Porting } from './porting.ts'
import { ALARM, rejectionTrends } from './rejection-alarm.ts'
import { endangered } from './timeline.ts'
import { overduePorts, type Watched } from './watch.ts'

/** What another system answered last, where it did not do what we asked. */
export type PeerWords = { readonly peer: string; readonly said: string; readonly since: Temporal.Instant }

/** A first failure may be a restart; from here on somebody is told, and from the next on it is urgent. */
const TOLD_FROM_ATTEMPTS = 2
const CRITICAL_FROM_ATTEMPTS = 5
/** Level of an overdue window from which it is urgent (`ESCALATION` in watch.ts: late). */
const CRITICAL_FROM_LEVEL = 3

// biome-ignore format: a table
const STEPS_OF = {
  enum:     ['route', 'dns'],
  crm:      ['crm', 'bss'],
  charging: ['charging'],
  steps:    ['hss', 'welcome'],
} as const satisfies Record<string, readonly StepName[]>

/**
 * The monitors that read our own records.
 *
 * @param wordsOfJobs - of another room's work, what its peers answered last
 * @param refusals - peers that were asked, and do not accept our credentials
 */
export function monitorLooks(
  porting: Porting,
  wordsOfJobs: () => Promise<readonly PeerWords[]>,
  refusals: () => Promise<readonly PeerWords[]> = async () => [],
): Looks {
  const { db } = porting
  const steps = async (names: readonly StepName[]) =>
    (await findFailedSteps(db, names, MOST_FINDINGS)).map((step) => stepFinding(step))
  return {
    clearinghouse: () => unacknowledged(porting),
    enum: () => steps(STEPS_OF.enum),
    crm: () => steps(STEPS_OF.crm),
    charging: () => steps(STEPS_OF.charging),
    steps: () => steps(STEPS_OF.steps),
    rejections: () => rejections(porting),
    overdue: async () => (await overduePorts(porting, { limit: MOST_FINDINGS })).map(overdueFinding),
    timelines: async () => (await endangered(porting)).slice(0, MOST_FINDINGS).map(timelineFinding),
    silence: () => silence(porting),
    messages: () => flagged(porting),
    deliveries: async () => (await findStuckWebhooks(db, TOLD_FROM_ATTEMPTS)).map(webhookFinding),
    credentials: async () => credentials(porting, await wordsOfJobs(), await refusals()),
  }
}

const urgency = (attempts: number): Severity => (attempts >= CRITICAL_FROM_ATTEMPTS ? 'critical' : 'warning')

async function unacknowledged({ db }: Porting): Promise<Finding[]> {
  const found = await findUnacknowledged(db)
  return found
    .filter(({ attempts }) => attempts >= TOLD_FROM_ATTEMPTS)
    .map(({ clearinghouse, count, attempts, since, said }) => ({
      subject: clearinghouse,
      severity: urgency(attempts),
      what: `${clearinghouse} has not taken ${count === 1 ? 'a message' : `${count} messages`}, tried up to ${timesOf(attempts)}`,
      said,
      since,
    }))
}

function stepFinding({ msgidentifier, step, attempts, lastError, startedAt }: FailedStep): Finding {
  return {
    subject: `${msgidentifier} ${step}`,
    severity: urgency(attempts),
    what: `${STEP_TABLE[step].title}: not confirmed for ${msgidentifier}, tried ${timesOf(attempts)}`,
    said: lastError,
    msgidentifier,
    since: startedAt,
  }
}

async function rejections(porting: Porting): Promise<Finding[]> {
  const trends = await rejectionTrends(porting)
  const percent = (rate: number) => `${Math.round(rate * 100)} %`
  return trends
    .filter(({ isAbnormal }) => isAbnormal)
    .map(({ donor, recentAnswered, recentRejected, recentRate, beforeRate }) => ({
      subject: donor,
      severity: 'warning',
      what: `${donor} refused ${recentRejected} of ${recentAnswered} requests (${percent(recentRate)}) within ${ALARM.recentHours} hours; it was ${percent(beforeRate)} in the ${ALARM.beforeDays} days before`,
      since: porting.now().subtract({ hours: ALARM.recentHours }),
    }))
}

function overdueFinding({ msgidentifier, expected, whoName, dueAt, rule, level }: Watched): Finding {
  return {
    subject: msgidentifier,
    severity: (level?.level ?? 0) >= CRITICAL_FROM_LEVEL ? 'critical' : 'warning',
    what: `${expected} has not come from ${whoName} (${rule})`,
    msgidentifier,
    since: dueAt,
  }
}

function timelineFinding({ port, timeline }: Awaited<ReturnType<typeof endangered>>[number]): Finding {
  const { dueAt, forecastAt, rule, standing } = timeline
  const limit = `${dueAt.toString({ smallestUnit: 'second' })} (${rule})`
  const isBroken = standing === 'broken'
  return {
    subject: port.msgidentifier,
    severity: isBroken ? 'critical' : 'warning',
    what: isBroken
      ? `${port.msgidentifier} was to be ported by ${limit}`
      : `${port.msgidentifier} is to be ported by ${limit}, and may take until ${forecastAt?.toString({ smallestUnit: 'second' })}`,
    msgidentifier: port.msgidentifier,
    since: isBroken ? dueAt : port.updatedAt,
  }
}

/** Something that the clearinghouse itself owes is overdue, and it has said nothing at all since that was asked for. */
async function silence(porting: Porting): Promise<Finding[]> {
  const overdue = await overduePorts(porting, { limit: MOST_FINDINGS })
  const lastAt = await findLastReceived(porting.db)
  const owed = overdue.filter(
    ({ who, since }) => who === 'clearinghouse' && (!lastAt || Temporal.Instant.compare(lastAt, since) < 0),
  )
  const [first] = owed.map(({ since }) => since).toSorted(Temporal.Instant.compare)
  if (!first) return []
  const { clearinghouse } = porting.market
  const heard = lastAt ? `its last message came at ${lastAt.toString({ smallestUnit: 'second' })}` : 'nothing ever came'
  const what = `${clearinghouse} owes ${owed.length === 1 ? 'a message' : `messages to ${owed.length} ports`} and says nothing: ${heard}`
  return [{ subject: clearinghouse, severity: 'critical', what, since: first }]
}

async function flagged({ db }: Porting): Promise<Finding[]> {
  const unasked = await findUnaskedPorts(db, MOST_FINDINGS)
  const untaken = await findUntaken(db, MOST_FINDINGS)
  const messages = await findFlagged(db, MOST_FINDINGS)
  return [
    ...untaken.map(({ id, msgtype, said, at, msgidentifier }) => ({
      subject: id,
      severity: 'critical' as const,
      what: `the clearinghouse did not take our ${msgtype}; settle it with the clearinghouse`,
      said,
      ...(msgidentifier !== null && { msgidentifier }),
      messageId: id,
      since: at,
    })),
    ...unasked.map(({ id, note, receivedAt }) => ({
      subject: id,
      severity: 'critical' as const,
      what: note ?? 'numbers of ours were ported away',
      messageId: id,
      since: receivedAt,
    })),
    ...messages.map(({ id, state, note, receivedAt, msgidentifier, isDisputed }) => ({
      subject: id,
      severity: isDisputed ? ('critical' as const) : ('warning' as const),
      what: `a message was kept as ${state}${note ? `: ${note}` : ''}`,
      ...(msgidentifier !== null && { msgidentifier }),
      messageId: id,
      since: receivedAt,
    })),
  ]
}

function webhookFinding({ webhook, dead, failing, since, said }: StuckWebhook): Finding {
  const parts = [dead > 0 && `${dead} given up`, failing > 0 && `${failing} tried in vain so far`]
  return {
    subject: webhook,
    severity: dead > 0 ? 'critical' : 'warning',
    what: `events for the webhook ${webhook}: ${parts.filter(Boolean).join(', ')}`,
    said,
    since,
  }
}

async function credentials(
  { db }: Porting,
  words: readonly PeerWords[],
  refusals: readonly PeerWords[],
): Promise<Finding[]> {
  const [unsent, steps, webhooks, eligibility] = await Promise.all([
    findUnacknowledged(db),
    findFailedSteps(db, ['crm', 'charging', 'hss'], MOST_FINDINGS),
    findStuckWebhooks(db, 1),
    findNewestEligibility(db),
  ])
  const all: PeerWords[] = [
    ...unsent.map(({ clearinghouse, said, since }) => ({ peer: clearinghouse, said, since })),
    ...steps.map(({ step, lastError, startedAt }) => ({
      peer: STEP_PEERS[step] ?? step,
      said: lastError ?? '',
      since: startedAt,
    })),
    ...webhooks.map(({ webhook, status, said, since }) => ({
      peer: `webhook ${webhook}`,
      said: `HTTP ${status}: ${said}`,
      since,
    })),
    ...(eligibility ? [{ peer: 'BSS', said: eligibility.said, since: eligibility.at }] : []),
    ...words,
  ]
  const refused = Map.groupBy(
    [...all.filter(({ said }) => isCredentialsRefused(said)), ...refusals],
    ({ peer }) => peer,
  )
  return [...refused].flatMap(([peer, own]): Finding[] => {
    const [since] = own.map((one) => one.since).toSorted(Temporal.Instant.compare)
    const what = `${peer} does not accept our credentials`
    return since ? [{ subject: peer, severity: 'critical', what, said: own.at(-1)?.said, since }] : []
  })
}

const STEP_PEERS: Readonly<Partial<Record<StepName, string>>> = { crm: 'CRM', charging: 'CGrateS', hss: 'HSS' }

/** Whether words of a peer say that it does not know us, as the clients keep them: HTTP 401 or 403, or that in words. */
export function isCredentialsRefused(said: string): boolean {
  return /\b(?:HTTP|in:|with|refused:|answered) 40[13]\b|\b(?:un|not )authori[sz]ed\b/i.test(said)
}
