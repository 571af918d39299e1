import type { AnsweredRequests } from '../../accounts/answered-request.ts'
import type { Keys } from '../../accounts/key.ts'
import type { Users } from '../../accounts/user.ts'
import type { AuditLog } from '../../events/audit-log.ts'
import type { EventFeed } from '../../events/feed.ts'
import type { Webhooks } from '../../events/webhooks.ts'
import type { Alerts } from '../../porting/alerts.ts'
import type { Fees } from '../../porting/fees.ts'
import type { Period } from '../../porting/retention.ts'
import type { LookUpMany } from '../../routing/lookup.ts'
import { gatekeeper } from '../credentials.ts'
import type { Examples } from '../examples.ts'
import { refuseUnreadable } from '../readable.ts'
import { typedBodies } from '../schema-compilers.ts'
import type { Surface } from '../surface.ts'
import { alertsRoutes } from './alerts.routes.ts'
import { auditRoutes } from './audit.routes.ts'
import { bulkRoutes } from './bulk.routes.ts'
import { deskRoutes } from './desk.routes.ts'
import { describeRoutes, docsRoutes } from './docs.routes.ts'
import { dossierRoutes } from './dossier.routes.ts'
import { eventsRoutes, type StreamLimits } from './events.routes.ts'
import { evidenceRoutes } from './evidence.routes.ts'
import { refuse } from './faults.ts'
import { feesRoutes } from './fees.routes.ts'
import { keysRoutes } from './keys.routes.ts'
import { lookupRoutes } from './lookup.routes.ts'
import { type MeDeps, meRoutes } from './me.routes.ts'
import { type NumberGuardDeps, numberGuardRoutes } from './number-guard.routes.ts'
import { type PortsDeps, portsRoutes } from './ports.routes.ts'
import { makeWritesRepeatable } from './repeatable.ts'
import { retentionRoutes } from './retention.routes.ts'
import { type RoutesDeps, routesRoutes } from './routes.routes.ts'
import { usersRoutes } from './users.routes.ts'
import { watchRoutes } from './watch.routes.ts'
import { webhooksRoutes } from './webhooks.routes.ts'

export type NativeDeps = MeDeps &
  PortsDeps &
  NumberGuardDeps &
  RoutesDeps & {
    readonly keys: Keys
    readonly users: Users
    readonly webhooks: Webhooks
    readonly audit: AuditLog
    readonly alerts: Alerts
    readonly fees: Fees
    /** How long things are kept. */
    readonly periods: () => readonly Period[]
    readonly now: () => Temporal.Instant
    readonly answered: AnsweredRequests
    readonly feed: EventFeed
    readonly lookUp: LookUpMany
    readonly limits?: StreamLimits
    readonly isDocPublic: boolean
    /** For the description; those that are checked in when absent. */
    readonly examples?: Examples
  }

/** Everything that the documented surfaces have no place for: `/v1`. */
export function nativeSurface(deps: NativeDeps): Surface {
  return {
    name: 'native',
    prefix: '/v1',
    refuse,
    plugin: async (app) => {
      app.addHook('onRequest', gatekeeper(deps.keys.authenticate))
      app.addHook('preValidation', async ({ params }) => refuseUnreadable(params))
      app.setValidatorCompiler(typedBodies())
      makeWritesRepeatable(app, deps.answered)
      await describeRoutes(app, deps.examples)
      await app.register(meRoutes(deps))
      await app.register(eventsRoutes(deps))
      await app.register(portsRoutes(deps))
      await app.register(evidenceRoutes(deps))
      await app.register(deskRoutes(deps))
      await app.register(alertsRoutes(deps))
      await app.register(watchRoutes(deps))
      await app.register(feesRoutes(deps))
      await app.register(bulkRoutes(deps))
      await app.register(numberGuardRoutes(deps))
      await app.register(keysRoutes(deps))
      await app.register(usersRoutes(deps))
      await app.register(webhooksRoutes(deps))
      await app.register(auditRoutes(deps))
      await app.register(retentionRoutes(deps))
      await app.register(dossierRoutes(deps))
      await app.register(routesRoutes(deps))
      await app.register(lookupRoutes(deps))
      await docsRoutes(app, deps)
    },
  }
}
