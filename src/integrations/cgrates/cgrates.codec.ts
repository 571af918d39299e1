import { digitsOf, type E164 } from '../../numbers/e164.ts'

/** The address that CGrateS is to hand out for a number. */
export type Address = { readonly address: string; readonly order: number; readonly preference: number }

/** `AttributeSv1.ProcessEvent`'s answer in the flat form of v0.11, whichever version gave it. */
export type ProcessEvent = {
  readonly MatchedProfiles: readonly string[]
  readonly AlteredFields: readonly string[]
  readonly Tenant: string
  readonly ID: string
  readonly Time: string | null
  readonly Event: Readonly<Record<string, unknown>>
  readonly APIOpts: Readonly<Record<string, unknown>>
}

/** What a call came to. `permanent`: the same call will fail again. */
export type Reply =
  | { readonly kind: 'ok'; readonly result: unknown }
  | { readonly kind: 'not_found'; readonly reason: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly isOverload: boolean }
  | { readonly kind: 'permanent'; readonly reason: string }

const PROFILE_PREFIX = 'ATTR_ENUM_'

export function profileIdOf(number: E164): string {
  return `${PROFILE_PREFIX}${digitsOf(number)}`
}

/** @returns the digits of the number whose profile an id is; undefined for a profile that is not ours */
export function digitsOfProfileId(id: string): string | undefined {
  const bare = id.slice(id.indexOf(':') + 1)
  const digits = bare.startsWith(PROFILE_PREFIX) ? bare.slice(PROFILE_PREFIX.length) : ''
  return /^[1-9][0-9]{2,14}$/.test(digits) ? digits : undefined
}

/**
 * The profile of one number, for `APIerSv1.SetAttributeProfile`: values as rule objects, because the text form of
 * `APIerSv2` is split at `;` and loses it (config/rsrparser.go), and with it `npdi` and `rn`.
 */
export function attributeProfile(tenant: string, number: E164, { address, order, preference }: Address): object {
  const rule = (field: string, value: string) => ({
    FilterIDs: [],
    Path: `*req.${field}`,
    Type: '*constant',
    Value: [{ Rules: value }],
  })
  return {
    Tenant: tenant,
    ID: profileIdOf(number),
    Contexts: ['*any'],
    FilterIDs: [filterOf(number)],
    ActivationInterval: null,
    Attributes: [
      rule('NAPTRAddress', address),
      rule('NAPTROrder', String(order)),
      rule('NAPTRPreference', String(preference)),
    ],
    Blocker: false,
    Weight: 20,
    APIOpts: { '*cache': '*none' },
  }
}

/** Makes CGrateS forget what it remembers of these numbers, also that they had no profile: the filter index caches misses. */
export function reloadOf(tenant: string, numbers: readonly E164[]): object {
  return {
    Tenant: tenant,
    AttributeProfileIDs: numbers.map((number) => `${tenant}:${profileIdOf(number)}`),
    AttributeFilterIndexIDs: numbers.map((number) => `${tenant}:*any:*string:*req.E164Address:${digitsOf(number)}`),
    APIOpts: {},
  }
}

function filterOf(number: E164): string {
  return `*string:~*req.E164Address:${digitsOf(number)}`
}

/** A rule that begins with `~` is a variable, `{*...}` a converter and `<...>` dynamic: none may come from data. */
export function isSafeRule(text: string): boolean {
  return !/^~|\{\*|[<>`]/.test(text)
}

// biome-ignore format: a table
const CLASSES: readonly [pattern: RegExp, kind: 'not_found' | 'retry'][] = [
  [/^(?:SERVER_ERROR: |ATTRIBUTES_ERROR:|RALS_ERROR:)?(?:[A-Z]+_)?NOT_FOUND$/,                                            'not_found'],
  [/^(?:SERVER_ERROR: )?(?:MAX_CONCURRENT_RPC_EXCEEDED|REPLY_TIMEOUT|DISCONNECTED|NO_DATABASE_CONNECTION)\b/, 'retry'],
]

/** Reads a JSON-RPC answer. CGrateS says errors as bare text under HTTP 200; an error object is read as well. */
export function readReply(body: unknown): Reply {
  if (!isRecord(body) || !('result' in body || 'error' in body)) {
    return { kind: 'retry', reason: 'the answer is no JSON-RPC', isOverload: false }
  }
  const { error } = body
  if (error === null || error === undefined) return { kind: 'ok', result: body.result }
  const reason = reasonOf(error)
  const kind = CLASSES.find(([pattern]) => pattern.test(reason))?.[1] ?? 'permanent'
  return kind === 'retry' ? { kind, reason, isOverload: reason.includes('MAX_CONCURRENT_RPC') } : { kind, reason }
}

function reasonOf(error: unknown): string {
  if (typeof error === 'string') return error
  return isRecord(error) && typeof error.message === 'string' ? error.message : JSON.stringify(error)
}

/**
 * Reads the three forms that versions give: flat (v0.11), nested in `CGREvent` with bare profile names (v0.10), and
 * without `MatchedProfiles` (1.0). A flat answer is handed on as it came.
 *
 * @returns undefined when it has no event
 */
export function readProcessEvent(result: unknown): ProcessEvent | undefined {
  if (!isRecord(result)) return undefined
  // v0.11 as its source has it; whoever reads the event looks at each field
  if (isRecord(result.Event)) return result as ProcessEvent
  const nested = result.CGREvent
  if (!isRecord(nested) || !isRecord(nested.Event)) return undefined
  const tenant = textOf(nested.Tenant)
  const altered = Array.isArray(result.AlteredFields) ? result.AlteredFields : []
  const groups = altered.filter(isRecord)
  const matched = Array.isArray(result.MatchedProfiles)
    ? result.MatchedProfiles.map(textOf).map((id) => (id.includes(':') ? id : `${tenant}:${id}`))
    : groups.map(({ MatchedProfileID }) => textOf(MatchedProfileID))
  const fields = groups.length > 0 ? groups.flatMap(({ Fields }) => (Array.isArray(Fields) ? Fields : [])) : altered
  return {
    MatchedProfiles: matched,
    AlteredFields: [...new Set(fields.map(textOf))],
    Tenant: tenant,
    ID: textOf(nested.ID),
    Time: typeof nested.Time === 'string' ? nested.Time : null,
    Event: nested.Event,
    APIOpts: isRecord(nested.APIOpts) ? nested.APIOpts : {},
  }
}

/** What we found ourselves for a number. */
export type OwnAnswer = {
  readonly number: E164
  readonly address: Address
  /** Leading digits of the block that answers; undefined: the number's own route does. */
  readonly block: string | undefined
  readonly tenant: string
  readonly id: string
  readonly at: Temporal.Instant
}

/** Our own answer as CGrateS v0.11 would give it: what attributes set is always text. */
export function processEventOf({ number, address, block, tenant, id, at }: OwnAnswer): ProcessEvent {
  return {
    MatchedProfiles: [`${tenant}:${block === undefined ? profileIdOf(number) : `BLOCK_${block}`}`],
    AlteredFields: ['*req.NAPTRAddress', '*req.NAPTROrder', '*req.NAPTRPreference'],
    Tenant: tenant,
    ID: id,
    Time: at.toString({ smallestUnit: 'second' }),
    Event: {
      E164Address: digitsOf(number),
      NAPTRAddress: address.address,
      NAPTROrder: String(address.order),
      NAPTRPreference: String(address.preference),
    },
    APIOpts: {},
  }
}

/** The address that an answer gives, for comparison; undefined when it is none. */
export function addressIn({ Event }: ProcessEvent): Address | undefined {
  const { NAPTRAddress, NAPTROrder, NAPTRPreference } = Event
  if (typeof NAPTRAddress !== 'string') return undefined
  return { address: NAPTRAddress, order: Number(NAPTROrder), preference: Number(NAPTRPreference) }
}

/** The address that a stored profile holds, its rules joined as CGrateS evaluates them. */
export function addressOfProfile(profile: unknown): Address | undefined {
  if (!isRecord(profile) || !Array.isArray(profile.Attributes)) return undefined
  const values = new Map(
    profile.Attributes.filter(isRecord).map(({ Path, Value }) => [textOf(Path).replace('*req.', ''), rulesOf(Value)]),
  )
  const address = values.get('NAPTRAddress')
  if (address === undefined) return undefined
  return { address, order: Number(values.get('NAPTROrder')), preference: Number(values.get('NAPTRPreference')) }
}

function rulesOf(value: unknown): string {
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.map((part) => (isRecord(part) ? textOf(part.Rules) : '')).join('') : ''
}

export function isSameAddress(a: Address, b: Address): boolean {
  return a.address === b.address && a.order === b.order && a.preference === b.preference
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
