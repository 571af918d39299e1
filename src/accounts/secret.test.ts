import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fingerprintOf, isKeyOf, isSameText, newKey, secretOf } from './secret.ts'

test('a new key has at least 128 bits and never comes twice', () => {
  const keys = Array.from({ length: 1000 }, newKey)
  for (const key of keys) assert.match(key, /^ptl_[0-9A-Za-z]{22}$/)
  assert.ok(22 * Math.log2(62) >= 128)
  assert.equal(new Set(keys).size, keys.length)
})

test('a secret knows its key, no other, and does not hold it', async () => {
  const key = newKey()
  const secret = await secretOf(key)
  assert.equal(await isKeyOf(secret, key), true)
  assert.equal(await isKeyOf(secret, `${key}x`), false)
  assert.deepEqual(secret.fingerprint, fingerprintOf(key))
  assert.equal(secret.fingerprint.length, 4)
  assert.equal(Buffer.concat([secret.fingerprint, secret.salt, secret.hash]).includes(key), false)
})

test('the same key is kept differently each time', async () => {
  const [a, b] = await Promise.all([secretOf('0123456789abcdef'), secretOf('0123456789abcdef')])
  assert.notDeepEqual(a.hash, b.hash)
})

test('texts are compared whole', () => {
  assert.equal(isSameText('ops', 'ops'), true)
  assert.equal(isSameText('ops', 'ops2'), false)
  assert.equal(isSameText('', ' '), false)
})
