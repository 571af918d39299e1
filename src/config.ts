import { resolve } from 'node:path'
import {
  type CRM_PATH_NAMES,
  crmPaths,
  crmPathsIn,
  everyNode,
  everyOneOf,
  integer,
  key,
  list,
  matching,
  nodeOf,
  oneOf,
  prefix,
  secretOf,
  url,
} from './config/words.ts'

/** One setting of the deployment: what an operator may put into the environment. */
export type Setting = {
  readonly name: string
  readonly unit: string
  /** Shown as it stands in the table; an empty string: not set. */
  readonly fallback: string
  readonly meaning: string
  /** @returns what is wrong with a value, as the end of a sentence; undefined when it is right */
  readonly problem?: (value: string) => string | undefined
}

/** Every setting there is; docs/settings.md is printed from this table. */
// biome-ignore format: a table
export const SETTINGS = [
  { name: 'PORTOLAN_MARKET',               unit: 'name',    fallback: 'doc',       meaning: 'Market of this deployment: the name of a file in `markets/`.', problem: matching(/^[a-z]{2,10}$/, 'the name of a file in markets/, such as doc or tt') },
  { name: 'PORTOLAN_DATA_DIR',             unit: 'path',    fallback: '.data',     meaning: 'Folder of the embedded database and of the simulator. A relative path starts at the project.' },
  { name: 'DATABASE_URL',                  unit: 'URL',     fallback: '',          meaning: 'An external PostgreSQL 15 or newer; when empty, the embedded one runs.', problem: url('postgres:', 'postgresql:') },
  { name: 'PORTOLAN_ROLES',                unit: 'list',    fallback: 'http,jobs,dns', meaning: 'What this process does, comma separated: http, jobs, dns.', problem: everyOneOf('http', 'jobs', 'dns') },
  { name: 'PORTOLAN_HTTP_HOST',            unit: 'address', fallback: '127.0.0.1', meaning: 'Address the HTTP server listens on.' },
  { name: 'PORTOLAN_HTTP_PORT',            unit: 'port',    fallback: '8080',      meaning: 'TCP port of the HTTP server; 0 takes a free one.', problem: integer(0, 65_535) },
  { name: 'PORTOLAN_DNS_HOST',             unit: 'address', fallback: '127.0.0.1', meaning: 'Address the DNS server listens on.' },
  { name: 'PORTOLAN_DNS_PORT',             unit: 'port',    fallback: '5300',      meaning: 'UDP and TCP port of the DNS server; 0 takes a free one.', problem: integer(0, 65_535) },
  { name: 'PORTOLAN_ENUM_ZONES',           unit: 'list',    fallback: 'e164enum.net,e164.arpa', meaning: 'ENUM apexes, comma separated; all answer the same, the first is the one shown (O-01).', problem: matching(/^[a-z0-9.-]+(\s*,\s*[a-z0-9.-]+)*$/, 'a list of domain names') },
  { name: 'PORTOLAN_ENUM_PROFILE',         unit: 'name',    fallback: 'interoperable', meaning: 'Which NAPTR records an answer has: interoperable (three), compact (one), document (the printed one).', problem: oneOf('interoperable', 'compact', 'document') },
  { name: 'PORTOLAN_ENUM_TTL_SECONDS',     unit: 'seconds', fallback: '60',        meaning: 'Time to live of an ENUM answer.', problem: integer(1, 86_400) },
  { name: 'PORTOLAN_DNS_NAME_SERVERS',     unit: 'list',    fallback: 'ns1.portolan.invalid', meaning: 'Host names of the DNS servers of the ENUM zones, comma separated: the NS records, and the first one in the SOA.', problem: matching(/^[A-Za-z0-9.-]+(\s*,\s*[A-Za-z0-9.-]+)*$/, 'a list of domain names') },
  { name: 'PORTOLAN_DNS_CONTACT',          unit: 'name',    fallback: 'hostmaster.portolan.invalid', meaning: 'Mailbox in the SOA, written as a domain name: hostmaster.example.net.', problem: matching(/^[A-Za-z0-9.-]+$/, 'a domain name') },
  { name: 'PORTOLAN_DNS_THREADS',          unit: 'count',   fallback: '1',         meaning: 'Threads that answer DNS over UDP; each takes a core when there is much to do.', problem: integer(1, 256) },
  { name: 'PORTOLAN_DNS_SNAPSHOT_SECONDS', unit: 'seconds', fallback: '60',        meaning: 'How often changed routes are written to the local snapshot in the data folder, from which the DNS answers after a restart before the database does.', problem: integer(1, 86_400) },
  { name: 'PORTOLAN_DNS_FILE',             unit: 'path',    fallback: '',          meaning: 'JSON file with access lists, rate limit, secondaries and their keys, networks and further zones (docs/dns.md); when empty, everyone may ask and nobody may transfer. A relative path starts at the project.' },
  { name: 'PORTOLAN_DEPLOYMENT_PREFIX',    unit: 'word',    fallback: 'pxs',       meaning: 'Path segment of the receiver: `/np_api/{prefix}/recv/`.', problem: prefix },
  { name: 'PORTOLAN_ADMIN_KEY',            unit: 'secret',  fallback: '',          meaning: 'On the very first start: the key of user `admin`, at least 16 characters. Made and shown once when empty.', problem: key },
  { name: 'PORTOLAN_DOCS_PUBLIC',          unit: 'yes/no',  fallback: 'no',        meaning: 'Whether `/np_api/doc` and `swagger.json` are readable without a key (O-52).', problem: oneOf('yes', 'no') },
  { name: 'PORTOLAN_PXS_URL',              unit: 'URL',     fallback: '',          meaning: 'Base address of the PortingXS interface; when empty, the simulator runs beside us and is used.', problem: url('http:', 'https:') },
  { name: 'PORTOLAN_PXS_USERNAME',         unit: 'text',    fallback: '',          meaning: 'Our user name at the clearinghouse.' },
  { name: 'PORTOLAN_PXS_PASSWORD',         unit: 'secret',  fallback: '',          meaning: 'Our password at the clearinghouse.' },
  { name: 'PORTOLAN_PXS_TIMEOUT_SECONDS',  unit: 'seconds', fallback: '10',        meaning: 'How long one attempt to send may take.', problem: integer(1, 50) },
  { name: 'PORTOLAN_PXS_RECV_KEY',         unit: 'secret',  fallback: '',          meaning: 'Key with which the clearinghouse (user name `pxs`) calls our receiver, at least 16 characters; only with PORTOLAN_PXS_URL. Another value ends the key before it. Made and shown once when empty.', problem: key },
  { name: 'PORTOLAN_INFO_TIMEOUT_SECONDS', unit: 'seconds', fallback: '10',        meaning: 'How long `GET info` waits for the clearinghouse to answer.', problem: integer(1, 50) },
  { name: 'PORTOLAN_SIM_PORT',             unit: 'port',    fallback: '8081',      meaning: 'TCP port of the PXS simulator on 127.0.0.1; 0 takes a free one.', problem: integer(0, 65_535) },
  { name: 'PORTOLAN_SIM_STEP_MS',          unit: 'ms',      fallback: '300',       meaning: 'How long the simulated operators think before each answer.', problem: integer(0, 60_000) },
  { name: 'PORTOLAN_WEBHOOK_URL',          unit: 'URL',     fallback: '',          meaning: 'Where lifecycle events are posted; when empty, nobody is told.', problem: url('http:', 'https:') },
  { name: 'PORTOLAN_WEBHOOK_SECRET',       unit: 'secret',  fallback: '',          meaning: 'Secret that signs the events, at least 32 characters; needed with PORTOLAN_WEBHOOK_URL.', problem: secretOf(32) },
  { name: 'PORTOLAN_WEBHOOK_PREVIOUS_SECRET', unit: 'secret', fallback: '',         meaning: 'The secret before it: signs beside it while the receiver changes over.', problem: secretOf(32) },
  { name: 'PORTOLAN_SMS_PROVIDERS',        unit: 'path',    fallback: '',          meaning: 'JSON file with the access to the SMS providers of the routing test (docs/sms-providers.md); when empty, none is configured. A relative path starts at the project.' },
  { name: 'PORTOLAN_CGRATES_URL',          unit: 'URL',     fallback: '',          meaning: 'JSON-RPC address of CGrateS, such as `http://127.0.0.1:2080/jsonrpc`; when empty, routes are not mirrored and routing answers are our own.', problem: url('http:', 'https:') },
  { name: 'PORTOLAN_CGRATES_USERNAME',     unit: 'text',    fallback: '',          meaning: 'User name at CGrateS, where it asks for one.' },
  { name: 'PORTOLAN_CGRATES_PASSWORD',     unit: 'secret',  fallback: '',          meaning: 'Password at CGrateS.' },
  { name: 'PORTOLAN_CGRATES_TENANT',       unit: 'name',    fallback: 'cgrates.org', meaning: 'Tenant of profiles and accounts at CGrateS, also shown in our own routing answers.', problem: matching(/^[A-Za-z0-9._-]{1,64}$/, 'a tenant name') },
  { name: 'PORTOLAN_CGRATES_TIMEOUT_MS',   unit: 'ms',      fallback: '2000',      meaning: 'How long one call to CGrateS may take.', problem: integer(50, 30_000) },
  { name: 'PORTOLAN_CGRATES_CONCURRENCY',  unit: 'count',   fallback: '8',         meaning: 'Most calls to CGrateS at once while routes are mirrored.', problem: integer(1, 64) },
  { name: 'PORTOLAN_CGRATES_RECONCILE_SECONDS', unit: 'seconds', fallback: '3600', meaning: 'How often all routes are compared with CGrateS and repaired.', problem: integer(1, 604_800) },
  { name: 'PORTOLAN_CHARGING_RATING_PLAN', unit: 'name',    fallback: '',          meaning: 'Rating plan at CGrateS of a number that was ported in; when empty, ports are not charged.', problem: matching(/^[A-Za-z0-9._-]{0,64}$/, 'the id of a rating plan') },
  { name: 'PORTOLAN_CHARGING_ACTION_PLANS', unit: 'list',   fallback: '',          meaning: 'Action plans (recurring charges) at CGrateS of an account that is opened, comma separated.' },
  { name: 'PORTOLAN_CHARGING_PORT_OUT_FEE', unit: 'name',   fallback: '',          meaning: 'Category under which CGrateS rates one fee event for each number that leaves; when empty, no fee.', problem: matching(/^[A-Za-z0-9._-]{0,64}$/, 'a category') },
  { name: 'PORTOLAN_HSS_KIND',             unit: 'word',    fallback: 'none',      meaning: 'Which HSS is asked for subscriptions: none, pyhss or generic-rest.', problem: oneOf('none', 'pyhss', 'generic-rest') },
  { name: 'PORTOLAN_HSS_URL',              unit: 'URL',     fallback: '',          meaning: 'Base address of PyHSS, or the whole address with `{msisdn}` in it for generic-rest.', problem: url('http:', 'https:') },
  { name: 'PORTOLAN_HSS_PATH',             unit: 'path',    fallback: '',          meaning: 'Where generic-rest has the subscription in its answer, such as `data.subscriber`; empty: all of it.', problem: matching(/^([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)?$/, 'names joined by dots') },
  { name: 'PORTOLAN_HSS_HEADER',           unit: 'name',    fallback: 'Provisioning-Key', meaning: 'Header that carries PORTOLAN_HSS_KEY.', problem: matching(/^[A-Za-z0-9-]{1,64}$/, 'the name of a header') },
  { name: 'PORTOLAN_HSS_KEY',              unit: 'secret',  fallback: '',          meaning: 'What the HSS wants in that header; not sent when empty.' },
  { name: 'PORTOLAN_HSS_TIMEOUT_MS',       unit: 'ms',      fallback: '1500',      meaning: 'How long the HSS may take; a routing answer waits no longer for it.', problem: integer(50, 30_000) },
  { name: 'PORTOLAN_SECRET_KEY',           unit: 'secret',  fallback: '',          meaning: 'Key of 64 hexadecimal digits under which secrets are kept in the database; when empty, it is made once and kept in `secret.key` of the data folder, readable by its owner only. Every process on one database needs the same.', problem: matching(/^([0-9A-Fa-f]{64})?$/, '64 hexadecimal digits, as `openssl rand -hex 32` gives them') },
  { name: 'PORTOLAN_DNS_NODES',            unit: 'list',    fallback: '',          meaning: 'Further DNS nodes, `host:port` comma separated, that must answer for a number before its port is complete.', problem: everyNode },
  { name: 'PORTOLAN_CRM_URL',              unit: 'URL',     fallback: '',          meaning: 'Base address of the CRM that activates and closes services; when empty, there is none.', problem: url('http:', 'https:') },
  { name: 'PORTOLAN_CRM_USERNAME',         unit: 'text',    fallback: '',          meaning: 'E-mail address with which we log in at the CRM for a token.' },
  { name: 'PORTOLAN_CRM_PASSWORD',         unit: 'secret',  fallback: '',          meaning: 'Password of that user.' },
  { name: 'PORTOLAN_CRM_HEADER',           unit: 'name',    fallback: 'X-Api-Key', meaning: 'Header that carries PORTOLAN_CRM_KEY.', problem: matching(/^[A-Za-z0-9-]{1,64}$/, 'the name of a header') },
  { name: 'PORTOLAN_CRM_KEY',              unit: 'secret',  fallback: '',          meaning: 'Key for the CRM, in the place of a log-in.' },
  { name: 'PORTOLAN_CRM_PATHS',            unit: 'list',    fallback: 'login=/crm/auth/login,refresh=/crm/auth/refresh,activate=/crm/porting/activate,port_out=/crm/porting/port-out,close=/crm/porting/close', meaning: 'Where the CRM has what we ask of it, below its base address; those that are left out stay as they are.', problem: crmPaths },
  { name: 'PORTOLAN_CRM_TIMEOUT_MS',       unit: 'ms',      fallback: '5000',      meaning: 'How long one call to the CRM may take.', problem: integer(50, 8_000) },
  { name: 'PORTOLAN_WELCOME',              unit: 'word',    fallback: 'none',      meaning: 'How the welcome notice goes out once a port works: none, or event (`port_in.welcome` to PORTOLAN_WEBHOOK_URL, whose system tells the customer).', problem: oneOf('none', 'event') },
  { name: 'PORTOLAN_PORT_OUT_POLICY',      unit: 'word',    fallback: 'hold',      meaning: 'What follows from the checks of a port-out: approve (authorised when all are passed, rejected when one fails), hold (a person decides), reject (rejected when one fails, else a person decides).', problem: oneOf('approve', 'hold', 'reject') },
  { name: 'PORTOLAN_PORT_OUT_NOTICE_MINUTES', unit: 'minutes', fallback: '0',      meaning: 'How long a customer who was told of a port-out (event port_out.requested) may object before it can be authorised; 0: no notice is needed.', problem: integer(0, 10_080) },
  { name: 'PORTOLAN_BSS_ELIGIBILITY_URL',  unit: 'URL',     fallback: '',          meaning: 'Where the BSS is asked whether a customer may leave (docs/eligibility.md); when empty, nobody is asked.', problem: url('http:', 'https:') },
  { name: 'PORTOLAN_BSS_SECRET',           unit: 'secret',  fallback: '',          meaning: 'Secret that signs those questions, at least 32 characters; needed with PORTOLAN_BSS_ELIGIBILITY_URL.', problem: secretOf(32) },
  { name: 'PORTOLAN_BSS_TIMEOUT_SECONDS',  unit: 'seconds', fallback: '5',         meaning: 'How long one question to the BSS may take.', problem: integer(1, 60) },
  { name: 'PORTOLAN_BSS_ATTEMPTS',         unit: 'count',   fallback: '3',         meaning: 'Questions to the BSS before its silence counts.', problem: integer(1, 20) },
  { name: 'PORTOLAN_BSS_NO_ANSWER',        unit: 'word',    fallback: 'hold',      meaning: 'What the silence of the BSS means: hold (a person decides), authorise (as if it had agreed), reject (as if it had not).', problem: oneOf('hold', 'authorise', 'reject') },
  { name: 'PORTOLAN_DB_CONNECTIONS',       unit: 'count',   fallback: '16',        meaning: 'Most connections to the database.', problem: integer(2, 500) },
  { name: 'PORTOLAN_LOG_LEVEL',            unit: 'word',    fallback: 'info',      meaning: 'trace, debug, info, warn, error or silent. Numbers are in full only at debug.', problem: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent') },
] as const satisfies readonly Setting[]

type SettingName = (typeof SETTINGS)[number]['name']
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
    /** DNS servers elsewhere that answer from the same routes. */
    readonly nodes: readonly { readonly host: string; readonly port: number }[]
  }
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
  readonly smsProvidersFile: string | undefined
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
  readonly welcome: 'none' | 'event'
  readonly portOut: {
    readonly policy: 'approve' | 'hold' | 'reject'
    readonly noticeMinutes: number
    readonly eligibilityAttempts: number
    readonly onNoAnswer: 'hold' | 'authorise' | 'reject'
  }
  /** undefined: nobody is asked whether a customer may leave. */
  readonly bss: { readonly url: string; readonly secret: string; readonly timeoutSeconds: number } | undefined
  readonly dbConnections: number
  readonly logLevel: string
}

/**
 * Reads the environment. Pure: all problems stand in one error, before anything starts.
 *
 * @param root - the project's folder, to which relative paths belong
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, root: string): Config {
  const value = (name: SettingName): string => (env[name] ?? '').trim() || fallbackOf(name)
  const problems = SETTINGS.flatMap((setting: Setting) => {
    const problem = setting.problem?.((env[setting.name] ?? '').trim() || setting.fallback)
    return problem ? [`${setting.name} ${problem}`] : []
  })
  problems.push(...contradictions(value), ...unknownNames(env))
  if (problems.length > 0) throw new ConfigError(problems)
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
    },
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
      nodes: list(value('PORTOLAN_DNS_NODES')).flatMap((node) => nodeOf(node) ?? []),
    },
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
    smsProvidersFile: pathOf('PORTOLAN_SMS_PROVIDERS'),
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
    welcome: value('PORTOLAN_WELCOME') === 'event' ? 'event' : 'none',
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
    dbConnections: Number(value('PORTOLAN_DB_CONNECTIONS')),
    logLevel: value('PORTOLAN_LOG_LEVEL'),
  }
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

/** The table of settings as docs/settings.md prints it. */
export function settingsTable(): string {
  const rows = SETTINGS.map(
    ({ name, unit, fallback, meaning }) =>
      `| \`${name}\` | ${unit} | ${fallback === '' ? '' : `\`${fallback}\``} | ${meaning} |`,
  )
  return ['| Setting | Unit | Default | Meaning |', '|---|---|---|---|', ...rows].join('\n')
}

function contradictions(value: (name: SettingName) => string): string[] {
  const needs = (when: SettingName, what: SettingName, why: string) =>
    value(when) !== '' && value(what) === '' ? [`${what} must be set when ${when} is: ${why}`] : []
  return [
    ...(value('PORTOLAN_ADMIN_KEY') !== '' && value('PORTOLAN_ADMIN_KEY') === value('PORTOLAN_PXS_RECV_KEY')
      ? ['PORTOLAN_PXS_RECV_KEY must not be PORTOLAN_ADMIN_KEY: a key says whose it is']
      : []),
    ...needs('PORTOLAN_PXS_URL', 'PORTOLAN_PXS_USERNAME', 'the clearinghouse asks who calls'),
    ...needs('PORTOLAN_PXS_URL', 'PORTOLAN_PXS_PASSWORD', 'the clearinghouse asks who calls'),
    ...(list(value('PORTOLAN_ROLES')).includes('jobs') &&
    !list(value('PORTOLAN_ROLES')).includes('http') &&
    value('PORTOLAN_PXS_URL') === ''
      ? [
          'PORTOLAN_PXS_URL must be set when PORTOLAN_ROLES has jobs without http: the simulator runs beside the HTTP server',
        ]
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
    ...needs('PORTOLAN_WEBHOOK_URL', 'PORTOLAN_WEBHOOK_SECRET', 'events are never sent unsigned'),
    ...needs('PORTOLAN_BSS_ELIGIBILITY_URL', 'PORTOLAN_BSS_SECRET', 'questions are never sent unsigned'),
    ...(value('PORTOLAN_PORT_OUT_NOTICE_MINUTES') !== '0' && value('PORTOLAN_WEBHOOK_URL') === ''
      ? [
          'PORTOLAN_WEBHOOK_URL must be set when PORTOLAN_PORT_OUT_NOTICE_MINUTES is: nobody else could tell the customer',
        ]
      : []),
  ]
}

/** A misspelt setting is a problem, not a surprise later. */
function unknownNames(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set<string>(SETTINGS.map(({ name }) => name))
  return Object.keys(env)
    .filter((name) => name.startsWith('PORTOLAN_') && !name.startsWith('PORTOLAN_TEST_') && !known.has(name))
    .map((name) => `${name} is not a setting; see docs/settings.md`)
}

function fallbackOf(name: SettingName): string {
  return SETTINGS.find((setting) => setting.name === name)?.fallback ?? ''
}
