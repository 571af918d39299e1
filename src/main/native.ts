import { answeredRequests } from '../accounts/answered-request.ts'
import type { Keys } from '../accounts/key.ts'
import { createUsers } from '../accounts/user.ts'
import type { Config } from '../config.ts'
import { appendAudit } from '../events/audit.store.ts'
import { auditChain } from '../events/audit-chain.ts'
import { auditLog } from '../events/audit-log.ts'
import { createEventFeed } from '../events/feed.ts'
import type { Webhooks } from '../events/webhooks.ts'
import { type NativeDeps, nativeSurface } from '../http/native/surface.ts'
import type { Surface } from '../http/surface.ts'
import type { Job } from '../jobs/jobs.ts'
import { createAlerts } from '../porting/alerts.ts'
import { portDesk } from '../porting/desk.ts'
import { createFees } from '../porting/fees.ts'
import { numberGuard } from '../porting/number-guard.ts'
import { createWatch } from '../porting/outlook.ts'
import type { Porting } from '../porting/porting.ts'
import { periodsOf, removeOld } from '../porting/retention.ts'
import type { Log } from '../shared/log.ts'
import type { Vault } from '../shared/vault.ts'
import type { ComposedRoutes } from './route-book.ts'
import { historyWithoutProof, messagesWithoutProof } from './served.ts'

export type NativeOptions = {
  readonly config: Config
  readonly porting: Porting
  readonly keys: Keys
  readonly vault: Vault
  readonly webhooks: Webhooks
  readonly routes: ComposedRoutes
  readonly log: Log
}

export type Native = { readonly surface: Surface; close(): void }

/** The native API over its rooms. */
export function composeNative({ config, porting, keys, vault, webhooks, routes, log }: NativeOptions): Native {
  const { db, market, now } = porting
  const feed = createEventFeed({ db, log: log.child({ room: 'events' }) })
  const deps: NativeDeps = {
    market,
    desk: historyWithoutProof(portDesk(porting)),
    numberGuard: numberGuard(porting),
    enumZones: config.dns.zones,
    keys,
    users: createUsers({ db, now, keys, audit: (tx, row) => appendAudit(tx, [row]) }),
    webhooks,
    audit: auditLog(db),
    alerts: messagesWithoutProof(createAlerts({ db, now })),
    watch: createWatch({ db, market, now }),
    fees: createFees({ db, now, timeZone: market.timeZone }),
    periods: () => periodsOf(porting, config.retentionDays),
    now,
    answered: answeredRequests({ db, vault, now }),
    feed,
    isDocPublic: config.http.areDocsPublic,
    ...routes,
  }
  return { surface: nativeSurface(deps), close: () => feed.close() }
}

/** The background work of what stands behind the native API. */
export function nativeJobs({ config, porting, vault }: Pick<NativeOptions, 'config' | 'porting' | 'vault'>): Job[] {
  const { db, now } = porting
  const answered = answeredRequests({ db, vault, now })
  const chain = auditChain(db)
  // biome-ignore format: a table
  return [
    // name                        clock               what it does
    { name: 'drop old answers',    everySeconds: 60,   run: () => answered.dropOld() },
    { name: 'seal the audit',      everySeconds: 1,    run: () => chain.seal() },
    { name: 'remove what is over', everySeconds: 3600, run: () => removeOld(porting, config.retentionDays) },
  ]
}
