import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import { createLog } from '../shared/log.ts'
import { startJobs } from './jobs.ts'

const surroundings = { log: createLog('silent'), now: () => Temporal.Instant.from('2025-01-15T10:30:00Z') }

test('a job runs again at once while it finds work, and then waits until it is woken', async () => {
  const left = [2, 1, 0, 3, 0]
  const seen: number[] = []
  const idle = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const run = async () => {
    const done = left.shift() ?? 0
    seen.push(done)
    if (done === 0) idle[seen.length > 3 ? 1 : 0]?.resolve()
    return done
  }
  const jobs = startJobs([{ name: 'send', everySeconds: 3600, wokenBy: 'send', run }], surroundings)
  await idle[0]?.promise
  deepEqual(seen, [2, 1, 0])
  jobs.wake('other')
  jobs.wake('send')
  await idle[1]?.promise
  deepEqual(seen, [2, 1, 0, 3, 0])
  await jobs.stop()
})

test('a failure is counted and the job tried again; a success clears the count', async () => {
  const answers = [new Error('database away'), 0]
  const failed = Promise.withResolvers<void>()
  const worked = Promise.withResolvers<void>()
  const run = async () => {
    const answer = answers.shift()
    if (answer instanceof Error) {
      failed.resolve()
      throw answer
    }
    worked.resolve()
    return 0
  }
  const jobs = startJobs([{ name: 'send', everySeconds: 3600, run, wokenBy: 'send' }], surroundings)
  await failed.promise
  await new Promise(setImmediate)
  equal(jobs.status.get('send')?.failures, 1)
  equal(jobs.status.get('send')?.lastError, 'database away')
  jobs.wake('send')
  await worked.promise
  await jobs.stop()
  equal(jobs.status.get('send')?.failures, 0)
})

test('a job may look at how all jobs stand, in its first round too', async () => {
  const seen = Promise.withResolvers<number | undefined>()
  const run = async () => {
    seen.resolve(jobs.status.get('look')?.failures)
    return 0
  }
  const jobs = startJobs([{ name: 'look', everySeconds: 3600, run }], surroundings)
  const failures = await seen.promise
  await jobs.stop()
  equal(failures, 0)
})
