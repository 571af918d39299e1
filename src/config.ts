import { resolve } from 'node:path'
import {
  type CRM_PATH_NAMES,
  list,
  nodeOf,
  retentionOf,
  SETTINGS,
  type Setting,
  type SettingName,
} from './config/settings.ts'
import type { RetentionDays } from './numbers/retention.ts'

export type Environment = Readonly<Record<string, string | undefined>>
export type Role = 'http' | 'jobs' | 'dns'
export type HssKind = 'none' | 'pyhss' | 'generic-rest'
export type EnumProfile = 'interoperable' | 'compact' | 'document'

export type Config = {
  readonly market: string
  readonly dataDir: string
  readonly databaseUrl: string | undefined
  readonly roles: ReadonlySet<Role>
  readonly http: {
    readonly host: string
    readonly listenPort: number
    readonly deploymentPrefix: string
    readonly areDocsPublic: boolean
    readonly trustedProxies: readonly string[]
    /** Of one key, and of one address without; undefined: without limit. */
    readonly rate: { readonly perSecond: number; readonly atOnce: number } | undefined
  }
  readonly dns: {
    readonly host: string
    readonly listenPort: number
    readonly zones: readonly string[]
    readonly profile: EnumProfile
    readonly ttlSeconds: number
    readonly nameServers: readonly string[]
    readonly contact: string
    readonly threads: number
    readonly snapshotSeconds: number
    readonly file: string | undefined
    /** undefined: no DNS over TLS. */
    readonly tls: { readonly port: number; readonly certificateFile: string; readonly keyFile: string } | undefined
    /** DNS servers elsewhere that answer from the same routes. */
    readonly nodes: readonly { readonly host: string; readonly port: number }[]
  }
  /** undefined: no SIP redirect. */
  readonly sip: { readonly host: string; readonly port: number } | undefined
  /** Who may ask after health and metrics, besides this machine. */
  readonly opsNetworks: readonly string[]
  readonly adminKey: string | undefined
  /** undefined: the simulator plays the clearinghouse. */
  readonly pxs:
    | {
        readonly url: string
        readonly username: string
        readonly password: string
        readonly recvKey: string | undefined
      }
    | undefined
  readonly pxsTimeoutSeconds: number
  readonly infoTimeoutSeconds: number
  readonly sim: { readonly listenPort: number; readonly stepMilliseconds: number }
  readonly webhook:
    | { readonly url: string; readonly secret: string; readonly previousSecret: string | undefined }
    | undefined
  /** Where webhooks may be sent; empty: anywhere but where nobody's receiver is. */
  readonly webhookNetworks: readonly string[]
  readonly smsProvidersFile: string | undefined
  /** 0: their credentials are not watched. */
  readonly smsCheckMinutes: number
  /** undefined: there is no CGrateS. */
  readonly cgrates:
    | {
        readonly url: string
        readonly username: string
        readonly password: string
        readonly timeoutMilliseconds: number
        readonly concurrency: number
        readonly reconcileSeconds: number
      }
    | undefined
  readonly cgratesTenant: string
  /** undefined: ports are not charged. */
  readonly charging:
    | {
        readonly ratingPlan: string
        readonly actionPlans: readonly string[]
        readonly portOutFeeCategory: string | undefined
      }
    | undefined
  readonly hss: {
    readonly kind: HssKind
    readonly url: string
    /** Names joined by dots; empty: the whole answer. */
    readonly path: string
    readonly header: string
    readonly key: string | undefined
    readonly timeoutMilliseconds: number
  }
  /** 64 hexadecimal digits; undefined: kept in the data folder. */
  readonly secretKey: string | undefined
  /** undefined: there is no CRM. */
  readonly crm:
    | {
        readonly url: string
        readonly auth:
          | { readonly kind: 'login'; readonly username: string; readonly password: string }
          | { readonly kind: 'key'; readonly header: string; readonly key: string }
        readonly paths: Readonly<Record<(typeof CRM_PATH_NAMES)[number], string>>
        readonly timeoutMilliseconds: number
      }
    | undefined
  readonly welcome:
    | { readonly by: 'none' | 'event' }
    | { readonly by: 'sms'; readonly provider: string; readonly text: string }
  readonly portOut: {
    readonly policy: 'approve' | 'hold' | 'reject'
    readonly noticeMinutes: number
    readonly eligibilityAttempts: number
    readonly onNoAnswer: 'hold' | 'authorise' | 'reject'
  }
  /** undefined: nobody is asked whether a customer may leave. */
  readonly bss: { readonly url: string; readonly secret: string; readonly timeoutSeconds: number } | undefined
  /** What counts before the market's own periods. */
  readonly retentionDays: RetentionDays
  readonly dbConnections: number
  readonly logLevel: string
}

/**
 * Reads the environment. Pure: all problems stand in one error, before anything starts.
 *
 * @param root - the project's folder, to which relative paths belong
 */
export function readConfig(env: Environment, root: string): Config {
  const problems = problemsOf(env)
  if (problems.length > 0) throw new ConfigError(problems)
  const value = (name: SettingName) => settingIn(env, name)
  const pathOf = (name: SettingName) => (value(name) ? resolve(root, value(name)) : undefined)
  return {
    market: value('PORTOLAN_MARKET'),
    dataDir: resolve(root, value('PORTOLAN_DATA_DIR')),
    databaseUrl: value('DATABASE_URL') || undefined,
    roles: new Set(list(value('PORTOLAN_ROLES')) as Role[]), // everyOneOf has checked the words
    http: {
      host: value('PORTOLAN_HTTP_HOST'),
      listenPort: Number(value('PORTOLAN_HTTP_PORT')),
      deploymentPrefix: value('PORTOLAN_DEPLOYMENT_PREFIX'),
      areDocsPublic: value('PORTOLAN_DOCS_PUBLIC') === 'yes',
      trustedProxies: list(value('PORTOLAN_TRUSTED_PROXIES')),
      rate: rateOf(Number(value('PORTOLAN_REQUESTS_PER_SECOND')), Number(value('PORTOLAN_REQUESTS_AT_ONCE'))),
    },
    opsNetworks: list(value('PORTOLAN_OPS_NETWORKS')),
    dns: {
      host: value('PORTOLAN_DNS_HOST'),
      listenPort: Number(value('PORTOLAN_DNS_PORT')),
      zones: list(value('PORTOLAN_ENUM_ZONES')),
      profile: value('PORTOLAN_ENUM_PROFILE') as EnumProfile, // oneOf has checked the word
      ttlSeconds: Number(value('PORTOLAN_ENUM_TTL_SECONDS')),
      nameServers: list(value('PORTOLAN_DNS_NAME_SERVERS')),
      contact: value('PORTOLAN_DNS_CONTACT'),
      threads: Number(value('PORTOLAN_DNS_THREADS')),
      snapshotSeconds: Number(value('PORTOLAN_DNS_SNAPSHOT_SECONDS')),
      file: pathOf('PORTOLAN_DNS_FILE'),
      tls: tlsOf(value, pathOf),
      nodes: list(value('PORTOLAN_DNS_NODES')).flatMap((node) => nodeOf(node) ?? []),
    },
    sip: value('PORTOLAN_SIP_PORT')
      ? { host: value('PORTOLAN_SIP_HOST'), port: Number(value('PORTOLAN_SIP_PORT')) }
      : undefined,
    adminKey: value('PORTOLAN_ADMIN_KEY') || undefined,
    pxs: value('PORTOLAN_PXS_URL')
      ? {
          url: value('PORTOLAN_PXS_URL'),
          username: value('PORTOLAN_PXS_USERNAME'),
          password: value('PORTOLAN_PXS_PASSWORD'),
          recvKey: value('PORTOLAN_PXS_RECV_KEY') || undefined,
        }
      : undefined,
    pxsTimeoutSeconds: Number(value('PORTOLAN_PXS_TIMEOUT_SECONDS')),
    infoTimeoutSeconds: Number(value('PORTOLAN_INFO_TIMEOUT_SECONDS')),
    sim: { listenPort: Number(value('PORTOLAN_SIM_PORT')), stepMilliseconds: Number(value('PORTOLAN_SIM_STEP_MS')) },
    webhook: value('PORTOLAN_WEBHOOK_URL')
      ? {
          url: value('PORTOLAN_WEBHOOK_URL'),
          secret: value('PORTOLAN_WEBHOOK_SECRET'),
          previousSecret: value('PORTOLAN_WEBHOOK_PREVIOUS_SECRET') || undefined,
        }
      : undefined,
    webhookNetworks: list(value('PORTOLAN_WEBHOOK_NETWORKS')),
    smsProvidersFile: pathOf('PORTOLAN_SMS_PROVIDERS'),
    smsCheckMinutes: Number(value('PORTOLAN_SMS_CHECK_MINUTES')),
    cgrates: value('PORTOLAN_CGRATES_URL')
      ? {
          url: value('PORTOLAN_CGRATES_URL'),
          username: value('PORTOLAN_CGRATES_USERNAME'),
          password: value('PORTOLAN_CGRATES_PASSWORD'),
          timeoutMilliseconds: Number(value('PORTOLAN_CGRATES_TIMEOUT_MS')),
          concurrency: Number(value('PORTOLAN_CGRATES_CONCURRENCY')),
          reconcileSeconds: Number(value('PORTOLAN_CGRATES_RECONCILE_SECONDS')),
        }
      : undefined,
    cgratesTenant: value('PORTOLAN_CGRATES_TENANT'),
    charging: value('PORTOLAN_CHARGING_RATING_PLAN')
      ? {
          ratingPlan: value('PORTOLAN_CHARGING_RATING_PLAN'),
          actionPlans: list(value('PORTOLAN_CHARGING_ACTION_PLANS')),
          portOutFeeCategory: value('PORTOLAN_CHARGING_PORT_OUT_FEE') || undefined,
        }
      : undefined,
    hss: {
      kind: value('PORTOLAN_HSS_KIND') as HssKind, // oneOf has checked the word
      url: value('PORTOLAN_HSS_URL'),
      path: value('PORTOLAN_HSS_PATH'),
      header: value('PORTOLAN_HSS_HEADER'),
      key: value('PORTOLAN_HSS_KEY') || undefined,
      timeoutMilliseconds: Number(value('PORTOLAN_HSS_TIMEOUT_MS')),
    },
    secretKey: value('PORTOLAN_SECRET_KEY') || undefined,
    crm: value('PORTOLAN_CRM_URL')
      ? {
          url: value('PORTOLAN_CRM_URL'),
          auth: value('PORTOLAN_CRM_KEY')
            ? { kind: 'key', header: value('PORTOLAN_CRM_HEADER'), key: value('PORTOLAN_CRM_KEY') }
            : {
                kind: 'login',
                username: value('PORTOLAN_CRM_USERNAME'),
                password: value('PORTOLAN_CRM_PASSWORD'),
              },
          paths: crmPathsIn(`${fallbackOf('PORTOLAN_CRM_PATHS')},${value('PORTOLAN_CRM_PATHS')}`),
          timeoutMilliseconds: Number(value('PORTOLAN_CRM_TIMEOUT_MS')),
        }
      : undefined,
    welcome: welcomeOf(value),
    portOut: {
      policy: value('PORTOLAN_PORT_OUT_POLICY') as Config['portOut']['policy'], // oneOf has checked the word
      noticeMinutes: Number(value('PORTOLAN_PORT_OUT_NOTICE_MINUTES')),
      eligibilityAttempts: Number(value('PORTOLAN_BSS_ATTEMPTS')),
      onNoAnswer: value('PORTOLAN_BSS_NO_ANSWER') as Config['portOut']['onNoAnswer'], // and this one
    },
    bss: value('PORTOLAN_BSS_ELIGIBILITY_URL')
      ? {
          url: value('PORTOLAN_BSS_ELIGIBILITY_URL'),
          secret: value('PORTOLAN_BSS_SECRET'),
          timeoutSeconds: Number(value('PORTOLAN_BSS_TIMEOUT_SECONDS')),
        }
      : undefined,
    retentionDays: Object.fromEntries(
      list(value('PORTOLAN_RETENTION_DAYS')).flatMap((pair) => [retentionOf(pair) ?? []]),
    ),
    dbConnections: Number(value('PORTOLAN_DB_CONNECTIONS')),
    logLevel: value('PORTOLAN_LOG_LEVEL'),
  }
}

/** The configuration of this process. */
export function configOfProcess(root: string): Config {
  return readConfig(process.env, root)
}

/** What is wrong in the environment, a sentence each that begins with the name of the setting. */
export function problemsOf(env: Environment): string[] {
  const wrong = SETTINGS.flatMap((setting: Setting) => {
    const problem = setting.problem?.((env[setting.name] ?? '').trim() || setting.fallback)
    return problem ? [`${setting.name} ${problem}`] : []
  })
  return [...wrong, ...contradictions((name) => settingIn(env, name)), ...unknownNames(env)]
}

/** A setting as it counts: what the environment says, or else its default. */
export function settingIn(env: Environment, name: SettingName): string {
  return (env[name] ?? '').trim() || fallbackOf(name)
}

/** What is wrong with the configuration, a line each. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(
      `the configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    )
    this.name = 'ConfigError'
    this.problems = problems
  }
}

function rateOf(perSecond: number, atOnce: number): Config['http']['rate'] {
  return perSecond === 0 ? undefined : { perSecond, atOnce }
}

/** Both files are there, or neither: `contradictions` has looked. */
function tlsOf(
  value: (name: SettingName) => string,
  pathOf: (name: SettingName) => string | undefined,
): Config['dns']['tls'] {
  const certificateFile = pathOf('PORTOLAN_DNS_TLS_CERTIFICATE')
  const keyFile = pathOf('PORTOLAN_DNS_TLS_KEY')
  return certificateFile && keyFile
    ? { port: Number(value('PORTOLAN_DNS_TLS_PORT')), certificateFile, keyFile }
    : undefined
}

function contradictions(value: (name: SettingName) => string): string[] {
  const needs = (when: SettingName, what: SettingName, why: string) =>
    value(when) !== '' && value(what) === '' ? [`${what} must be set when ${when} is: ${why}`] : []
  const roles = list(value('PORTOLAN_ROLES'))
  return [
    ...(value('PORTOLAN_ADMIN_KEY') !== '' && value('PORTOLAN_ADMIN_KEY') === value('PORTOLAN_PXS_RECV_KEY')
      ? ['PORTOLAN_PXS_RECV_KEY must not be PORTOLAN_ADMIN_KEY: a key says whose it is']
      : []),
    ...needs('PORTOLAN_PXS_URL', 'PORTOLAN_PXS_USERNAME', 'the clearinghouse asks who calls'),
    ...needs('PORTOLAN_PXS_URL', 'PORTOLAN_PXS_PASSWORD', 'the clearinghouse asks who calls'),
    // the simulator plays the clearinghouse only for the process that runs it: beside HTTP, which it delivers to, and the jobs
    ...(value('PORTOLAN_PXS_URL') === '' && roles.includes('http') !== roles.includes('jobs')
      ? [
          'PORTOLAN_PXS_URL must be set when PORTOLAN_ROLES has only one of http and jobs: the simulator works only where both are in one process',
        ]
      : []),
    ...needs('PORTOLAN_DNS_TLS_CERTIFICATE', 'PORTOLAN_DNS_TLS_KEY', 'the two are one identity'),
    ...needs('PORTOLAN_DNS_TLS_KEY', 'PORTOLAN_DNS_TLS_CERTIFICATE', 'the two are one identity'),
    ...(value('PORTOLAN_SIP_PORT') !== '' && !roles.includes('dns')
      ? ['PORTOLAN_ROLES must have dns when PORTOLAN_SIP_PORT is set: SIP answers from the memory of the DNS']
      : []),
    ...needs('PORTOLAN_CHARGING_RATING_PLAN', 'PORTOLAN_CGRATES_URL', 'CGrateS does the charging'),
    ...needs('PORTOLAN_CGRATES_USERNAME', 'PORTOLAN_CGRATES_PASSWORD', 'the two are one credential'),
    ...(value('PORTOLAN_HSS_KIND') !== 'none' && value('PORTOLAN_HSS_URL') === ''
      ? ['PORTOLAN_HSS_URL must be set when PORTOLAN_HSS_KIND is not none: somebody must be asked']
      : []),
    ...(value('PORTOLAN_HSS_KIND') === 'generic-rest' && !value('PORTOLAN_HSS_URL').includes('{msisdn}')
      ? ['PORTOLAN_HSS_URL must have {msisdn} in it when PORTOLAN_HSS_KIND is generic-rest']
      : []),
    ...(value('PORTOLAN_CRM_URL') !== '' && value('PORTOLAN_CRM_KEY') === '' && value('PORTOLAN_CRM_USERNAME') === ''
      ? ['PORTOLAN_CRM_KEY or PORTOLAN_CRM_USERNAME must be set when PORTOLAN_CRM_URL is: the CRM asks who calls']
      : []),
    ...needs('PORTOLAN_CRM_USERNAME', 'PORTOLAN_CRM_PASSWORD', 'the two are one credential'),
    ...(value('PORTOLAN_WELCOME') === 'event' && value('PORTOLAN_WEBHOOK_URL') === ''
      ? ['PORTOLAN_WEBHOOK_URL must be set when PORTOLAN_WELCOME is event: somebody must be told']
      : []),
    ...(value('PORTOLAN_WELCOME') === 'sms'
      ? (['PORTOLAN_SMS_PROVIDERS', 'PORTOLAN_WELCOME_SMS_PROVIDER'] as const)
          .filter((name) => value(name) === '')
          .map((name) => `${name} must be set when PORTOLAN_WELCOME is sms: somebody must send it`)
      : []),
    ...needs('PORTOLAN_WEBHOOK_URL', 'PORTOLAN_WEBHOOK_SECRET', 'events are never sent unsigned'),
    ...needs('PORTOLAN_BSS_ELIGIBILITY_URL', 'PORTOLAN_BSS_SECRET', 'questions are never sent unsigned'),
    ...(value('PORTOLAN_PORT_OUT_NOTICE_MINUTES') !== '0' && value('PORTOLAN_WEBHOOK_URL') === ''
      ? [
          'PORTOLAN_WEBHOOK_URL must be set when PORTOLAN_PORT_OUT_NOTICE_MINUTES is: nobody else could tell the customer',
        ]
      : []),
  ]
}

function welcomeOf(value: (name: SettingName) => string): Config['welcome'] {
  const by = value('PORTOLAN_WELCOME') as Config['welcome']['by'] // oneOf has checked the word
  return by === 'sms'
    ? { by, provider: value('PORTOLAN_WELCOME_SMS_PROVIDER'), text: value('PORTOLAN_WELCOME_TEXT') }
    : { by }
}

/** The last word on each path counts. */
function crmPathsIn(text: string): Record<(typeof CRM_PATH_NAMES)[number], string> {
  const given = new Map(list(text).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
  const at = (name: (typeof CRM_PATH_NAMES)[number]) => given.get(name) ?? ''
  return {
    login: at('login'),
    refresh: at('refresh'),
    activate: at('activate'),
    port_out: at('port_out'),
    close: at('close'),
  }
}

/** A misspelt setting is a problem, not a surprise later. */
function unknownNames(env: Environment): string[] {
  const known = new Set<string>(SETTINGS.map(({ name }) => name))
  return Object.keys(env)
    .filter((name) => name.startsWith('PORTOLAN_') && !name.startsWith('PORTOLAN_TEST_') && !known.has(name))
    .map((name) => `${name} is not a setting; see docs/settings.md`)
}

function fallbackOf(name: SettingName): string {
  return SETTINGS.find((setting) => setting.name === name)?.fallback ?? ''
}
