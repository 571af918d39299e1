import { Settings } from 'typebox/system'
import { shapeErrors } from '../shared/shape.ts'
import { parseE164 } from './e164.ts'
import { MarketData, type NumberType } from './market.schema.ts'
import { regexOf } from './pattern.ts'
import { isRejectCode } from './reject-code.ts'
import { formatRoutingNumber, parseRoutingNumber } from './routing-number.ts'

/** What is wrong with one field of a market; `path` is a JSON pointer (RFC 6901). */
export type Problem = { readonly path: string; readonly message: string }

/**
 * Everything that is wrong with a market file: first the shape, then the rules that a shape cannot say. A rule is asked
 * only when the fields that it reads have their shape, so that one mistake is told once.
 */
export function problemsOf(data: unknown): Problem[] {
  const shape = shapeProblems(data)
  const isShaped = (field: string) =>
    !shape.some(({ path }) => path === '' || path === `/${field}` || path.startsWith(`/${field}/`))
  // the fields that a rule reads have passed the schema; it reads no others
  const rules = RULES.filter(([reads]) => reads.every(isShaped)).flatMap(([, rule]) => [...rule(data as MarketData)])
  return [...shape, ...rules]
}

type Rule = (market: MarketData) => Iterable<Problem>

// biome-ignore format: a table
const RULES: readonly (readonly [reads: readonly (keyof MarketData)[], rule: Rule])[] = [
  [['timeZone'],                            timeZoneProblems],
  [['calendar'],                            calendarProblems],
  [['countryCode', 'numbers'],              planProblems],
  [['rejectCodes'],                         rejectCodeProblems],
  [['operator', 'operators'],               ownOperatorProblems],
  [['operators'],                           operatorProblems],
  [['numbers', 'blocks'],                   blockProblems],
  [['operators', 'blocks'],                 holderProblems],
]

function shapeProblems(data: unknown): Problem[] {
  const { maxErrors } = Settings.Get()
  Settings.Set({ maxErrors: 10_000 }) // typebox stops at 8; whoever mends a file wants to see all
  try {
    return shapeErrors(MarketData, data).flatMap(problemsOfError)
  } finally {
    Settings.Set({ maxErrors })
  }
}

type ShapeError = ReturnType<typeof shapeErrors>[number]

function problemsOfError(error: ShapeError): Problem[] {
  const path = error.instancePath
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((name) => ({ path: `${path}/${name}`, message: 'is missing' }))
    case 'additionalProperties':
      return error.params.additionalProperties.map((name) => ({
        path: `${path}/${name}`,
        message: 'is not a field of a market',
      }))
    case 'boolean': // said by additionalProperties too
      return []
    case 'enum':
      return [{ path, message: `must be one of ${error.params.allowedValues.join(', ')}` }]
    default:
      return [{ path, message: error.message }]
  }
}

function* timeZoneProblems({ timeZone }: MarketData): Iterable<Problem> {
  const isKnown = /^[A-Z]/.test(timeZone) && succeeds(() => new Temporal.ZonedDateTime(0n, timeZone))
  if (!isKnown) yield { path: '/timeZone', message: `${timeZone} is no IANA time zone, such as America/Port_of_Spain` }
}

function* calendarProblems({ calendar: { opens, closes, holidays } }: MarketData): Iterable<Problem> {
  if (opens >= closes) yield { path: '/calendar/closes', message: `must be later than opens, which is ${opens}` }
  for (const [index, day] of holidays.entries()) {
    if (!succeeds(() => Temporal.PlainDate.from(day, { overflow: 'reject' }))) {
      yield { path: `/calendar/holidays/${index}`, message: `${day} is no date` }
    }
  }
}

function* planProblems({ countryCode, numbers }: MarketData): Iterable<Problem> {
  for (const [type, { pattern, example }] of plansOf(numbers)) {
    const whole = regexOf(pattern)
    if (whole === undefined) {
      yield { path: `/numbers/${type}/pattern`, message: `${pattern} is no regular expression` }
    } else if (!whole.test(example)) {
      yield { path: `/numbers/${type}/example`, message: `${example} does not match the pattern ${pattern}` }
    } else if (parseE164(`+${countryCode}${example}`) === undefined) {
      yield {
        path: `/numbers/${type}/example`,
        message: `+${countryCode}${example} is no E.164 number of 3 to 15 digits`,
      }
    }
  }
}

function* rejectCodeProblems({ rejectCodes }: MarketData): Iterable<Problem> {
  for (const [index, code] of rejectCodes.entries()) {
    if (!isRejectCode(code))
      yield { path: `/rejectCodes/${index}`, message: `${code} is not in the catalogue of rejection codes` }
  }
}

function* ownOperatorProblems({ operator, operators }: MarketData): Iterable<Problem> {
  if (!operators.some(({ code }) => code === operator)) {
    yield { path: '/operator', message: `${operator} is not among the operators` }
  }
}

/** `!^.*$!sip:+<15 digits>;npdi;rn=@;user=phone!` takes 49 of the 255 octets that RFC 1035 §3.3 gives a regexp. */
const LONGEST_RN_AND_DOMAIN = 200

function* operatorProblems({ operators }: MarketData): Iterable<Problem> {
  const owners = new Map<string, number>()
  for (const [index, operator] of operators.entries()) {
    const path = `/operators/${index}`
    const words = [
      ['code', operator.code] as const,
      ...(operator.aliases ?? []).map((alias, at) => [`aliases/${at}`, alias] as const),
    ]
    for (const [field, word] of words) {
      const owner = owners.get(word.toLowerCase())
      if (owner !== undefined) yield { path: `${path}/${field}`, message: `${word} already names /operators/${owner}` }
      else owners.set(word.toLowerCase(), index)
    }
    const rn = parseRoutingNumber(operator.routingNumber)
    if (rn === undefined) {
      yield {
        path: `${path}/routingNumber`,
        message: `${operator.routingNumber} is no routing number of RFC 4694, such as +15559901 or D2701;rn-context=+7`,
      }
    } else if (formatRoutingNumber(rn).length + operator.imsDomain.length > LONGEST_RN_AND_DOMAIN) {
      yield {
        path: `${path}/imsDomain`,
        message: `with the routing number at most ${LONGEST_RN_AND_DOMAIN} characters, to fit a NAPTR record`,
      }
    }
  }
}

function* blockProblems({ numbers, blocks }: MarketData): Iterable<Problem> {
  const starts = Object.fromEntries(plansOf(numbers).map(([type, { pattern }]) => [type, startOf(pattern)]))
  const indexOf = new Map<string, number>()
  for (const [index, { prefix, type }] of blocks.entries()) {
    const path = `/blocks/${index}/prefix`
    const earlier = indexOf.get(prefix)
    if (earlier !== undefined) yield { path, message: `${prefix} is listed already, as /blocks/${earlier}` }
    else indexOf.set(prefix, index)
    if (starts[type]?.test(prefix) === false)
      yield { path, message: `no ${type} number of the plan begins with ${prefix}` }
  }
}

function* holderProblems({ operators, blocks }: MarketData): Iterable<Problem> {
  const codes = new Set(operators.map(({ code }) => code))
  for (const [index, { holder }] of blocks.entries()) {
    if (!codes.has(holder)) yield { path: `/blocks/${index}/holder`, message: `${holder} is not among the operators` }
  }
}

function plansOf(numbers: MarketData['numbers']): [NumberType, MarketData['numbers'][NumberType]][] {
  return [
    ['mobile', numbers.mobile],
    ['fixed', numbers.fixed],
  ]
}

/**
 * Matches what a number of `pattern` may begin with: each atom may also be the end of the text, so `86[89]\d` becomes
 * `(?:8|$)(?:6|$)(?:[89]|$)(?:\d|$)`. Exact for the patterns that the schema lets in; undefined when it does not compile.
 */
export function startOf(pattern: string): RegExp | undefined {
  return regexOf(
    pattern.replace(/\{[^}]*\}|\(\?:|\\d|\[[^\]]*\]|[0-9.]/g, (part) => (/^[{(]/.test(part) ? part : `(?:${part}|$)`)),
  )
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}
