import type { NumberType } from '../numbers/market.schema.ts'
import { type Market, operatorOf } from '../numbers/market.ts'
import { formatRoutingNumber, parseRoutingNumber } from '../numbers/routing-number.ts'
import type { Line } from './import-lines.codec.ts'
import type { Route } from './route.ts'

/** What a line wants of its number. */
export type Target =
  | { readonly kind: 'route'; readonly operator: string; readonly route: Route }
  /** The operator whose block the number is in serves it, and no routing number was given: the block answers. */
  | { readonly kind: 'home'; readonly operator: string }
  /** The number is no longer ported: the block answers. */
  | { readonly kind: 'gone'; readonly operator: string }

/** A line that can be read: the number's digits with country code, and who is to serve it. */
export type ImportRecord = { readonly digits: string; readonly wanted: Wanted }

/** Who is to serve a number, before it is known of what type the number is and in whose block. One stands for many lines. */
export type Wanted = {
  readonly operator: string
  /** Operator and routing number: equal for equal routes. */
  readonly key: string
  /** What it comes to for a number of this type; `home`: for one in a block of the operator. */
  readonly targets: Readonly<Record<NumberType | 'home', Target>>
}

export type ImportFormat = {
  /** @returns what is wrong with the first line; undefined when the file is of this format */
  readonly problemOf: (first: string, market: Market) => string | undefined
  /** Whether the first line is a header and no record. */
  readonly hasHeader: boolean
  /** Reads the lines of one file. @returns the record, or what is wrong with the line */
  readonly reader: (market: Market, header: string) => (line: Line) => ImportRecord | string
}

export type FormatName = 'csv' | 'npac'

const CSV_HEADERS = ['number,operator', 'number,operator,routing_number']

const csv: ImportFormat = {
  hasHeader: true,
  problemOf: (first) =>
    CSV_HEADERS.includes(first)
      ? undefined
      : `the header is ${shown(first)}, and it must be ${CSV_HEADERS.join(' or ')}`,
  reader(market, header) {
    const columns = header.split(',').length
    const known = recently((rest) => wantedOfCsv(market, rest, columns))
    return ({ text }) => {
      const comma = text.indexOf(',')
      if (comma < 0) return 'there is no operator'
      const digits = text.slice(text.startsWith('+') ? 1 : 0, comma)
      if (!/^[0-9]+$/.test(digits)) return 'the number has something else than digits'
      if (digits.length < 3 || digits.length > 15 || digits.startsWith('0'))
        return 'the number is not E.164: 3 to 15 digits, the first not 0'
      const wanted = known(text.slice(comma + 1))
      return typeof wanted === 'string' ? wanted : { digits, wanted }
    }
  },
}

function wantedOfCsv(market: Market, rest: string, columns: number): Wanted | string {
  const fields = rest.split(',')
  if (fields.length > columns - 1) return `there are more than ${columns} fields`
  const [word = '', routingNumber = ''] = fields.map((field) => Buffer.from(field, 'latin1').toString('utf8').trim())
  return wantedOf(market, { word, routingNumber })
}

/**
 * The bulk data download of subscription versions: fields between `|`, every record ends with CR, all fields may be empty.
 * Version id, TN, LRN, new current SPID, activation, then five pairs of DPC and SSN (CLASS, LIDB, ISVM, CNAM) and what else
 * there is of the end user, LNP type, download reason, and further fields by what the service provider supports.
 */
const NPAC_FIELDS = { tn: 1, lrn: 2, spid: 3, downloadReason: 17 } as const
const NPAC_FIELDS_LEAST = NPAC_FIELDS.downloadReason + 1
/** The North American Numbering Plan: numbers of ten digits under country code 1. */
const NANP_COUNTRY_CODE = '1'
/** Stands for "no location routing number" (NANC 442). */
const PSEUDO_LRN = '0000000000'

// biome-ignore format: a table
const DOWNLOAD_REASONS: Readonly<Record<string, 'route' | 'gone'>> = {
  '0': 'route', // new
  '1': 'gone',  // delete
  '2': 'route', // modified
  '3': 'route', // audit discrepancy
}

const npac: ImportFormat = {
  hasHeader: false,
  problemOf(first, market) {
    if (market.countryCode !== NANP_COUNTRY_CODE)
      return `numbers of ${market.title} have the country code ${market.countryCode}, and NPAC's files have those of country code 1`
    const fields = first.split('|')
    if (fields.length >= NPAC_FIELDS_LEAST && /^[0-9]+$/.test(fields[0] ?? '')) return undefined
    return `the first record is ${shown(first)}, and one of NPAC's bulk data download has ${NPAC_FIELDS_LEAST} or more fields between |, the first a version id`
  },
  reader(market) {
    const known = recently((text) => wantedOfNpac(market, text.split('|')))
    return ({ text }) => {
      const fields = text.split('|')
      if (fields.length < NPAC_FIELDS_LEAST)
        return `there are ${fields.length} fields, and a record has ${NPAC_FIELDS_LEAST} or more`
      const tn = fields[NPAC_FIELDS.tn] ?? ''
      if (!/^[2-9][0-9]{9}$/.test(tn)) return 'the TN is not ten digits, the first 2 to 9'
      const { lrn, spid, downloadReason } = NPAC_FIELDS
      const wanted = known([fields[lrn], fields[spid], fields[downloadReason]].join('|'))
      return typeof wanted === 'string' ? wanted : { digits: NANP_COUNTRY_CODE + tn, wanted }
    }
  },
}

function wantedOfNpac(market: Market, [lrn = '', spid = '', reason = '']: readonly string[]): Wanted | string {
  const kind = DOWNLOAD_REASONS[reason]
  if (kind === undefined) return `${shown(reason)} is no download reason: ${Object.keys(DOWNLOAD_REASONS).join(', ')}`
  if (kind === 'gone') {
    const wanted = wantedOf(market, { word: spid, routingNumber: '' })
    if (typeof wanted === 'string') return wanted
    const gone = { kind: 'gone', operator: wanted.operator } as const
    return { ...wanted, targets: { mobile: gone, fixed: gone, home: gone } }
  }
  if (!/^[0-9]{10}$/.test(lrn)) return 'the LRN is not ten digits'
  if (lrn === PSEUDO_LRN) return 'the LRN is the pseudo-LRN, which routes nowhere'
  return wantedOf(market, { word: spid, routingNumber: `+${NANP_COUNTRY_CODE}${lrn}` })
}

export const IMPORT_FORMATS: Readonly<Record<FormatName, ImportFormat>> = { csv, npac }

function wantedOf(market: Market, { word, routingNumber }: { word: string; routingNumber: string }): Wanted | string {
  const operator = operatorOf(market, word)
  if (word === '') return 'there is no operator'
  if (!operator) return `${shown(word)} is no operator of ${market.title}: neither a code nor an alias`
  const rn = parseRoutingNumber(routingNumber || operator.routingNumber)
  if (!rn) return `${shown(routingNumber)} is no routing number (RFC 4694): +15559901, or D003;rn-context=+1`
  return wantedRoute(operator.code, formatRoutingNumber(rn), routingNumber === '' ? 'default' : 'stated')
}

function wantedRoute(operator: string, routingNumber: string, by: 'default' | 'stated'): Wanted {
  const target = (numberType: NumberType) =>
    ({ kind: 'route', operator, route: { operator, routingNumber, numberType } }) satisfies Target
  const [mobile, fixed] = [target('mobile'), target('fixed')]
  // At home in its own block a number has not moved, and an answer with rn would say that it has (contract I9).
  const home = { kind: 'home', operator } as const
  return {
    operator,
    key: `${operator} ${routingNumber}`,
    targets: { mobile, fixed, home: by === 'stated' ? mobile : home },
  }
}

/**
 * What a line comes to, for a number of this type.
 * @param holderOf - finds whose block the number is in: asked only where it matters, which spares most lines the search
 */
export function targetOf(
  { operator, targets }: Wanted,
  numberType: NumberType,
  holderOf: () => string | undefined,
): Target {
  return targets.home.kind !== 'route' && operator === holderOf() ? targets.home : targets[numberType]
}

const RECENT_MAX = 10_000

/** A few wants stand on millions of lines, so what was read is kept; what was refused is not. */
function recently(read: (text: string) => Wanted | string): (text: string) => Wanted | string {
  const recent = new Map<string, Wanted>()
  return (text) => {
    const known = recent.get(text)
    if (known) return known
    const wanted = read(text)
    if (typeof wanted === 'string') return wanted
    if (recent.size === RECENT_MAX) recent.clear()
    recent.set(Buffer.from(text, 'latin1').toString('latin1'), wanted) // a copy: a slice would keep its whole chunk alive
    return wanted
  }
}

const SHOWN_MAX = 60

/** What a file has, quoted and bounded. */
export function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}...` : text)
}
