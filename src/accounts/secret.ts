import { argon2, createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** What is kept of a key. The key itself is shown once and kept nowhere. */
export type Secret = {
  /** First 4 bytes of SHA-256: finds the row cheaply, proves nothing. */
  readonly fingerprint: Buffer
  readonly salt: Buffer
  /** argon2id of the key (RFC 9106). */
  readonly hash: Buffer
}

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const LETTER_COUNT = 22

/** OWASP's second choice for argon2id. Kept keys depend on these: a change needs them beside the hash first. */
const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }
const argon2id = promisify(argon2)

/** A new key: `ptl_` and 22 base62 letters, 131 bits, in the alphabet that survives a double click and a URL. */
export function newKey(): string {
  return `ptl_${Array.from({ length: LETTER_COUNT }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`
}

export function fingerprintOf(key: string): Buffer {
  return createHash('sha256').update(key).digest().subarray(0, 4)
}

export async function secretOf(key: string): Promise<Secret> {
  const salt = randomBytes(16)
  return { fingerprint: fingerprintOf(key), salt, hash: await derive(key, salt) }
}

/** Takes about a tenth of a second of one core, on a thread of its own. */
export async function isKeyOf(secret: Secret, key: string): Promise<boolean> {
  const derived = await derive(key, secret.salt)
  return derived.length === secret.hash.length && timingSafeEqual(derived, secret.hash)
}

/** Compares two texts in a time that tells nothing of either. */
export function isSameText(a: string, b: string): boolean {
  return timingSafeEqual(shadowOf(a), shadowOf(b))
}

const PROCESS_SECRET = randomBytes(32)

/** Stands for a text in this process's memory only, so that a heap dump holds no key. */
export function shadowOf(text: string): Buffer {
  return createHmac('sha256', PROCESS_SECRET).update(text).digest()
}

function derive(key: string, salt: Buffer): Promise<Buffer> {
  return argon2id('argon2id', { message: key, nonce: salt, ...COST })
}
