import { type Config, ConfigError } from '../config.ts'
import { parseE164 } from '../numbers/e164.ts'
import { createLog } from '../shared/log.ts'
import { cgratesClient } from './cgrates/cgrates.client.ts'
import { crmClient } from './crm/crm.client.ts'
import { hssClient } from './hss/hss.client.ts'
import { loadSmsAccess } from './sms/load-access.ts'
import { createSmsTester } from './sms/sms.ts'

/** How a system that Portolan calls answered. */
export type PeerStanding = {
  readonly peer: string
  readonly verdict: 'ok' | 'problem' | 'not checked'
  /** In its own words where something is wrong. */
  readonly said: string
}

const TIMEOUT_SECONDS = 5
/** Of nobody: no country has the code 999. */
const NOBODY = parseE164('+9990000000')

/**
 * The systems that Portolan calls, each asked something that changes nothing there, so that wrong credentials are known before the
 * first port. What cannot be asked so is not here: webhooks and the BSS are told of by the alerts.
 */
export async function askPeers(config: Config, now: () => Temporal.Instant): Promise<PeerStanding[]> {
  const found = await Promise.all([cgrates(config), hss(config), crm(config), smsProviders(config, now)])
  return found.flat()
}

async function cgrates({ cgrates: access, cgratesTenant: tenant }: Config): Promise<PeerStanding[]> {
  const peer = 'CGrateS'
  if (!access) return []
  const client = cgratesClient({ ...access, tenant, connections: 1 })
  const reply = await client.call('APIerSv1.GetAttributeProfileIDs', { Tenant: tenant, Limit: 1 })
  await client.close()
  const isWell = reply.kind === 'ok' || reply.kind === 'not_found'
  return [isWell ? { peer, verdict: 'ok', said: 'answers' } : { peer, verdict: 'problem', said: reply.reason }]
}

async function hss({ hss: access }: Config): Promise<PeerStanding[]> {
  const peer = 'HSS'
  if (access.kind === 'none' || !NOBODY) return []
  const answer = await hssClient({ ...access, kind: access.kind })(NOBODY)
  const isWell = answer.kind !== 'failed'
  return [isWell ? { peer, verdict: 'ok', said: 'answers' } : { peer, verdict: 'problem', said: answer.reason }]
}

async function crm({ crm: access }: Config): Promise<PeerStanding[]> {
  const peer = 'CRM'
  if (!access) return []
  const client = crmClient(access)
  const answer = await client.logIn()
  await client.close()
  if (answer.kind === 'failed') return [{ peer, verdict: 'problem', said: answer.reason }]
  return answer.kind === 'done'
    ? [{ peer, verdict: 'ok', said: 'lets us in' }]
    : [{ peer, verdict: 'not checked', said: 'its key is tried by the first port' }]
}

/** Every provider that is configured is asked whose account this is; nothing is sent. */
async function smsProviders({ smsProvidersFile }: Config, now: () => Temporal.Instant): Promise<PeerStanding[]> {
  if (smsProvidersFile === undefined) return []
  try {
    const access = await loadSmsAccess(smsProvidersFile)
    const log = createLog('silent')
    const sms = createSmsTester({ access, now, log, timeoutSeconds: TIMEOUT_SECONDS })
    const findings = await Promise.all(
      sms.providers.map(async (provider): Promise<PeerStanding> => {
        const standing = await sms.whoAmI(provider)
        const peer = `SMS ${provider.name}`
        if (standing.kind === 'accepted') return { peer, verdict: 'ok', said: 'accepts our credentials' }
        const said = standing.kind === 'refused' ? `refuses our credentials: ${standing.said}` : standing.said
        return { peer, verdict: 'problem', said }
      }),
    )
    await sms.close()
    return findings
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [{ peer: 'SMS providers', verdict: 'problem', said: error.problems.join('; ') }]
  }
}
