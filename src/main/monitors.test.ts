import { deepEqual } from 'node:assert/strict'
import test, { after } from 'node:test'
import { pxsRoom } from '../../test/support/pxs-room.ts'
import { readConfig } from '../config.ts'
import type { JobStatus } from '../jobs/jobs.ts'
import { monitorJob } from './monitors.ts'

const { porting, db, clock, close } = await pxsRoom(Temporal.Instant.from('2025-01-15T11:00:00Z'))
after(close)

const job = 'send to the clearinghouse'

/** The monitors of one process, whose one job has failed so often. */
function processOf(failures: number) {
  const status: JobStatus = { lastSuccess: undefined, failures, lastError: failures > 0 ? 'HTTP 401' : undefined }
  const config = readConfig({}, '/srv')
  const jobs = () => new Map([[job, status]])
  return {
    status,
    look: () => monitorJob({ config, porting, jobs, dnsPort: undefined, isMirrored: false, sms: undefined }),
  }
}

async function alerts(): Promise<string[]> {
  const rows = await db.sql<{ told: string }>(
    "select monitor || ': ' || what as told from alert where monitor in ('jobs', 'credentials') and closed_at is null order by monitor",
  )
  return rows.map(({ told }) => told)
}

test('a job that fails in one process is told of whoever has the turn to look, and no longer when it works or the process is gone', async () => {
  const [ill, well] = [processOf(3), processOf(0)]
  const [ills, wells] = [ill.look(), well.look()]
  const next = async (who: typeof ills) => {
    clock.at = clock.at.add({ seconds: 6 })
    await who.run()
    return (await alerts()).filter((told) => told.startsWith('jobs'))
  }
  const told = [`jobs: the job “${job}” has failed 3 times in a row`]
  deepEqual(await next(ills), told)
  deepEqual(await next(wells), told)
  deepEqual(await next(ills), told)
  ill.status.failures = 0
  deepEqual(await next(ills), [])
  ill.status.failures = 3
  deepEqual(await next(ills), told)
  for (let looks = 0; looks < 5; looks++) await next(wells)
  deepEqual(await next(wells), [], 'the process has said nothing for half a minute')
})
