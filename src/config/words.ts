/** What is wrong with the value of a setting, as the end of a sentence; undefined when it is right. */
type Problem = (value: string) => string | undefined

export const oneOf =
  (...words: string[]): Problem =>
  (value) =>
    words.includes(value) ? undefined : `must be one of ${words.join(', ')}`
export const everyOneOf =
  (...words: string[]): Problem =>
  (value) =>
    list(value).every((word) => words.includes(word)) && list(value).length > 0
      ? undefined
      : `must be a list of ${words.join(', ')}`
export const integer =
  (least: number, most: number): Problem =>
  (value) =>
    /^[0-9]+$/.test(value) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `must be a whole number from ${least} to ${most}`
export const url =
  (...protocols: string[]): Problem =>
  (value) =>
    value === '' || (URL.canParse(value) && protocols.includes(new URL(value).protocol))
      ? undefined
      : `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`
export const secretOf =
  (least: number): Problem =>
  (value) =>
    value === '' || value.length >= least ? undefined : `must have at least ${least} characters`
/** What the accounts take as a key: it travels in a header. */
export const key: Problem = (value) =>
  value === '' || /^[\x21-\x7e]{16,200}$/.test(value)
    ? undefined
    : 'must have 16 to 200 printable ASCII characters, none of them a space'
export const matching =
  (pattern: RegExp, what: string): Problem =>
  (value) =>
    pattern.test(value) ? undefined : `must be ${what}`
export const everyNode: Problem = (value) =>
  list(value).every((node) => nodeOf(node) !== undefined) ? undefined : 'must be a list of host:port'
export const CRM_PATH_NAMES = ['login', 'refresh', 'activate', 'port_out', 'close'] as const
export const crmPaths: Problem = (value) =>
  list(value).every((pair) => CRM_PATH_NAMES.some((name) => pair.startsWith(`${name}=/`)))
    ? undefined
    : `must be a list of ${CRM_PATH_NAMES.join(', ')}, each with = and a path`
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
export const prefix: Problem = (value) =>
  !/^[A-Za-z0-9_-]{1,32}$/.test(value)
    ? 'must be 1 to 32 letters, digits, - or _'
    : RESERVED_PREFIXES.some((word) => word.toLowerCase() === value.toLowerCase())
      ? `is a reserved word of the API (${RESERVED_PREFIXES.join(', ')})`
      : undefined

/** @returns undefined for text that is no `host:port`; an IPv6 address stands in brackets */
export function nodeOf(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, bracketed, plain, port = ''] = /^(?:\[([0-9A-Fa-f:]+)\]|([^:\s[\]]+)):([0-9]{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain
  return host !== undefined && Number(port) >= 1 && Number(port) <= 65_535 ? { host, port: Number(port) } : undefined
}

/** The last word on each path counts. */
export function crmPathsIn(text: string): Record<(typeof CRM_PATH_NAMES)[number], string> {
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

/** What a comma-separated list names. */
export function list(value: string): string[] {
  return value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}
