import type { Config } from '../config.ts'
import type { Portolan } from './portolan.ts'

/** What `npm start` prints: where everything is, and the first keys, once. */
export function welcome(config: Config, portolan: Portolan): string {
  const { market, httpUrl, opsUrl, dnsPort, simulatorUrl, firstKeys } = portolan
  const places: [string, string | undefined][] = [
    ['Market', `${market.name} (${market.title}), operator ${market.operator}`],
    ['Porting desk', httpUrl && `${httpUrl}/`],
    ['API', httpUrl && `${httpUrl}/np_api/  ${httpUrl}/v1/`],
    ['API explorer', httpUrl && `${httpUrl}/np_api/doc  ${httpUrl}/v1/doc`],
    ['Health, metrics', `${opsUrl}/readyz  ${opsUrl}/metrics`],
    [
      'DNS',
      dnsPort === undefined ? undefined : `${config.dns.host}:${dnsPort} (UDP, TCP), ${config.dns.zones.join(', ')}`,
    ],
    ['SIP redirect', config.sip && `${config.sip.host}:${portolan.sipPort} (UDP, TCP)`],
    ['Clearinghouse', simulatorUrl ? `${simulatorUrl} (simulator)` : config.pxs?.url],
    ['Database', config.databaseUrl ? 'external (DATABASE_URL)' : `embedded, in ${config.dataDir}`],
  ]
  const lines = places.flatMap(([what, where]) => (where ? [`  ${what.padEnd(16)} ${where}`] : []))
  const keys = firstKeys.map(
    ({ username, tier, key, isGiven }) =>
      `  ${username.padEnd(9)} ${tier.padEnd(13)} ${isGiven ? '(the key you set)' : key}`,
  )
  const shown = keys.length > 0 ? ['', 'API keys, made now and never shown again (user, tier, key):', ...keys] : []
  return ['', 'Portolan runs.', ...lines, ...shown, '', 'Ctrl-C stops it.', ''].join('\n')
}
