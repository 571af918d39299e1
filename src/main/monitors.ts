import { randomUUID } from 'node:crypto'
import type { Config } from '../config.ts'
import type { DnsName } from '../dns/name.codec.ts'
import { askSerial } from '../dns/probe.client.ts'
import { checkedName } from '../dns/zone-config.ts'
import { mirrorStatus } from '../integrations/cgrates/mirror.job.ts'
import type { SmsStandings } from '../integrations/sms/standing.job.ts'
import type { Job, JobStatus } from '../jobs/jobs.ts'
import { lookForAlerts } from '../porting/alerts.job.ts'
import { type FailingJob, findFailingJobs, saveFailingJobs } from '../porting/failing-job.store.ts'
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
  const failing = async () => findFailingJobs(porting.db, porting.now().subtract({ seconds: FORGOTTEN_SECONDS }))
  const report = reportOfJobs(deps)
  const looks: Looks = {
    ...monitorLooks(
      porting,
      async () => (await failing()).map(({ job, said, since }): PeerWords => ({ peer: job, said, since })),
      async () => ((await sms?.refused()) ?? []).map(({ name, ...words }) => ({ peer: `SMS ${name}`, ...words })),
    ),
    jobs: async () => (await failing()).filter(({ failures }) => failures >= FAILURES_TOLD).map(jobFinding),
    ...(nodes.length > 0 && zone !== undefined && { dns_nodes: nodesLook(porting, nodes, checkedName(zone)) }),
    ...(isMirrored && { mirror: mirrorLook(porting) }),
  }
  const run = async (): Promise<number> => {
    await report()
    return lookForAlerts(porting, looks)
  }
  return { name: 'look for alerts', everySeconds: 1, run }
}

/** So often a process says that a job of it still fails, and so long that counts. */
const REPEATED_SECONDS = 10
const FORGOTTEN_SECONDS = 30

const NONE = JSON.stringify([])

/** Says which jobs of this process fail, when that changes and again while it goes on: any process may have the monitors' turn. */
function reportOfJobs({ porting, jobs }: MonitorDeps): () => Promise<void> {
  const process = randomUUID()
  const failing = failingJobs(porting, jobs)
  let told = NONE
  let toldMs = Number.NEGATIVE_INFINITY
  return async () => {
    const current = failing()
    const words = JSON.stringify(current)
    const isDue = current.length > 0 && performance.now() - toldMs >= REPEATED_SECONDS * 1000
    if (words === told && !isDue) return
    await porting.db.tx((tx) => saveFailingJobs(tx, process, current, porting.now()))
    told = words
    toldMs = performance.now()
  }
}

function failingJobs({ now }: Porting, jobs: MonitorDeps['jobs']): () => FailingJob[] {
  const since = new Map<string, Temporal.Instant>()
  return () =>
    [...jobs()].flatMap(([job, { failures, lastError }]) => {
      if (failures === 0) {
        since.delete(job)
        return []
      }
      const began = since.get(job) ?? now()
      since.set(job, began)
      return [{ job, failures, said: lastError ?? '', since: began }]
    })
}

function jobFinding({ job, failures, said, since }: FailingJob): Finding {
  return {
    subject: job,
    severity: 'critical',
    what: `the job “${job}” has failed ${failures} times in a row`,
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
