import Type, { type Static } from 'typebox'

/** What the BSS answers (docs/eligibility.md). Fields that are not listed are ignored. */
export const EligibilityReply = Type.Object({
  eligible: Type.Boolean({ description: 'whether the customer may take the numbers away' }),
  code: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 999, description: 'where not: 31, 32, 33 or 37 of the rejection codes' }),
  ),
  reason: Type.Optional(Type.String({ maxLength: 500, description: 'in words, for your own desk; never sent on' })),
})
export type EligibilityReply = Static<typeof EligibilityReply>
