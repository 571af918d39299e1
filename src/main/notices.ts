import { type Config, ConfigError } from '../config.ts'
import { type Notice, smsNotices } from '../integrations/sms/notice.job.ts'
import { type SmsProvider, smsProviderOf } from '../integrations/sms/providers.ts'
import type { SmsTester } from '../integrations/sms/sms.ts'
import { type Market, parseNumber, typeOf } from '../numbers/market.ts'
import type { Check } from '../porting/checklist.ts'
import type { Port } from '../porting/port.ts'
import type { Porting } from '../porting/porting.ts'

/**
 * The provider that sends notices. Throws a ConfigError when it is none, or the file of providers has no entry for it.
 *
 * @param configured - names of the file
 */
export function noticeProvider(word: string, configured: ReadonlySet<string>): SmsProvider {
  const provider = smsProviderOf(word)
  if (provider && configured.has(provider.name)) return provider
  throw new ConfigError([
    `PORTOLAN_WELCOME_SMS_PROVIDER is ${word}, which has no entry in the file that PORTOLAN_SMS_PROVIDERS names (${[...configured].join(', ') || 'it has none'})`,
  ])
}

/** The welcome notice by SMS, as the last step of a port-in; undefined where it goes out otherwise, or not at all. */
export function welcomeBySms({ welcome }: Config, { db, market, now }: Porting, sms: SmsTester): Check | undefined {
  if (welcome.by !== 'sms') return undefined
  const provider = noticeProvider(welcome.provider, new Set(sms.providers.map(({ name }) => name)))
  const send = smsNotices({ db, sms, provider, now })
  return async (port) => {
    const number = whomToTell(market, port)
    if (!number) return { kind: 'not_required', by: 'no mobile number of the customer is known' }
    const answer = await send({ portId: port.id, step: 'welcome', number, text: textOf(welcome.text, number) })
    return answer.kind === 'accepted' ? { kind: 'confirmed', by: answer.by } : answer
  }
}

/** The number itself, which also shows that messages reach it; the contact where many came, or one that takes no message. */
function whomToTell(market: Market, { range, numberType, contactNumber }: Port): Notice['number'] | undefined {
  if (range.first === range.last && numberType === 'mobile') return range.first
  const contact = contactNumber === null ? undefined : parseNumber(market, contactNumber)
  return contact && typeOf(market, contact) === 'mobile' ? contact : undefined
}

function textOf(template: string, number: Notice['number']): string {
  return template.replaceAll('{number}', number)
}
