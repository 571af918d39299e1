import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type SmsProvider, smsProviderOf } from '../../integrations/sms/providers.ts'
import type { SmsTester, SmsVerdict } from '../../integrations/sms/sms.ts'
import type { E164 } from '../../numbers/e164.ts'
import { Fault } from '../../shared/fault.ts'
import { callerOf } from '../surface.ts'
import { foldingCase } from './body.ts'
import { refusals } from './refusals.schema.ts'
import { SmsValidated, ValidateSms } from './validate.schema.ts'

export type SmsValidation = {
  readonly sms: Pick<SmsTester, 'validate'>
  readonly numbers: {
    /** A number of the market however people write it; undefined for anything else. */
    parseNumber(text: string): E164 | undefined
  }
}

/** `/np_api/validate`: whether the message of a provider finds its way to a number of this market. */
export const validateRoutes =
  ({ sms, numbers }: SmsValidation): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/validate/sms_validate',
      {
        config: { tiers: ['admin', 'pxs', 'read_only'], operation: 'validateSms' },
        schema: {
          tags: ['Validation'],
          summary: 'Send a test message to a number through one provider',
          description:
            'The message says `Test from` and the name of the provider. A provider that refuses it, cannot be reached or is not configured is an answer too: status 200 with the result Error. A key may send 30 messages a minute and 300 an hour; past that the result is Error as well.',
          body: ValidateSms,
          response: { 200: SmsValidated, ...refusals('validateSms', 400, 403) },
        },
        preValidation: foldingCase(ValidateSms),
      },
      async (request) => {
        const { body } = request
        const { apiKey } = body
        const verdict = await sms.validate({
          number: numberOfWire(body.phone_number, numbers),
          provider: providerOfWire(body.Operator),
          ...(apiKey ? { apiKey } : {}),
          by: callerOf(request).keyId,
        })
        return answerOf(verdict, body.Operator)
      },
    )
  }

function numberOfWire(text: string, { parseNumber }: SmsValidation['numbers']): E164 {
  const number = parseNumber(text)
  if (number) return number
  const right = 'it must be local digits, or + and the full number'
  throw new Fault(
    'number_invalid',
    `phone_number ${JSON.stringify(text)} is not a number of this market: ${right}`,
    'phone_number',
  )
}

function providerOfWire(word: string): SmsProvider {
  const provider = smsProviderOf(word)
  if (!provider) throw new Error('the schema let an unknown provider through')
  return provider
}

function answerOf(verdict: SmsVerdict, spelling: string): SmsValidated {
  return {
    result: verdict.isAccepted ? 'Sent' : 'Error',
    'x-message-id': verdict.messageId,
    'x-transaction-id': verdict.transactionId,
    'x-message-timestamp': verdict.at.toString({ smallestUnit: 'millisecond' }),
    'x-provider': spelling,
    'x-provider-response': verdict.response,
  }
}
