import type { Registry } from 'prom-client'
import type { Db } from '../db/db.ts'
import { mirrorStatus } from '../integrations/cgrates/mirror.job.ts'
import { countOpenDeliveries } from '../integrations/delivery.store.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { countAlerts, findMonitors } from '../porting/alert.store.ts'
import { countStepsByState } from '../porting/checklist.store.ts'
import { countOpenMessages } from '../porting/message.store.ts'
import { findLastReceived } from '../porting/monitor-looks.store.ts'
import { MONITOR_NAMES } from '../porting/monitors.ts'
import { countByState } from '../porting/port.store.ts'
import { rejectionTrends } from '../porting/rejection-alarm.ts'
import { countOverdue } from '../porting/watch.store.ts'
import { findGeneration } from '../routing/route.store.ts'
import type { SipServer } from '../sip/server.ts'
import type { DnsRole } from './dns.ts'
import { registerDnsGauges } from './dns-gauges.ts'
import { gauge } from './gauge.ts'

export type Watched = {
  readonly db: Db
  readonly dns: Pick<DnsRole, 'server' | 'following' | 'claims' | 'table'> | undefined
  readonly sip: SipServer | undefined
  readonly jobs: Jobs | undefined
  readonly now: () => Temporal.Instant
  /** Whether routes are copied to CGrateS. */
  readonly isMirrored: boolean
}

/** What `/metrics` measures at the moment it is asked (labels have few values, never a number or an id). */
export function registerGauges(registry: Registry, { db, dns, sip, jobs, now, isMirrored }: Watched): void {
  gauge(registry, 'portolan_database_up', 'Whether the database answers', [], async (set) => {
    set((await db.isUp()) ? 1 : 0, {})
  })
  gauge(registry, 'portolan_ports', 'Ports by direction and state', ['direction', 'state'], async (set) => {
    for (const { direction, state, count } of await countByState(db)) set(count, { direction, state })
  })
  gauge(registry, 'portolan_clearinghouse_messages', 'Messages that wait or were flagged', ['kind'], async (set) => {
    for (const [kind, count] of Object.entries(await countOpenMessages(db))) set(count, { kind })
  })
  gauge(
    registry,
    'portolan_event_deliveries',
    'Events that wait for a receiver or were given up',
    ['kind'],
    async (set) => {
      for (const [kind, count] of Object.entries(await countOpenDeliveries(db))) set(count, { kind })
    },
  )
  gauge(registry, 'portolan_ports_overdue', 'Ports whose next expected event has not come in time', [], async (set) => {
    set(await countOverdue(db, now()), {})
  })
  gauge(
    registry,
    'portolan_port_steps',
    'Steps after a port that are not confirmed',
    ['step', 'state'],
    async (set) => {
      for (const { step, state, count } of await countStepsByState(db)) set(count, { step, state })
    },
  )
  watchAlerts(registry, { db, now })
  gauge(registry, 'portolan_route_generation', 'Newest generation of the routes', [], async (set) => {
    set(await findGeneration(db), {})
  })
  if (jobs) {
    gauge(registry, 'portolan_job_failures', 'Rounds of a job that failed in a row', ['job'], async (set) => {
      for (const [job, status] of jobs.status) set(status.failures, { job })
    })
  }
  if (isMirrored) watchMirror(registry, db)
  if (sip) {
    gauge(registry, 'portolan_sip_messages', 'SIP messages since the start, by response', ['status'], async (set) => {
      for (const [status, count] of sip.counts()) set(count, { status: String(status) })
    })
  }
  if (!dns) return
  const { server, following, claims, table } = dns
  registerDnsGauges(registry, { server, table, generation: () => following.generation() })
  gauge(registry, 'portolan_dns_seconds_since_feed', 'Seconds since the route feed answered', [], async (set) => {
    set(following.health().secondsSinceSuccess, {})
  })
  gauge(registry, 'portolan_dns_zones_withheld', 'Zones that secondaries do not get from here now', [], async (set) => {
    set(claims.apexes.filter((zone) => claims.heldSince(zone) === undefined).length, {})
  })
}

/** Two shares over a month of ports need not be counted at every scrape. */
const TRENDS_SECONDS = 60

function keptTrends({ db, now }: Pick<Watched, 'db' | 'now'>): () => ReturnType<typeof rejectionTrends> {
  let kept: { readonly at: Temporal.Instant; readonly trends: Awaited<ReturnType<typeof rejectionTrends>> } | undefined
  return async () => {
    const at = now()
    if (!kept || Math.abs(kept.at.until(at).total('seconds')) >= TRENDS_SECONDS)
      kept = { at, trends: await rejectionTrends({ db, now }) }
    return kept.trends
  }
}

function watchAlerts(registry: Registry, { db, now }: Pick<Watched, 'db' | 'now'>): void {
  const trends = keptTrends({ db, now })
  const severities = ['warning', 'critical'] as const
  const labels = ['monitor', 'severity', 'acknowledged']
  gauge(
    registry,
    'portolan_alerts',
    'Open alerts by monitor, and whether somebody sees to them',
    labels,
    async (set) => {
      const counts = await countAlerts(db)
      // every monitor has its series, so that a rule can tell nothing wrong from nobody looking
      for (const monitor of MONITOR_NAMES) {
        for (const severity of severities) {
          for (const isAcknowledged of [false, true]) {
            const found = counts.find(
              (one) => one.monitor === monitor && one.severity === severity && one.isAcknowledged === isAcknowledged,
            )
            set(found?.count ?? 0, { monitor, severity, acknowledged: isAcknowledged ? 'yes' : 'no' })
          }
        }
      }
    },
  )
  gauge(registry, 'portolan_monitor_age_seconds', 'Seconds since a monitor last looked', ['monitor'], async (set) => {
    for (const { name, lookedAt } of await findMonitors(db)) set(secondsSince(lookedAt, now()), { monitor: name })
  })
  gauge(registry, 'portolan_monitor_failing', 'Whether a monitor cannot look', ['monitor'], async (set) => {
    for (const { name, problem } of await findMonitors(db)) set(problem === null ? 0 : 1, { monitor: name })
  })
  gauge(
    registry,
    'portolan_rejection_rate',
    'Share of requests that a donor refused, of the last day and of the thirty days before',
    ['donor', 'period'],
    async (set) => {
      for (const { donor, recentRate, beforeRate } of await trends()) {
        set(recentRate, { donor, period: 'day' })
        set(beforeRate, { donor, period: 'before' })
      }
    },
  )
  gauge(
    registry,
    'portolan_clearinghouse_silence_seconds',
    'Seconds since a message came from the clearinghouse',
    [],
    async (set) => {
      const last = await findLastReceived(db)
      if (last) set(secondsSince(last, now()), {})
    },
  )
}

const secondsSince = (at: Temporal.Instant, now: Temporal.Instant) => Math.max(0, at.until(now).total('seconds'))

function watchMirror(registry: Registry, db: Db): void {
  gauge(registry, 'portolan_cgrates_generations_behind', 'Route changes that CGrateS has not got', [], async (set) => {
    set((await findGeneration(db)) - ((await mirrorStatus(db))?.generation ?? 0), {})
  })
  gauge(registry, 'portolan_cgrates_faults', 'Numbers that CGrateS refused or has wrong', [], async (set) => {
    set((await mirrorStatus(db))?.faults ?? 0, {})
  })
}
