import { readFile } from 'node:fs/promises'
import type { TObject, TSchema } from 'typebox'
import { ConfigError } from '../../config.ts'
import { shapeErrors } from '../../shared/shape.ts'
import type { SmsAccess } from './access.schema.ts'
import { SMS_PROVIDERS, type SmsProvider } from './providers.ts'

/**
 * Reads the file of providers: one JSON object with an entry for each that is used (docs/sms-providers.md). All problems
 * come as one error, by provider and field; a value is never repeated, for it may be a secret.
 */
export async function loadSmsAccess(path: string): Promise<ReadonlyMap<string, SmsAccess>> {
  const parsed = parseSmsAccess(await read(path))
  if (parsed.problems.length > 0) throw new ConfigError(parsed.problems.map((each) => `${path} ${each}`))
  return parsed.access
}

type Parsed = { readonly access: ReadonlyMap<string, SmsAccess>; readonly problems: readonly string[] }

/** The same without the file. */
export function parseSmsAccess(text: string): Parsed {
  const access = new Map<string, SmsAccess>()
  const data = parseJson(text)
  if (data === undefined) return { access, problems: ['must be one JSON object with an entry for each provider'] }
  const problems = Object.entries(data).flatMap(([name, entry]) => {
    const provider = SMS_PROVIDERS.find((each) => each.name === name)
    if (!provider) return [`${name}: is no provider; there are ${SMS_PROVIDERS.map((each) => each.name).join(', ')}`]
    const wrong = problemsOf(provider, entry)
    if (wrong.length === 0) access.set(name, withBaseUrl(provider, entry as SmsAccess)) // its schema has passed
    return wrong
  })
  return { access, problems }
}

function problemsOf({ name, access }: SmsProvider, entry: unknown): string[] {
  const told = new Map<string, string>()
  for (const error of shapeErrors(access, entry)) {
    if (error.keyword === 'required') {
      for (const field of error.params.requiredProperties) told.set(field, `is missing; it ${ruleOf(access, field)}`)
    } else if (error.keyword === 'additionalProperties') {
      for (const field of error.params.additionalProperties) told.set(field, `is no field of ${name}`)
    } else {
      const field = error.instancePath.split('/')[1] ?? ''
      if (!told.has(field)) told.set(field, ruleOf(access, field))
    }
  }
  const url = typeof entry === 'object' && entry !== null && 'baseUrl' in entry ? entry.baseUrl : undefined
  if (typeof url === 'string' && !URL.canParse(url)) told.set('baseUrl', ruleOf(access, 'baseUrl'))
  return [...told].map(([field, rule]) => `${[name, field].filter(Boolean).join('.')}: ${rule}`)
}

function ruleOf({ properties }: TObject, field: string): string {
  const schema: (TSchema & { description?: string }) | undefined = properties[field]
  return `must be ${schema?.description ?? 'one JSON object'}`
}

function withBaseUrl(provider: SmsProvider, entry: SmsAccess): SmsAccess {
  return provider.via === 'http' ? { ...entry, baseUrl: entry.baseUrl ?? provider.baseUrl } : entry
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown reason'
    throw new ConfigError([`PORTOLAN_SMS_PROVIDERS names ${path}, which cannot be read (${code})`])
  }
}

/** The parser's own message would quote the file, and so perhaps a secret. */
function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const data: unknown = JSON.parse(text)
    const isObject = typeof data === 'object' && data !== null && !Array.isArray(data)
    return isObject ? (data as Record<string, unknown>) : undefined // an object, by the line above
  } catch {
    return undefined // not JSON: the caller says so
  }
}
