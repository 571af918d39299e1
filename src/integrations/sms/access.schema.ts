import Type, { type Static, type TSchema } from 'typebox'

/** Descriptions complete the sentence "must be ...": a problem of the file is told with them, never with the value. */
const KEY = Type.String({ minLength: 4, maxLength: 512, description: 'the secret, 4 to 512 characters' })
const ACCOUNT = Type.String({
  pattern: '^[A-Za-z0-9@._+-]{1,128}$',
  description: "the provider's name for the account: letters, digits and @ . _ + -",
})
const SENDER = Type.String({
  pattern: '^(?:\\+[1-9][0-9]{2,14}|[0-9]{3,15}|[A-Za-z0-9][A-Za-z0-9 ._-]{0,10})$',
  description: 'who the message is from: + and a full number, a short code, or up to 11 letters and digits',
})
const HTTP_URL = Type.String({
  pattern: '^https?://[^\\s/@?#]+(?:/[^\\s@?#]*)?$',
  description: 'an address that begins with https:// (or http://), without user name, query and fragment',
})
const SMPP_URL = Type.String({
  pattern: '^smpps?://[^\\s/@?#]+/?$',
  description: 'smpp://host:port, or smpps:// for TLS; the usual port is 2775',
})

const SHARED = { key: KEY, sender: SENDER }

/** Providers that know a caller by one key. */
export const KeyAccess = closed({ baseUrl: Type.Optional(HTTP_URL), ...SHARED })
/** Providers that know a caller by an account and its secret. */
export const AccountAccess = closed({ baseUrl: Type.Optional(HTTP_URL), account: ACCOUNT, ...SHARED })
/** Twilio: as above, and its API keys have a user name of their own. */
export const TwilioAccess = closed({
  baseUrl: Type.Optional(HTTP_URL),
  account: ACCOUNT,
  username: Type.Optional(
    Type.String({ pattern: '^SK[A-Za-z0-9]{1,64}$', description: 'the SID of an API key, which begins with SK' }),
  ),
  ...SHARED,
})
/** SMPP 3.4: `account` is the system_id, `key` the password (at most 15 and 8 characters, SMPP 3.4 §4.1.1). */
export const SmppAccess = closed({
  baseUrl: SMPP_URL,
  account: Type.String({ pattern: '^[\\x21-\\x7e]{1,15}$', description: 'the system_id, at most 15 ASCII characters' }),
  key: Type.String({ pattern: '^[\\x20-\\x7e]{4,8}$', description: 'the password, 4 to 8 ASCII characters' }),
  sender: SENDER,
  systemType: Type.Optional(
    Type.String({ pattern: '^[\\x20-\\x7e]{0,12}$', description: 'the system_type, at most 12 ASCII characters' }),
  ),
  bindAs: Type.Optional(
    Type.Enum(['transmitter', 'transceiver'], {
      type: 'string',
      description: 'transmitter (the default) or transceiver, for a provider that takes nothing else',
    }),
  ),
})
export type SmppAccess = Static<typeof SmppAccess>

/** How one provider is reached, its base URL filled in. `account` is undefined where there is only a key. */
export type SmsAccess = Omit<Partial<SmppAccess>, 'baseUrl' | 'key' | 'sender'> & {
  readonly baseUrl: string
  readonly key: string
  readonly sender: string
  readonly username?: string
}

function closed<Fields extends Record<string, TSchema>>(fields: Fields) {
  return Type.Object(fields, { additionalProperties: false })
}
