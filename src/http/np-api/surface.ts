import type { Keys } from '../../accounts/key.ts'
import type { NumberDesk } from '../../porting/number-desk.ts'
import type { PortInService } from '../../porting/port-in.ts'
import type { PortOutService } from '../../porting/port-out.ts'
import type { RoutingDesk } from '../../routing/desk.ts'
import { gatekeeper } from '../credentials.ts'
import type { Examples } from '../examples.ts'
import type { Surface } from '../surface.ts'
import { readJsonBodies, takeAnyContentType } from './body.ts'
import { describeRoutes, docsRoutes } from './docs.routes.ts'
import { refuse } from './faults.ts'
import { numberRoutes } from './number.routes.ts'
import type { LocalNumbers } from './port-in.codec.ts'
import { portInRoutes, xmlRoutes } from './port-in.routes.ts'
import { portOutRoutes } from './port-out.routes.ts'
import { type Receive, recvRoutes } from './recv.routes.ts'
import { routeRoutes } from './route.routes.ts'
import { type SmsValidation, validateRoutes } from './validate.routes.ts'

export type NpApiDeps = {
  readonly portIn: PortInService
  readonly portOut: PortOutService
  readonly numberDesk: NumberDesk
  readonly numbers: LocalNumbers & SmsValidation['numbers']
  readonly sms: SmsValidation['sms']
  readonly routing: RoutingDesk
  readonly keys: Pick<Keys, 'authenticate'>
  readonly receive: Receive
  /** Checked by `deploymentPrefixProblem` with the rest of the configuration. */
  readonly deploymentPrefix: string
  readonly isDocPublic: boolean
  /** For the description; those that are checked in when absent. */
  readonly examples?: Examples
}

/** The porting manager surface (contract/np-api.md): `/np_api`. */
export function npApiSurface(deps: NpApiDeps): Surface {
  return {
    name: 'np_api',
    prefix: '/np_api',
    refuse,
    plugin: async (app) => {
      takeAnyContentType(app)
      readJsonBodies(app)
      app.addHook('onRequest', gatekeeper(deps.keys.authenticate))
      await describeRoutes(app, deps)
      await app.register(portInRoutes(deps))
      await app.register(xmlRoutes(deps))
      await app.register(portOutRoutes(deps))
      await app.register(numberRoutes(deps))
      await app.register(validateRoutes(deps))
      await app.register(routeRoutes(deps))
      await app.register(recvRoutes(deps))
      await docsRoutes(app, deps)
    },
  }
}
