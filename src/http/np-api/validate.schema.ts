import Type, { type Static } from 'typebox'
import { SMS_PROVIDER_WORDS, SMS_PROVIDERS } from '../../integrations/sms/providers.ts'

const NAMES = SMS_PROVIDERS.map(({ name }) => name)
const OPERATOR = `one of ${NAMES.join(', ')} (or Pilvo, as some clients spell it), in any case`

/**
 * Descriptions complete the sentence "it must be ...", because a refusal says so with them. `Operator` is printed as a
 * choice and taken in any case; it is not folded to the printed one, because the answer repeats what was sent (O-38).
 */
export const ValidateSms = Type.Object(
  {
    phone_number: Type.String({
      pattern: '^\\+?[0-9 ().-]{1,30}$',
      description: 'the number to send to: local digits without country code, which is added, or + and the full number',
    }),
    Operator: Type.Union(
      [
        Type.Enum([...SMS_PROVIDER_WORDS], { type: 'string', description: OPERATOR }),
        Type.String({ pattern: inAnyCase(SMS_PROVIDER_WORDS), description: OPERATOR }),
      ],
      { description: OPERATOR },
    ),
    apiKey: Type.Optional(
      Type.String({
        maxLength: 512,
        pattern: '^[^\\u0000-\\u001f\\u007f]*$',
        description:
          'a key of the provider, at most 512 characters, used for this message in the place of the configured one (the secret where there is also an account); absent or empty: the configured one. Enet, GTT and Digicel have none',
      }),
    ),
  },
  {
    description: 'Where to send a test message, and through whom. Fields that are not listed are ignored.',
    examples: [{ phone_number: '5550100', Operator: 'Twilio' }],
  },
)

const SENT_EXAMPLE = {
  result: 'Sent',
  'x-message-id': 'SM1234567890abcdef',
  'x-transaction-id': '8a2c925809bb403f01',
  'x-message-timestamp': '2025-01-15T10:30:00.000Z',
  'x-provider': 'Twilio',
  'x-provider-response': '{"sid":"SM1234567890abcdef","status":"queued","error_code":null}',
} as const

/** The keys in the order of the document. */
export const SmsValidated = Type.Object(
  {
    result: Type.Enum(['Sent', 'Error'], {
      type: 'string',
      description: 'Sent: the provider accepted the message; whether it was delivered is not known. Error: it did not',
    }),
    'x-message-id': Type.String({ description: "the provider's identifier of the message; empty: it gave none" }),
    'x-transaction-id': Type.String({
      description: "what the provider's support finds the request by; ours where the provider has none",
    }),
    'x-message-timestamp': Type.String({ description: 'when the answer came: UTC with milliseconds' }),
    'x-provider': Type.String({ description: 'the provider, spelt as in the request' }),
    'x-provider-response': Type.String({
      description: "the provider's answer as it came, secrets removed, at most 4000 characters; or why there is none",
    }),
  },
  { description: 'What the provider made of the message', examples: [SENT_EXAMPLE] },
)
export type SmsValidated = Static<typeof SmsValidated>

/** `^(?:[Gg][Tt][Tt])$`: JSON Schema has no flag for it. */
function inAnyCase(words: readonly string[]): string {
  const either = (letter: string) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`
  return `^(?:${words.map((word) => [...word].map(either).join('')).join('|')})$`
}
