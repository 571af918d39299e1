import { digitsOf, type E164 } from '../numbers/e164.ts'

/** What calls to a number are sent to: the first record of its ENUM answer. */
export type Address = { readonly address: string; readonly order: number; readonly preference: number }

/** CGrateS' answer to `AttributeSv1.ProcessEvent`, in the flat form of v0.11 that np_api hands on (contract O-42). */
export type ProcessEvent = {
  readonly MatchedProfiles: readonly string[]
  readonly AlteredFields: readonly string[]
  readonly Tenant: string
  readonly ID: string
  readonly Time: string | null
  readonly Event: Readonly<Record<string, unknown>>
  readonly APIOpts: Readonly<Record<string, unknown>>
}

/** The name under which a number's own route stands in CGrateS, and in our answers without it. */
export function profileIdOf(number: E164): string {
  return `ATTR_ENUM_${digitsOf(number)}`
}

/** What an answer says besides the address. */
export type Frame = {
  readonly tenant: string
  readonly id: string
  readonly at: Temporal.Instant
  /** Name of what matched, without the tenant: the number's own profile, or its block. */
  readonly matched: string
}

/** Our own answer, as CGrateS would give it: values that attributes set are always text (CGrateS v0.11). */
export function processEventOf(number: E164, { address, order, preference }: Address, frame: Frame): ProcessEvent {
  return {
    MatchedProfiles: [`${frame.tenant}:${frame.matched}`],
    AlteredFields: ['*req.NAPTRAddress', '*req.NAPTROrder', '*req.NAPTRPreference'],
    Tenant: frame.tenant,
    ID: frame.id,
    Time: frame.at.toString({ smallestUnit: 'second' }),
    Event: {
      E164Address: digitsOf(number),
      NAPTRAddress: address,
      NAPTROrder: String(order),
      NAPTRPreference: String(preference),
    },
    APIOpts: {},
  }
}
