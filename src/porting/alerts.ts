import type { Db } from '../db/db.ts'
import { appendAudit } from '../events/audit.store.ts'
import { Fault } from '../shared/fault.ts'
import { countAlerts, findAlert, findAlerts, findMonitors, lockAlert, saveAcknowledgement } from './alert.store.ts'
import { findMessage, type KeptMessage, markLooked } from './message-view.store.ts'
import { MONITOR_NAMES, type MonitorName, type Severity } from './monitors.ts'

/** Something that a person should know. Times: `since` it is so, `openedAt` seen first, `seenAt` seen last. */
export type Alert = {
  readonly id: string
  readonly monitor: MonitorName
  readonly subject: string
  readonly severity: Severity
  readonly what: string
  readonly said: string | null
  readonly msgidentifier: string | null
  readonly messageId: string | null
  readonly since: Temporal.Instant
  readonly openedAt: Temporal.Instant
  readonly seenAt: Temporal.Instant
  /** null while it lasts. */
  readonly closedAt: Temporal.Instant | null
  readonly acknowledgedAt: Temporal.Instant | null
  readonly acknowledgedBy: string | null
  readonly note: string | null
}

export type AlertSearch = {
  readonly state: 'open' | 'closed'
  readonly monitor?: MonitorName | undefined
  readonly severity?: Severity | undefined
  readonly isAcknowledged?: boolean | undefined
  readonly msgidentifier?: string | undefined
  /** Id of the last alert of the page before. */
  readonly before?: string | undefined
  readonly limit: number
}

/** How a monitor stands. */
export type MonitorView = {
  readonly name: MonitorName
  readonly open: number
  readonly critical: number
  readonly acknowledged: number
  /** undefined: this deployment has no use for it, or it has not looked yet. */
  readonly lookedAt: Temporal.Instant | undefined
  /** Why it could not look; its alerts are then as they were. */
  readonly problem: string | undefined
}

export type Alerts = {
  /** Newest first. */
  search(search: AlertSearch): Promise<Alert[]>
  /** Fault: resource_not_found. */
  get(id: string): Promise<Alert>
  /**
   * Somebody has seen it to. What a message said is settled by that, and its alert is over; others last until what they tell of is
   * over. Faults: resource_not_found, resource_exists (acknowledged before, or over).
   */
  acknowledge(id: string, by: string, note: string | undefined): Promise<Alert>
  monitors(): Promise<MonitorView[]>
  /** A message with its bytes. Fault: resource_not_found. */
  message(id: string): Promise<KeptMessage>
}

type Deps = { readonly db: Db; readonly now: () => Temporal.Instant }

export function createAlerts({ db, now }: Deps): Alerts {
  return {
    search: (search) => findAlerts(db, search),
    get: async (id) => known(await findAlert(db, id), id),
    async acknowledge(id, by, note) {
      await db.tx(async (tx) => {
        const alert = known(await lockAlert(tx, id), id)
        refuseRepetition(alert)
        const at = now()
        const isSettled = alert.monitor === 'messages' && alert.messageId !== null
        if (isSettled) await markLooked(tx, alert.messageId, { by, at })
        await saveAcknowledgement(tx, id, { at, by, note: note ?? null, closedAt: isSettled ? at : null })
        const { monitor, severity, what, messageId } = alert
        const subject = alert.msgidentifier ?? alert.subject
        const detail = { alert: id, monitor, severity, what, ...(messageId && { message: messageId }) }
        const row = { at, actor: by, surface: 'native', action: 'alert.acknowledged', subject, reason: note, detail }
        await appendAudit(tx, [row])
      })
      return known(await findAlert(db, id), id)
    },
    async monitors() {
      const [states, counts] = await Promise.all([findMonitors(db), countAlerts(db)])
      return MONITOR_NAMES.map((name): MonitorView => {
        const state = states.find((one) => one.name === name)
        const own = counts.filter(({ monitor }) => monitor === name)
        const sum = (of: (one: (typeof own)[number]) => boolean) =>
          own.filter(of).reduce((total, { count }) => total + count, 0)
        return {
          name,
          open: sum(() => true),
          critical: sum(({ severity }) => severity === 'critical'),
          acknowledged: sum(({ isAcknowledged }) => isAcknowledged),
          lookedAt: state?.lookedAt,
          problem: state?.problem ?? undefined,
        }
      })
    },
    async message(id) {
      const message = await findMessage(db, id)
      if (!message) throw new Fault('resource_not_found', `there is no message ${id}`)
      return message
    },
  }
}

function known(alert: Alert | undefined, id: string): Alert {
  if (!alert) throw new Fault('resource_not_found', `there is no alert ${id}`)
  return alert
}

function refuseRepetition({ acknowledgedAt, acknowledgedBy, closedAt }: Alert): void {
  if (acknowledgedAt) {
    const when = acknowledgedAt.toString({ smallestUnit: 'second' })
    throw new Fault('resource_exists', `${acknowledgedBy} has acknowledged this alert at ${when}`)
  }
  if (closedAt) {
    const when = closedAt.toString({ smallestUnit: 'second' })
    throw new Fault('resource_exists', `what this alert told of was over at ${when}: there is nothing to acknowledge`)
  }
}
