import { equal, notDeepEqual, throws } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import { createVault } from './vault.ts'

const vault = createVault(randomBytes(32))

test('what was sealed opens again, and no two seals of one text are alike', () => {
  for (const text of ['', 'a secret', 'Curaçao – 号'])
    equal(vault.open(vault.seal(text, 'webhook bss'), 'webhook bss'), text)
  notDeepEqual(vault.seal('a secret', 'x'), vault.seal('a secret', 'x'))
})

test('a bit that was changed, another row and another key do not open', () => {
  const sealed = vault.seal('a secret', 'webhook bss')
  throws(() => vault.open(sealed, 'webhook crm'))
  throws(() => createVault(randomBytes(32)).open(sealed, 'webhook bss'), /PORTOLAN_SECRET_KEY/)
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    throws(() => vault.open(changed, 'webhook bss'), `byte ${at}`)
  }
  throws(() => vault.open(Buffer.alloc(0), 'webhook bss'))
})

test('a mark knows a text again, and says nothing of it to whoever has not the key', () => {
  equal(vault.mark('PIN 4711').equals(vault.mark('PIN 4711')), true)
  notDeepEqual(vault.mark('PIN 4711'), vault.mark('PIN 4712'))
  notDeepEqual(vault.mark('PIN 4711'), createVault(randomBytes(32)).mark('PIN 4711'))
})

test('a key of another length is refused at once', () => {
  throws(() => createVault(randomBytes(16)), /32 bytes/)
})
