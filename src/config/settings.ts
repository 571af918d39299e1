import { isIP, isIPv4 } from 'node:net'
import { RETAINED, type Retained } from '../numbers/retention.ts'
import { isEndpoint, isSigningSecret } from '../shared/endpoint.ts'

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

const oneOf =
  (...words: string[]) =>
  (value: string) =>
    words.includes(value) ? undefined : `must be one of ${words.join(', ')}`
const everyOneOf =
  (...words: string[]) =>
  (value: string) =>
    list(value).every((word) => words.includes(word)) && list(value).length > 0
      ? undefined
      : `must be a list of ${words.join(', ')}`
const integer = (least: number, most: number) => (value: string) =>
  /^[0-9]+$/.test(value) && Number(value) >= least && Number(value) <= most
    ? undefined
    : `must be a whole number from ${least} to ${most}`
const optional = (problem: (value: string) => string | undefined) => (value: string) =>
  value === '' ? undefined : problem(value)
const url =
  (...protocols: string[]) =>
  (value: string) =>
    value === '' || (URL.canParse(value) && protocols.includes(new URL(value).protocol))
      ? undefined
      : `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`
/** What the webhooks take, so that a wrong one is told here and not in the middle of a start. */
const signingSecret = (value: string) =>
  value === '' || isSigningSecret(value)
    ? undefined
    : 'must have 32 to 200 printable ASCII characters, none of them a space'
/** A user name in an address would stand in logs, alerts and refusals; those who take one have a setting for it. */
const endpoint = (value: string) =>
  value === '' || isEndpoint(value)
    ? undefined
    : 'must be a URL that begins with http:// or https:// and holds no user name'
/** What the accounts take as a key: it travels in a header. */
const key = (value: string) =>
  value === '' || /^[\x21-\x7e]{16,200}$/.test(value)
    ? undefined
    : 'must have 16 to 200 printable ASCII characters, none of them a space'
/** An address and not a name: what listens must not depend on a resolver. */
const address = (value: string) =>
  isIP(value) > 0 || value === 'localhost' ? undefined : 'must be an IPv4 or IPv6 address'
const everyNetwork = (value: string) =>
  list(value).every(isNetwork) ? undefined : 'must be a list of addresses and networks, such as 10.1.0.0/16'
const everyDomain = (value: string) =>
  list(value).length > 0 && list(value).every(isDomain)
    ? undefined
    : 'must be a list of domain names: labels of 1 to 63 small letters, digits, - or _, joined by single dots'
const matching = (pattern: RegExp, what: string) => (value: string) =>
  pattern.test(value) ? undefined : `must be ${what}`
const everyNode = (value: string) =>
  list(value).every((node) => nodeOf(node) !== undefined) ? undefined : 'must be a list of host:port'
/** What GSM 03.38 and ASCII have in common, short enough to be one message with a number in it. */
const noticeText = (value: string) =>
  /^[A-Za-z0-9 !"#%&'()*+,./:;<=>?-]{1,140}$/.test(value.replaceAll('{number}', ''))
    ? undefined
    : `must have 1 to 140 characters besides {number}: letters, digits, spaces and !"#%&'()*+,-./:;<=>?`
export const CRM_PATH_NAMES = ['login', 'refresh', 'activate', 'port_out', 'close'] as const
const crmPaths = (value: string) =>
  list(value).every((pair) => CRM_PATH_NAMES.some((name) => pair.startsWith(`${name}=/`)))
    ? undefined
    : `must be a list of ${CRM_PATH_NAMES.join(', ')}, each with = and a path`
const everyRetention = (value: string) =>
  list(value).every((pair) => retentionOf(pair) !== undefined)
    ? undefined
    : `must be a list of ${RETAINED.join(', ')}, each with = and a number of days from 1 to 36500`
/** First segments that np_api has of its own (contract O-23). */
const RESERVED_PREFIXES = [
  'PortIn',
  'PortOut',
  'route',
  'validate',
  'info',
  'terminate',
  'doc',
  'swagger.json',
  'list',
  'create',
  'get_xml',
  'get_xml_list',
  'hss_route',
]
const prefix = (value: string) =>
  !/^[A-Za-z0-9_-]{1,32}$/.test(value)
    ? 'must be 1 to 32 letters, digits, - or _'
    : RESERVED_PREFIXES.some((word) => word.toLowerCase() === value.toLowerCase())
      ? `is a reserved word of the API (${RESERVED_PREFIXES.join(', ')})`
      : undefined

/** Every setting there is; docs/settings.md is printed from this table, and `readConfig` reads it. */
// biome-ignore format: a table
export const SETTINGS = [
  { name: 'PORTOLAN_MARKET',               unit: 'name',    fallback: 'doc',       meaning: 'Market of this deployment: the name of a file in `markets/`.', problem: matching(/^[a-z]{2,10}$/, 'the name of a file in markets/, such as doc or tt') },
  { name: 'PORTOLAN_DATA_DIR',             unit: 'path',    fallback: '.data',     meaning: 'Folder of what this process keeps: the embedded database, the key of the secrets, the snapshot of the DNS, the journal of the simulator. A relative path starts at the project.' },
  { name: 'DATABASE_URL',                  unit: 'URL',     fallback: '',          meaning: 'An external PostgreSQL 15 or newer; when empty, the embedded one runs.', problem: url('postgres:', 'postgresql:') },
  { name: 'PORTOLAN_ROLES',                unit: 'list',    fallback: 'http,jobs,dns', meaning: 'What this process does, comma separated: http, jobs, dns.', problem: everyOneOf('http', 'jobs', 'dns') },
  { name: 'PORTOLAN_HTTP_HOST',            unit: 'address', fallback: '127.0.0.1', meaning: 'Address the HTTP server listens on.', problem: address },
  { name: 'PORTOLAN_HTTP_PORT',            unit: 'port',    fallback: '8080',      meaning: 'TCP port of the HTTP server; 0 takes a free one. A process without the role http serves `/healthz`, `/readyz` and `/metrics` there, and nothing else.', problem: integer(0, 65_535) },
  { name: 'PORTOLAN_TRUSTED_PROXIES',      unit: 'list',    fallback: '',          meaning: 'Addresses or networks (CIDR) of reverse proxies whose `X-Forwarded-For` is believed; when empty, whoever connects is the caller.', problem: everyNetwork },
  { name: 'PORTOLAN_REQUESTS_PER_SECOND',  unit: 'count',   fallback: '200',       meaning: 'Requests a second that one key may send for ever, and one address (of IPv6 one /64) that shows no key; what comes beyond it is answered with 429 and `Retry-After`. 0: without limit. Each process counts for itself; the clearinghouse, health and metrics have no limit.', problem: integer(0, 100_000) },
  { name: 'PORTOLAN_REQUESTS_AT_ONCE',     unit: 'count',   fallback: '2000',      meaning: 'Requests that each of them may send at once after a rest, before that limit holds.', problem: integer(1, 1_000_000) },
  { name: 'PORTOLAN_OPS_NETWORKS',         unit: 'list',    fallback: '',          meaning: 'Addresses or networks (CIDR) that may read `/healthz`, `/readyz` and `/metrics` without a key, besides this machine.', problem: everyNetwork },
  { name: 'PORTOLAN_DNS_HOST',             unit: 'address', fallback: '127.0.0.1', meaning: 'Address the DNS server listens on.', problem: address },
  { name: 'PORTOLAN_DNS_PORT',             unit: 'port',    fallback: '5300',      meaning: 'UDP and TCP port of the DNS server; 0 takes a free one.', problem: integer(0, 65_535) },
  { name: 'PORTOLAN_ENUM_ZONES',           unit: 'list',    fallback: 'e164enum.net,e164.arpa', meaning: 'ENUM apexes, comma separated; all answer the same, the first is the one shown (O-01).', problem: everyDomain },
  { name: 'PORTOLAN_ENUM_PROFILE',         unit: 'name',    fallback: 'interoperable', meaning: 'Which NAPTR records an answer has: interoperable (three), compact (one), document (the printed one).', problem: oneOf('interoperable', 'compact', 'document') },
  { name: 'PORTOLAN_ENUM_TTL_SECONDS',     unit: 'seconds', fallback: '60',        meaning: 'Time to live of an ENUM answer.', problem: integer(1, 86_400) },
  { name: 'PORTOLAN_DNS_NAME_SERVERS',     unit: 'list',    fallback: 'ns1.portolan.invalid', meaning: 'Host names of the DNS servers of the ENUM zones, comma separated: the NS records, and the first one in the SOA.', problem: everyDomain },
  { name: 'PORTOLAN_DNS_CONTACT',          unit: 'name',    fallback: 'hostmaster.portolan.invalid', meaning: 'Mailbox in the SOA, written as a domain name: hostmaster.example.net.', problem: matching(/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/, 'a domain name') },
  { name: 'PORTOLAN_DNS_THREADS',          unit: 'count',   fallback: '1',         meaning: 'Threads that answer DNS over UDP; each takes a core when there is much to do.', problem: integer(1, 256) },
  { name: 'PORTOLAN_DNS_SNAPSHOT_SECONDS', unit: 'seconds', fallback: '60',        meaning: 'How often changed routes are written to the local snapshot in the data folder, from which the DNS answers after a restart before the database does.', problem: integer(1, 86_400) },
  { name: 'PORTOLAN_DNS_FILE',             unit: 'path',    fallback: '',          meaning: 'JSON file with access lists, rate limit, secondaries and their keys, networks and further zones (docs/dns.md); when empty, everyone may ask and nobody may transfer. A relative path starts at the project.' },
  { name: 'PORTOLAN_DNS_TLS_CERTIFICATE',  unit: 'path',    fallback: '',          meaning: 'PEM file with the certificate for DNS over TLS (RFC 7858), and those that lead to its authority; when empty, there is none. A renewed one is taken within a minute. A relative path starts at the project.' },
  { name: 'PORTOLAN_DNS_TLS_KEY',          unit: 'path',    fallback: '',          meaning: 'PEM file with the key of that certificate.' },
  { name: 'PORTOLAN_DNS_TLS_PORT',         unit: 'port',    fallback: '853',       meaning: 'TCP port of DNS over TLS, at PORTOLAN_DNS_HOST; 0 takes a free one.', problem: integer(0, 65_535) },
  { name: 'PORTOLAN_SIP_PORT',             unit: 'port',    fallback: '',          meaning: 'UDP and TCP port of the SIP redirect server for switches without ENUM; when empty, there is none; 0 takes a free one.', problem: optional(integer(0, 65_535)) },
  { name: 'PORTOLAN_SIP_HOST',             unit: 'address', fallback: '127.0.0.1', meaning: 'Address the SIP redirect server listens on.', problem: address },
  { name: 'PORTOLAN_DEPLOYMENT_PREFIX',    unit: 'word',    fallback: 'pxs',       meaning: 'Path segment of the receiver: `/np_api/{prefix}/recv/`.', problem: prefix },
  { name: 'PORTOLAN_ADMIN_KEY',            unit: 'secret',  fallback: '',          meaning: 'Key of user `admin`, at least 16 characters. When empty, the very first start makes one and shows it once. Set to a key that is not known, any start makes it a further one of `admin`, which is the way back when all are lost; the keys before it go on until they are revoked, and a revoked one does not come back.', problem: key },
  { name: 'PORTOLAN_DOCS_PUBLIC',          unit: 'yes/no',  fallback: 'no',        meaning: 'Whether `/np_api/doc` and `swagger.json` are readable without a key (O-52).', problem: oneOf('yes', 'no') },
  { name: 'PORTOLAN_PXS_URL',              unit: 'URL',     fallback: '',          meaning: 'Base address of the PortingXS interface; when empty, the simulator runs beside us and is used.', problem: endpoint },
  { name: 'PORTOLAN_PXS_USERNAME',         unit: 'text',    fallback: '',          meaning: 'Our user name at the clearinghouse.' },
  { name: 'PORTOLAN_PXS_PASSWORD',         unit: 'secret',  fallback: '',          meaning: 'Our password at the clearinghouse.' },
  { name: 'PORTOLAN_PXS_TIMEOUT_SECONDS',  unit: 'seconds', fallback: '10',        meaning: 'How long one attempt to send may take.', problem: integer(1, 50) },
  { name: 'PORTOLAN_PXS_RECV_KEY',         unit: 'secret',  fallback: '',          meaning: 'Key with which the clearinghouse (user name `pxs`) calls our receiver, at least 16 characters; only with PORTOLAN_PXS_URL. Another value ends the key before it. Made and shown once when empty.', problem: key },
  { name: 'PORTOLAN_INFO_TIMEOUT_SECONDS', unit: 'seconds', fallback: '10',        meaning: 'How long `GET info` waits for the clearinghouse to answer.', problem: integer(1, 50) },
  { name: 'PORTOLAN_SIM_PORT',             unit: 'port',    fallback: '8081',      meaning: 'TCP port of the PXS simulator on 127.0.0.1; 0 takes a free one.', problem: integer(0, 65_535) },
  { name: 'PORTOLAN_SIM_STEP_MS',          unit: 'ms',      fallback: '300',       meaning: 'How long the simulated operators think before each answer.', problem: integer(0, 60_000) },
  { name: 'PORTOLAN_WEBHOOK_URL',          unit: 'URL',     fallback: '',          meaning: 'Where lifecycle events are posted; when empty, nobody is told.', problem: endpoint },
  { name: 'PORTOLAN_WEBHOOK_SECRET',       unit: 'secret',  fallback: '',          meaning: 'Secret that signs the events, at least 32 characters; needed with PORTOLAN_WEBHOOK_URL.', problem: signingSecret },
  { name: 'PORTOLAN_WEBHOOK_PREVIOUS_SECRET', unit: 'secret', fallback: '',         meaning: 'The secret before it: signs beside it while the receiver changes over.', problem: signingSecret },
  { name: 'PORTOLAN_WEBHOOK_NETWORKS',     unit: 'list',    fallback: '',          meaning: 'Addresses or networks (CIDR) that webhooks may be sent to, and no other, such as `10.20.0.0/16`; when empty, anywhere but to this machine and to link-local, multicast and metadata addresses (docs/webhooks.md). The origin of PORTOLAN_WEBHOOK_URL may always.', problem: everyNetwork },
  { name: 'PORTOLAN_SMS_PROVIDERS',        unit: 'path',    fallback: '',          meaning: 'JSON file with the access to the SMS providers of the routing test (docs/sms-providers.md); when empty, none is configured. A relative path starts at the project.' },
  { name: 'PORTOLAN_SMS_CHECK_MINUTES',    unit: 'minutes', fallback: '60',        meaning: 'How often each SMS provider is asked whether it accepts our credentials, which sends nothing; 0: never.', problem: integer(0, 10_080) },
  { name: 'PORTOLAN_CGRATES_URL',          unit: 'URL',     fallback: '',          meaning: 'JSON-RPC address of CGrateS, such as `http://127.0.0.1:2080/jsonrpc`; when empty, routes are not mirrored and routing answers are our own.', problem: endpoint },
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
  { name: 'PORTOLAN_HSS_URL',              unit: 'URL',     fallback: '',          meaning: 'Base address of PyHSS, or the whole address with `{msisdn}` in it for generic-rest.', problem: endpoint },
  { name: 'PORTOLAN_HSS_PATH',             unit: 'path',    fallback: '',          meaning: 'Where generic-rest has the subscription in its answer, such as `data.subscriber`; empty: all of it.', problem: matching(/^([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)?$/, 'names joined by dots') },
  { name: 'PORTOLAN_HSS_HEADER',           unit: 'name',    fallback: 'Provisioning-Key', meaning: 'Header that carries PORTOLAN_HSS_KEY.', problem: matching(/^[A-Za-z0-9-]{1,64}$/, 'the name of a header') },
  { name: 'PORTOLAN_HSS_KEY',              unit: 'secret',  fallback: '',          meaning: 'What the HSS wants in that header; not sent when empty.' },
  { name: 'PORTOLAN_HSS_TIMEOUT_MS',       unit: 'ms',      fallback: '1500',      meaning: 'How long the HSS may take; a routing answer waits no longer for it.', problem: integer(50, 30_000) },
  { name: 'PORTOLAN_SECRET_KEY',           unit: 'secret',  fallback: '',          meaning: 'Key of 64 hexadecimal digits under which secrets are kept in the database; when empty, it is made once and kept in `secret.key` of the data folder, readable by its owner only. Every process on one database needs the same.', problem: matching(/^([0-9A-Fa-f]{64})?$/, '64 hexadecimal digits, as `openssl rand -hex 32` gives them') },
  { name: 'PORTOLAN_DNS_NODES',            unit: 'list',    fallback: '',          meaning: 'Further DNS nodes, `host:port` comma separated, that must answer for a number before its port is complete.', problem: everyNode },
  { name: 'PORTOLAN_CRM_URL',              unit: 'URL',     fallback: '',          meaning: 'Base address of the CRM that activates and closes services; when empty, there is none.', problem: endpoint },
  { name: 'PORTOLAN_CRM_USERNAME',         unit: 'text',    fallback: '',          meaning: 'E-mail address with which we log in at the CRM for a token.' },
  { name: 'PORTOLAN_CRM_PASSWORD',         unit: 'secret',  fallback: '',          meaning: 'Password of that user.' },
  { name: 'PORTOLAN_CRM_HEADER',           unit: 'name',    fallback: 'X-Api-Key', meaning: 'Header that carries PORTOLAN_CRM_KEY.', problem: matching(/^[A-Za-z0-9-]{1,64}$/, 'the name of a header') },
  { name: 'PORTOLAN_CRM_KEY',              unit: 'secret',  fallback: '',          meaning: 'Key for the CRM, in the place of a log-in.' },
  { name: 'PORTOLAN_CRM_PATHS',            unit: 'list',    fallback: 'login=/crm/auth/login,refresh=/crm/auth/refresh,activate=/crm/porting/activate,port_out=/crm/porting/port-out,close=/crm/porting/close', meaning: 'Where the CRM has what we ask of it, below its base address; those that are left out stay as they are.', problem: crmPaths },
  { name: 'PORTOLAN_CRM_TIMEOUT_MS',       unit: 'ms',      fallback: '5000',      meaning: 'How long one call to the CRM may take.', problem: integer(50, 8_000) },
  { name: 'PORTOLAN_WELCOME',              unit: 'word',    fallback: 'none',      meaning: 'How the welcome notice goes out once a port works: none, event (`port_in.welcome` to PORTOLAN_WEBHOOK_URL, whose system tells the customer) or sms (by PORTOLAN_WELCOME_SMS_PROVIDER).', problem: oneOf('none', 'event', 'sms') },
  { name: 'PORTOLAN_WELCOME_SMS_PROVIDER', unit: 'name',    fallback: '',          meaning: 'Which provider of PORTOLAN_SMS_PROVIDERS sends the welcome notice, with PORTOLAN_WELCOME=sms: to the number itself where one mobile number was ported, else to the contact number of the port.', problem: matching(/^[A-Za-z]{0,32}$/, 'the name of a provider, such as Twilio') },
  { name: 'PORTOLAN_WELCOME_TEXT',         unit: 'text',    fallback: 'Welcome! Your number {number} is with us now.', meaning: 'What that message says; `{number}` is the number that it goes to. One message, in the letters that every message centre has.', problem: noticeText },
  { name: 'PORTOLAN_PORT_OUT_POLICY',      unit: 'word',    fallback: 'hold',      meaning: 'What follows from the checks of a port-out: approve (authorised when all are passed, rejected when one fails), hold (a person decides), reject (rejected when one fails, else a person decides).', problem: oneOf('approve', 'hold', 'reject') },
  { name: 'PORTOLAN_PORT_OUT_NOTICE_MINUTES', unit: 'minutes', fallback: '0',      meaning: 'How long a customer who was told of a port-out (event port_out.requested) may object before it can be authorised; 0: no notice is needed.', problem: integer(0, 10_080) },
  { name: 'PORTOLAN_BSS_ELIGIBILITY_URL',  unit: 'URL',     fallback: '',          meaning: 'Where the BSS is asked whether a customer may leave (docs/eligibility.md); when empty, nobody is asked.', problem: endpoint },
  { name: 'PORTOLAN_BSS_SECRET',           unit: 'secret',  fallback: '',          meaning: 'Secret that signs those questions, at least 32 characters; needed with PORTOLAN_BSS_ELIGIBILITY_URL.', problem: signingSecret },
  { name: 'PORTOLAN_BSS_TIMEOUT_SECONDS',  unit: 'seconds', fallback: '5',         meaning: 'How long one question to the BSS may take.', problem: integer(1, 60) },
  { name: 'PORTOLAN_BSS_ATTEMPTS',         unit: 'count',   fallback: '3',         meaning: 'Questions to the BSS before its silence counts.', problem: integer(1, 20) },
  { name: 'PORTOLAN_BSS_NO_ANSWER',        unit: 'word',    fallback: 'hold',      meaning: 'What the silence of the BSS means: hold (a person decides), authorise (as if it had agreed), reject (as if it had not).', problem: oneOf('hold', 'authorise', 'reject') },
  { name: 'PORTOLAN_RETENTION_DAYS',       unit: 'list',    fallback: '',          meaning: 'How many days things are kept after they are over, such as `messages=730,events=365,personal=365,audit=3650,alerts=90`; what is not named is kept as `retentionDays` of the market says, or else for ever (docs/how-to/keep-and-remove.md).', problem: everyRetention },
  { name: 'PORTOLAN_DB_CONNECTIONS',       unit: 'count',   fallback: '16',        meaning: 'Most connections to the database.', problem: integer(2, 500) },
  { name: 'PORTOLAN_LOG_LEVEL',            unit: 'word',    fallback: 'info',      meaning: 'trace, debug, info, warn, error or silent. Numbers are in full only at debug.', problem: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent') },
] as const satisfies readonly Setting[]

export type SettingName = (typeof SETTINGS)[number]['name']

/** The table of settings as docs/settings.md prints it. */
export function settingsTable(): string {
  const rows = SETTINGS.map(
    ({ name, unit, fallback, meaning }) =>
      `| \`${name}\` | ${unit} | ${fallback === '' ? '' : `\`${fallback}\``} | ${meaning} |`,
  )
  return ['| Setting | Unit | Default | Meaning |', '|---|---|---|---|', ...rows].join('\n')
}

/** The words of a list, which is comma separated. */
export function list(value: string): string[] {
  return value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

/** @returns undefined for text that is no `messages=730` */
export function retentionOf(text: string): readonly [name: Retained, days: number] | undefined {
  const [, word, days = ''] = /^([a-z]+)=([1-9][0-9]{0,4})$/.exec(text) ?? []
  const name = RETAINED.find((one) => one === word)
  return name && Number(days) <= 36_500 ? [name, Number(days)] : undefined
}

/** @returns undefined for text that is no `host:port`; an IPv6 address stands in brackets */
export function nodeOf(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, bracketed, plain, port = ''] = /^(?:\[([0-9A-Fa-f:]+)\]|([^:\s[\]]+)):([0-9]{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain
  return host !== undefined && Number(port) >= 1 && Number(port) <= 65_535 ? { host, port: Number(port) } : undefined
}

/** An address, or a network by its length in bits (RFC 4632 §3.1). */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  if (isIP(address) === 0 || more.length > 0) return false
  return bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= (isIPv4(address) ? 32 : 128))
}

/** RFC 1035 §2.3.4: labels of at most 63 octets, a name of at most 255 on the wire. */
function isDomain(text: string): boolean {
  return text.length <= 253 && text.split('.').every((label) => /^[a-z0-9_-]{1,63}$/.test(label))
}
