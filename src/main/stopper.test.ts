import { deepEqual, equal, match } from 'node:assert/strict'
import test from 'node:test'
import { stopper } from './stopper.ts'

/** A stop that is asked for, and what it comes to: `exit` only says so here. */
function stopping(times: { readonly patienceSeconds?: number; readonly echoSeconds?: number } = {}) {
  const closing = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<number>()
  const said: string[] = []
  const stop = stopper({
    close: () => closing.promise,
    say: (line) => said.push(line),
    exit: ended.resolve,
    ...times,
  })
  return { stop, closing, ended: ended.promise, said }
}

test('a signal ends what is under way, and then the process', async () => {
  const { stop, closing, ended, said } = stopping()
  stop('SIGTERM')
  closing.resolve()
  equal(await ended, 0)
  deepEqual(said, ['\nSIGTERM: finishing what is under way'])
})

test('the same signal by another way is no second one', async () => {
  const { stop, closing, ended, said } = stopping()
  stop('SIGINT')
  stop('SIGINT')
  closing.resolve()
  equal(await ended, 0)
  equal(said.length, 1)
})

test('a second signal ends the process at once', async () => {
  const { stop, ended, said } = stopping({ echoSeconds: 0 })
  stop('SIGINT')
  stop('SIGINT')
  equal(await ended, 1)
  match(said[1] ?? '', /^SIGINT again: /)
})

test('what does not end is cut off after a while', async () => {
  const { stop, ended, said } = stopping({ patienceSeconds: 0.05 })
  stop('SIGTERM')
  equal(await ended, 1)
  match(said[1] ?? '', /^not finished after 0.05 s/)
})

test('a stop that fails says why', async () => {
  const { stop, closing, ended, said } = stopping()
  stop('SIGTERM')
  closing.reject(new Error('the disk is gone'))
  equal(await ended, 1)
  match(said[1] ?? '', /^not all could be closed: the disk is gone$/)
})
