import { isRecord, listOf, type Method, need, type Param, RpcError, textOf } from './wire.ts'

/** Which form `ProcessEvent` answers in. */
export const VERSIONS = ['v0.10', 'v0.11', '1.0'] as const
export type Version = (typeof VERSIONS)[number]

type Profile = {
  readonly id: string
  readonly digits: string
  readonly param: Param
  /** Field name to value, as stored. */
  readonly values: ReadonlyMap<string, string>
}

export type Attributes = { readonly methods: Readonly<Record<string, Method>>; readonly profiles: Map<string, Profile> }

/**
 * AttributeS with its traps: text values are split at `;`, values are always text, and what has been looked up once is
 * remembered, hits by profile and misses by filter index, until a reload names it.
 */
export function attributes(tenant: string, version: () => Version): Attributes {
  const profiles = new Map<string, Profile>()
  /** The filter index. */
  const idOf = new Map<string, string>()
  const cache = new Map<string, Profile | undefined>()

  const set = (param: Param, readValue: (value: unknown) => string) => {
    need(param, 'ID', 'Attributes')
    const rows = listOf(param.Attributes).filter(isRecord)
    for (const row of rows) need(row, 'Path')
    const id = textOf(param.ID)
    const digits = /^\*string:~\*req\.E164Address:([0-9]+)$/.exec(textOf(listOf(param.FilterIDs)[0]))?.[1] ?? ''
    const values = new Map(rows.map(({ Path, Value }) => [textOf(Path).replace('*req.', ''), readValue(Value)]))
    profiles.set(id, { id, digits, param, values })
    idOf.set(digits, id)
    wake(param, digits)
    return 'OK'
  }
  const wake = (param: Param, digits: string) => {
    const how = isRecord(param.APIOpts) ? param.APIOpts['*cache'] : undefined
    if (how !== '*none') cache.delete(digits)
  }
  const found = (digits: string): Profile | undefined => {
    if (!cache.has(digits))
      cache.set(
        digits,
        [...profiles.values()].find((profile) => profile.digits === digits),
      )
    return cache.get(digits)
  }
  const stored = (param: Param): Profile => {
    const profile = profiles.get(textOf(param.ID))
    if (!profile) throw new RpcError('NOT_FOUND')
    return profile
  }
  return {
    profiles,
    methods: {
      'APIerSv1.SetAttributeProfile': (param) => set(param, rulesOf),
      'APIerSv2.SetAttributeProfile': (param) => set(param, (value) => splitAtSemicolons(textOf(value))),
      'APIerSv1.GetAttributeProfile': (param) => {
        const { id, param: given, values } = stored(param)
        const rows = [...values].map(([field, value]) => ({ Path: `*req.${field}`, Value: [{ Rules: value }] }))
        return { ...given, ID: id, Attributes: rows }
      },
      'APIerSv1.RemoveAttributeProfile': (param) => {
        const { id, digits } = stored(param)
        profiles.delete(id)
        wake(param, digits)
        return 'OK'
      },
      'APIerSv1.GetAttributeProfileIDs': () => {
        if (profiles.size === 0) throw new RpcError('NOT_FOUND')
        return [...profiles.keys()].reverse() // in no promised order
      },
      'APIerSv1.GetAttributeProfileCount': () => profiles.size,
      'CacheSv1.ReloadCache': (param) => {
        for (const id of listOf(param.AttributeProfileIDs).map(textOf)) forget(cache, profileName(id), 'hit')
        for (const id of listOf(param.AttributeFilterIndexIDs).map(textOf)) forget(cache, indexed(id), 'miss')
        return 'OK'
      },
      'AttributeSv1.ProcessEvent': (param) => {
        need(param, 'Event')
        if (!isRecord(param.Event)) throw new RpcError('MANDATORY_IE_MISSING: [Event]')
        const profile = found(textOf(param.Event.E164Address))
        if (!profile) throw new RpcError('NOT_FOUND')
        return FORMS[version()](tenant, param, profile)
      },
    },
  }
}

/** config/rsrparser.go: a text value is split at `;` and its parts are joined without it; backticks keep it whole. */
export function splitAtSemicolons(value: string): string {
  const quoted = /^`(.*)`$/.exec(value)?.[1]
  return quoted ?? value.split(';').join('')
}

function rulesOf(value: unknown): string {
  const rules = listOf(value)
    .filter(isRecord)
    .map(({ Rules }) => textOf(Rules))
  if (rules.length === 0) throw new RpcError('MANDATORY_IE_MISSING: [Rules]')
  return rules.join('')
}

const profileName = (id: string) => id.slice(id.indexOf(':') + 1).replace('ATTR_ENUM_', '')
const indexed = (id: string) => id.split(':').at(-1) ?? ''

function forget(cache: Map<string, Profile | undefined>, digits: string, what: 'hit' | 'miss'): void {
  if (cache.has(digits) && (cache.get(digits) === undefined) === (what === 'miss')) cache.delete(digits)
}

type Form = (tenant: string, param: Param, profile: Profile) => object

const FORMS: Record<Version, Form> = {
  'v0.10': (tenant, param, { id, values }) => ({
    MatchedProfiles: [id],
    AlteredFields: fieldsOf(values),
    CGREvent: { Tenant: tenant, ID: param.ID, Time: param.Time ?? null, Event: eventOf(param, values) },
  }),
  'v0.11': (tenant, param, { id, values }) => ({
    MatchedProfiles: [`${tenant}:${id}`],
    AlteredFields: fieldsOf(values),
    Tenant: tenant,
    ID: param.ID,
    Time: param.Time ?? null,
    Event: eventOf(param, values),
    APIOpts: param.APIOpts ?? {},
  }),
  '1.0': (tenant, param, { id, values }) => ({
    AlteredFields: [{ MatchedProfileID: `${tenant}:${id}`, Fields: fieldsOf(values) }],
    CGREvent: { Tenant: tenant, ID: param.ID, Event: eventOf(param, values), APIOpts: param.APIOpts ?? {} },
  }),
}

/** From a set, so in no promised order. */
const fieldsOf = (values: ReadonlyMap<string, string>) => [...values.keys()].map((field) => `*req.${field}`).reverse()

function eventOf(param: Param, values: ReadonlyMap<string, string>): object {
  return { ...(isRecord(param.Event) ? param.Event : {}), ...Object.fromEntries(values) }
}
