import { createHmac } from 'node:crypto'

/** A system of the operator that is told of events. */
export type Subscription = {
  /** Stands in the delivery log: under another name it is another subscription. */
  readonly name: string
  readonly url: string
  readonly secret: string
  /** Signs beside `secret` while the receiver changes over from one to the other. */
  readonly previousSecret?: string | undefined
}

/** What is sent: the event under its id, as JSON. The bytes that are signed are the bytes that are sent. */
export type Webhook = {
  readonly id: string
  readonly type: string
  readonly at: Temporal.Instant
  readonly data: object
}

/** The body of a webhook: `{ id, type, at, data }` (docs/webhooks.md). */
export function bodyOf({ id, type, at, data }: Webhook): string {
  return JSON.stringify({ id, type, at: at.toString({ smallestUnit: 'millisecond' }), data })
}

/** HMAC-SHA-256 of `<t>.<body>` in hex: with the time inside, an old request cannot be sent again as a new one. */
export function signatureOf(secret: string, unixSeconds: number, body: string): string {
  return createHmac('sha256', secret).update(`${unixSeconds}.${body}`).digest('hex')
}

/**
 * The headers of one attempt. `Portolan-Signature` is `t=<unix seconds>,v1=<hex>`, with a second `v1` under the previous
 * secret while the receiver changes over; any one that matches is good.
 */
export function headersOf(
  { secret, previousSecret }: Pick<Subscription, 'secret' | 'previousSecret'>,
  webhook: Pick<Webhook, 'id' | 'type'>,
  sent: { readonly body: string; readonly at: Temporal.Instant; readonly attempt: number },
): Record<string, string> {
  const unixSeconds = Math.floor(sent.at.epochMilliseconds / 1000)
  const secrets = previousSecret === undefined ? [secret] : [secret, previousSecret]
  return {
    'content-type': 'application/json',
    'user-agent': 'Portolan-Webhook/1',
    'portolan-event': webhook.type,
    'portolan-event-id': webhook.id,
    'portolan-attempt': String(sent.attempt),
    'portolan-signature': [
      `t=${unixSeconds}`,
      ...secrets.map((each) => `v1=${signatureOf(each, unixSeconds, sent.body)}`),
    ].join(','),
  }
}
