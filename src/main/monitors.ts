import type { Config } from '../config.ts'
import type { DnsName } from '../dns/name.codec.ts'
import { askSerial } from '../dns/probe.client.ts'
import { checkedName } from '../dns/zone-config.ts'
import { mirrorStatus } from '../integrations/cgrates/mirror.job.ts'
import type { SmsStandings } from '../integrations/sms/standing.job.ts'
import type { Job, JobStatus } from '../jobs/jobs.ts'
import { lookForAlerts } from '../porting/alerts.job.ts'
import { monitorLooks, type PeerWords } from '../porting/monitor-looks.ts'
import type { Finding, Look, Looks } from '../porting/monitors.ts'
import type { Porting } from '../porting/porting.ts'
import { findGeneration } from '../routing/route.store.ts'
import { counted } from '../shared/count.ts'
import { nodesOf } from './checks.ts'

export type MonitorDeps = {
  readonly config: Config
  readonly porting: Porting
  /** Where this process's own DNS listens; undefined where the role is not its. */
  readonly dnsPort: number | undefined
  readonly isMirrored: boolean
  /** How the background work of this process stands. */
  readonly jobs: () => ReadonlyMap<string, Readonly<JobStatus>>
  /** undefined: no provider of SMS is watched. */
  readonly sms: SmsStandings | undefined
}

/** How often a job fails in a row before somebody is told. */
const FAILURES_TOLD = 3

/** The job that watches the deployment, with what it asks of rooms that do not know each other. */
export function monitorJob(deps: MonitorDeps): Job {
  const { config, porting, dnsPort, isMirrored, sms } = deps
  const nodes = nodesOf(config, dnsPort)
  const [zone] = config.dns.zones
  const failing = failingJobs(deps)
  const looks: Looks = {
    ...monitorLooks(
      porting,
      () => failing().map(({ name, said, since }): PeerWords => ({ peer: name, said, since })),
      async () => ((await sms?.refused()) ?? []).map(({ name, ...words }) => ({ peer: `SMS ${name}`, ...words })),
    ),
    jobs: async () =>
      failing()
        .filter(({ failures }) => failures >= FAILURES_TOLD)
        .map(jobFinding),
    ...(nodes.length > 0 && zone !== undefined && { dns_nodes: nodesLook(porting, nodes, checkedName(zone)) }),
    ...(isMirrored && { mirror: mirrorLook(porting) }),
  }
  return { name: 'look for alerts', everySeconds: 1, run: () => lookForAlerts(porting, looks) }
}

type FailingJob = {
  readonly name: string
  readonly failures: number
  readonly said: string
  readonly since: Temporal.Instant
}

function failingJobs({ porting, jobs }: MonitorDeps): () => FailingJob[] {
  const since = new Map<string, Temporal.Instant>()
  return () =>
    [...jobs()].flatMap(([name, { failures, lastError }]) => {
      if (failures === 0) {
        since.delete(name)
        return []
      }
      const began = since.get(name) ?? porting.now()
      since.set(name, began)
      return [{ name, failures, said: lastError ?? '', since: began }]
    })
}

function jobFinding({ name, failures, said, since }: FailingJob): Finding {
  return {
    subject: name,
    severity: 'critical',
    what: `the job “${name}” has failed ${failures} times in a row`,
    said,
    since,
  }
}

/** A datagram may be lost: a node is told of from its second silence on. */
const SILENCES_TOLD = 2

/**
 * What was the newest generation at the look before must be everywhere by now: routes reach a node within moments. Serials are
 * compared as RFC 1982 §3.2 has it.
 */
function nodesLook({ db, now }: Porting, nodes: Config['dns']['nodes'], zone: DnsName): Look {
  const wrong = new Map<string, { readonly since: Temporal.Instant; readonly looks: number }>()
  let before: number | undefined
  return async () => {
    const wanted = before
    before = await findGeneration(db)
    const answers = await Promise.all(nodes.map(async (node) => ({ node, answer: await askSerial(node, zone) })))
    return answers.flatMap(({ node, answer }): Finding[] => {
      const subject = `${node.host}:${node.port}`
      const behind = answer.kind === 'serial' && wanted !== undefined ? (wanted - answer.serial) | 0 : 0
      if (answer.kind === 'serial' && behind <= 0) {
        wrong.delete(subject)
        return []
      }
      const { since, looks } = wrong.get(subject) ?? { since: now(), looks: 0 }
      wrong.set(subject, { since, looks: looks + 1 })
      const finding = { subject, severity: 'critical', since } as const
      if (answer.kind === 'serial')
        return [
          {
            ...finding,
            what: `the DNS node ${subject} is ${counted(behind, 'change')} behind, and was at the look before`,
          },
        ]
      if (looks + 1 < SILENCES_TOLD) return []
      return [{ ...finding, what: `the DNS node ${subject} does not answer`, said: answer.reason }]
    })
  }
}

function mirrorLook({ db, now }: Porting): Look {
  let before: number | undefined
  let since: Temporal.Instant | undefined
  return async () => {
    const wanted = before
    before = await findGeneration(db)
    const status = await mirrorStatus(db)
    const behind = wanted === undefined ? 0 : wanted - (status?.generation ?? 0)
    const faults = status?.faults ?? 0
    if (behind <= 0 && faults === 0) {
      since = undefined
      return []
    }
    since ??= now()
    const parts = [
      behind > 0 && `${counted(behind, 'change')} behind`,
      faults > 0 && `${counted(faults, 'number')} refused or wrong`,
    ]
    return [{ subject: 'CGrateS', severity: 'warning', what: `CGrateS is ${parts.filter(Boolean).join(', ')}`, since }]
  }
}
