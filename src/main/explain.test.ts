import { equal } from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import test from 'node:test'
import { explain } from './explain.ts'

test('a port that is taken: the whole chain, and the settings that help', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const second = createServer().listen(taken.address())
  const [cause] = await once(second, 'error')
  taken.close()
  const [first, because, advice] = explain(new Error('starting the DNS server', { cause })).split('\n')
  equal(first, 'Portolan cannot start: starting the DNS server')
  equal(because?.startsWith('  because: listen EADDRINUSE'), true)
  equal(advice?.includes('PORTOLAN_DNS_PORT'), true)
})

test('what is no system error is told as it is', () => {
  equal(explain(new Error('there is no market "zz"')), 'Portolan cannot start: there is no market "zz"')
  equal(explain('odd'), 'Portolan cannot start: odd')
})
