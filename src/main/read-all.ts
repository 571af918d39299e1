import { join, resolve } from 'node:path'
import { list } from '../config/settings.ts'
import { type Config, ConfigError, type Environment, problemsOf, readConfig, settingIn } from '../config.ts'
import { type DnsFileContent, loadDnsFile } from '../dns/dns-file.ts'
import type { SmsAccess } from '../integrations/sms/access.schema.ts'
import { loadSmsAccess } from '../integrations/sms/load-access.ts'
import { loadMarket } from '../numbers/load-market.ts'
import type { Market } from '../numbers/market.ts'
import { noticeProvider } from './notices.ts'

export type AllSettings = {
  readonly config: Config
  readonly market: Market
  readonly smsAccess: ReadonlyMap<string, SmsAccess>
  /** undefined: there is none. */
  readonly dnsFile: DnsFileContent | undefined
}

/**
 * The environment and the files that it names. The problems of all of them are told at once, before anything starts: whoever
 * sets a deployment up mends them in one go.
 */
export async function readAll(env: Environment, root: string): Promise<AllSettings> {
  const problems = problemsOf(env)
  const read = async <T>(reading: Promise<T>): Promise<T | undefined> =>
    reading.catch((error: unknown) => {
      problems.push(...(error instanceof ConfigError ? error.problems : [sentenceOf(error)]))
      return undefined
    })
  const name = settingIn(env, 'PORTOLAN_MARKET')
  // the name of no file is a problem that is told already
  const isNamed = !problems.some((problem) => problem.startsWith('PORTOLAN_MARKET '))
  const market = isNamed ? await read(loadMarket(join(root, 'markets'), name)) : undefined
  const dnsPath = settingIn(env, 'PORTOLAN_DNS_FILE')
  const zones = list(settingIn(env, 'PORTOLAN_ENUM_ZONES'))
  const dnsFile = dnsPath === '' ? undefined : await read(loadDnsFile(resolve(root, dnsPath), zones))
  const file = settingIn(env, 'PORTOLAN_SMS_PROVIDERS')
  const smsAccess = file === '' ? new Map<string, SmsAccess>() : await read(loadSmsAccess(resolve(root, file)))
  const notices = settingIn(env, 'PORTOLAN_WELCOME') === 'sms' ? settingIn(env, 'PORTOLAN_WELCOME_SMS_PROVIDER') : ''
  if (notices !== '' && file !== '' && smsAccess) await read(noticeProviderIn(smsAccess, notices))
  if (problems.length > 0 || !market || !smsAccess) throw new ConfigError(problems)
  return { config: readConfig(env, root), market, smsAccess, dnsFile }
}

async function noticeProviderIn(access: ReadonlyMap<string, SmsAccess>, name: string): Promise<unknown> {
  return noticeProvider(name, new Set(access.keys()))
}

/** What a reader of files says of a fault, below the line that it belongs to. */
function sentenceOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll('\n', '\n    ')
}
