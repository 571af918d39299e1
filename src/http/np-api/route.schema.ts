import Type from 'typebox'

/** Lengths are bounded so that a refusal is quick; what a number is, the routing room says. */
export const Msisdn = Type.Object({
  msisdn: Type.String({
    maxLength: 40,
    description: 'the full number with country code, without plus: 15550100',
    examples: ['15550100'],
  }),
})

export const PushPath = Type.Object({
  msisdn: Msisdn.properties.msisdn,
  operator: Type.String({
    minLength: 1,
    maxLength: 80,
    description: 'an operator of the market: its code, an alias or its name',
  }),
  type: Type.Enum(['mobile', 'fixed'], { type: 'string', description: 'mobile or fixed, in any case' }),
})

export const PushQuery = Type.Object({
  rn: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 240,
      description: 'a routing number (RFC 4694) instead of the operator’s own: %2B15559901 or D003;rn-context=%2B1',
    }),
  ),
})

const EVENT_EXAMPLE = {
  MatchedProfiles: ['cgrates.org:ATTR_ENUM_15550100'],
  AlteredFields: ['*req.NAPTRAddress', '*req.NAPTROrder', '*req.NAPTRPreference'],
  Tenant: 'cgrates.org',
  ID: 'route-7f3c21aa',
  Time: '2025-01-15T10:30:00Z',
  Event: {
    E164Address: '15550100',
    NAPTRAddress: 'sip:+15550100;npdi;rn=+15559901@ims.mnc001.mcc001.3gppnetwork.org;user=phone',
    NAPTROrder: '100',
    NAPTRPreference: '10',
  },
  APIOpts: {},
}
const HSS_EXAMPLE = {
  ims_subscriber_id: 1,
  msisdn: '15550100',
  imsi: '001010000000001',
  scscf: 'sip:scscf.ims.mnc001.mcc001.3gppnetwork.org:6060',
  last_modified: '2025-01-15T10:30:00Z',
}

export const HssRecord = Type.Object(
  {},
  {
    additionalProperties: true,
    description: 'The subscription as the HSS gives it',
    examples: [HSS_EXAMPLE],
  },
)

const SOURCE = {
  'Portolan-Route-Source': Type.String({ description: 'who has answered: cgrates, or portolan from its own routes' }),
}

export const RouteAnswer = Type.Object(
  {
    Event: Type.Object(
      {
        E164Address: Type.String({ description: 'the number that was asked about, without plus' }),
        NAPTRAddress: Type.String({ description: 'the URI that the first record of the ENUM answer leads to' }),
        NAPTROrder: Type.String({ description: 'order of that record, as text' }),
        NAPTRPreference: Type.String({ description: 'preference of that record, as text' }),
      },
      { additionalProperties: true, description: 'the event with what the matched profile put into it' },
    ),
    MatchedProfiles: Type.Array(Type.String(), { description: 'what matched: the number’s own profile, or its block' }),
    AlteredFields: Type.Array(Type.String(), { description: 'fields that the profile set, in no order' }),
    Tenant: Type.String({ description: 'tenant at CGrateS' }),
    ID: Type.String({ description: 'of this one question' }),
    Time: Type.Union([Type.String(), Type.Null()], { description: 'when it was asked, UTC' }),
    APIOpts: Type.Object({}, { additionalProperties: true, description: 'options of the question, echoed' }),
    HSS: Type.Optional(
      Type.Union([HssRecord, Type.Null()], {
        description: 'the subscription; null when there is none or the HSS did not answer; absent for read_only',
      }),
    ),
    hss_error: Type.Optional(Type.String({ description: 'why the HSS gave no answer; absent when it did' })),
  },
  {
    headers: SOURCE,
    description: 'CGrateS’ ProcessEvent result, from CGrateS or in the same shape from our own routes',
    examples: [{ ...EVENT_EXAMPLE, HSS: HSS_EXAMPLE }],
  },
)

export const RouteChanged = Type.Object(
  {
    result: Type.Literal('success', { description: 'always success' }),
    msisdn: Type.String({ description: 'the number, without plus' }),
    message: Type.String({ description: 'what is so now' }),
  },
  { description: 'Done' },
)
