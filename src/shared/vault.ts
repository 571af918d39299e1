import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'

/** Keeps what must be read again, as a secret that signs, in a form that a copy of the database does not give away. */
export type Vault = {
  /** @param context - what the secret belongs to; it opens under the same words only, so rows cannot be swapped */
  seal(text: string, context: string): Buffer
  /** @throws Error for bytes that were changed, moved to another row, or sealed under another key */
  open(sealed: Buffer, context: string): string
  /** The same for the same text, and nothing to guess by without the key: recognises what may hold a secret. */
  mark(text: string): Buffer
}

const VERSION = 1
const KEY_ID_BYTES = 4
const NONCE_BYTES = 12
const TAG_BYTES = 16
const HEAD_BYTES = 1 + KEY_ID_BYTES
export const VAULT_KEY_BYTES = 32

/** AES-256-GCM under one key of 32 bytes. Sealed: version, key id, nonce, tag, text. */
export function createVault(key: Buffer): Vault {
  if (key.length !== VAULT_KEY_BYTES) throw new Error(`a vault key has ${VAULT_KEY_BYTES} bytes, not ${key.length}`)
  const head = Buffer.concat([
    Buffer.from([VERSION]),
    createHash('sha256').update('portolan vault').update(key).digest().subarray(0, KEY_ID_BYTES),
  ])
  const markKey = createHmac('sha256', key).update('portolan mark').digest()
  return {
    mark: (text) => createHmac('sha256', markKey).update(text).digest(),
    seal(text, context) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([head, nonce, cipher.getAuthTag(), body])
    },
    open(sealed, context) {
      if (!sealed.subarray(0, HEAD_BYTES).equals(head)) {
        throw new Error(
          'a secret was sealed under another key: give every process the PORTOLAN_SECRET_KEY it was sealed with',
        )
      }
      const nonce = sealed.subarray(HEAD_BYTES, HEAD_BYTES + NONCE_BYTES)
      const tag = sealed.subarray(HEAD_BYTES + NONCE_BYTES, HEAD_BYTES + NONCE_BYTES + TAG_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(context))
        .setAuthTag(tag)
      const body = sealed.subarray(HEAD_BYTES + NONCE_BYTES + TAG_BYTES)
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
    },
  }
}
