import { randomUUIDv7 } from 'node:crypto'
import { digitsOf, type E164 } from '../../numbers/e164.ts'
import { type Log, masked } from '../../shared/log.ts'
import type { SmsAccess } from './access.schema.ts'
import { SMS_PROVIDERS, type Sms, type SmsProvider, type SmsStanding } from './providers.ts'
import { withoutSecrets } from './secrets.ts'
import { createSendLimit } from './send-limit.ts'
import { sendBySmpp, whoAmIBySmpp } from './smpp.client.ts'
import { createSmsHttpClient, refused, type SmsOutcome } from './sms-http.client.ts'

export type SmsTest = {
  readonly number: E164
  readonly provider: SmsProvider
  /** In the place of the configured key, for this one message; SMPP providers have none. */
  readonly apiKey?: string
  /** The API key that asks, for the limit. */
  readonly by: string
}

/** What a provider made of a test message. Nothing in it has a secret. */
export type SmsVerdict = {
  /** Accepted by the provider; whether it was delivered is not known. */
  readonly isAccepted: boolean
  /** The provider's identifier of the message; empty where it gave none. */
  readonly messageId: string
  /** What the provider's support finds the request by; our own where the provider has none. */
  readonly transactionId: string
  readonly at: Temporal.Instant
  /** The provider's answer as text, at most 4000 characters, or a sentence why there is none. */
  readonly response: string
}

export type SmsTester = {
  /** Sends one message and says what came of it; a refusal is a verdict and not an error. */
  validate(test: SmsTest): Promise<SmsVerdict>
  /** Sends one message of ours to a customer; it counts to no limit. */
  notify(provider: SmsProvider, number: E164, text: string): Promise<SmsOutcome>
  /** The providers that are configured. */
  readonly providers: readonly SmsProvider[]
  /** Whether a configured provider accepts our credentials; nothing is sent. What it said is without them. */
  whoAmI(provider: SmsProvider): Promise<SmsStanding>
  close(): Promise<void>
}

export type SmsTesterDeps = {
  /** How each configured provider is reached, by name. */
  readonly access: ReadonlyMap<string, SmsAccess>
  readonly now: () => Temporal.Instant
  readonly log: Log
  readonly timeoutSeconds?: number
}

const MAX_RESPONSE_LENGTH = 4000
/** For an alert a few lines are enough. */
const MAX_SAID_LENGTH = 300

/**
 * Sends messages through the providers that are configured: the tests of the document, `Test from {ProviderName}`
 * (porting-manager.md, "Validate SMS Routing"), and notices to customers.
 */
export function createSmsTester({ access, now, log, timeoutSeconds = 10 }: SmsTesterDeps): SmsTester {
  const http = createSmsHttpClient({ timeoutSeconds })
  const limit = createSendLimit()

  const send = (provider: SmsProvider, reached: SmsAccess, said: Said): Promise<SmsOutcome> => {
    const sms = smsFor(provider, reached, said)
    return provider.via === 'http'
      ? http.send(provider, reached, sms)
      : sendBySmpp(reached, sms, { name: provider.name, timeoutSeconds })
  }

  return {
    async validate({ number, provider, apiKey, by }) {
      const configured = access.get(provider.name)
      if (!configured) return verdictOf(refused(notConfigured(provider)), now())
      const tooMany = limit.take(by, now())
      if (tooMany) return verdictOf(refused(tooMany), now())
      const reached = withKey(provider, configured, apiKey)
      const since = performance.now()
      const outcome = await send(provider, reached, { number, text: `Test from ${provider.name}` })
      const facts = { provider: provider.name, number: masked(number), isAccepted: outcome.isAccepted, by }
      log.info({ ...facts, durationMs: Math.round(performance.now() - since) }, 'test message answered')
      return verdictOf(hideSecrets(outcome, [...secretsOf(configured), ...secretsOf(reached)]), now())
    },
    async notify(provider, number, text) {
      const configured = access.get(provider.name)
      if (!configured) return refused(notConfigured(provider))
      return hideSecrets(await send(provider, configured, { number, text }), secretsOf(configured))
    },
    providers: SMS_PROVIDERS.filter(({ name }) => access.has(name)),
    async whoAmI(provider) {
      const configured = access.get(provider.name)
      if (!configured) return { kind: 'unknown', said: notConfigured(provider) }
      const standing = await (provider.via === 'http'
        ? http.whoAmI(provider, configured)
        : whoAmIBySmpp(configured, { name: provider.name, timeoutSeconds }))
      if (standing.kind === 'accepted') return standing
      return { ...standing, said: withoutSecrets(standing.said, secretsOf(configured)).slice(0, MAX_SAID_LENGTH) }
    },
    close: () => http.close(),
  }
}

type Said = { readonly number: E164; readonly text: string }

/** A message with the numbers written as the provider wants them. */
function smsFor({ numbers }: SmsProvider, { sender }: SmsAccess, { number, text }: Said): Sms {
  return numbers === '+'
    ? { to: number, from: sender, text }
    : { to: digitsOf(number), from: sender.replace(/^\+/, ''), text }
}

function withKey({ via }: SmsProvider, access: SmsAccess, apiKey: string | undefined): SmsAccess {
  return apiKey && via === 'http' ? { ...access, key: apiKey } : access
}

/** The key, and the pair that HTTP Basic makes of it. */
function secretsOf({ account = '', username = account, key }: SmsAccess): string[] {
  return [key, `${username}:${key}`]
}

function hideSecrets(outcome: SmsOutcome, secrets: readonly string[]): SmsOutcome {
  return {
    ...outcome,
    messageId: withoutSecrets(outcome.messageId, secrets),
    transactionId: withoutSecrets(outcome.transactionId, secrets),
    response: withoutSecrets(outcome.response, secrets),
  }
}

function verdictOf({ isAccepted, messageId, transactionId, response }: SmsOutcome, at: Temporal.Instant): SmsVerdict {
  return {
    isAccepted,
    messageId,
    transactionId: transactionId || randomUUIDv7().replaceAll('-', ''),
    at,
    response: response.length > MAX_RESPONSE_LENGTH ? `${response.slice(0, MAX_RESPONSE_LENGTH)}...` : response,
  }
}

function notConfigured({ name }: SmsProvider): string {
  return `not sent: ${name} is not configured here; the file that PORTOLAN_SMS_PROVIDERS names has no entry for it`
}
