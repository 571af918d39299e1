import type { Log } from '../shared/log.ts'

/** A background task: it takes no input, compares what is with what should be, may run at any time, and may run twice. */
export type Job = {
  readonly name: string
  /** The clock that runs it in any case. */
  readonly everySeconds: number
  /** The payload of a `work` notification that wakes it early. */
  readonly wokenBy?: string
  /** @returns how much it did; it runs again at once while that is not 0 */
  run(): Promise<number>
}

export type JobStatus = { lastSuccess: Temporal.Instant | undefined; failures: number; lastError: string | undefined }

export type Jobs = {
  wake(name: string): void
  readonly status: ReadonlyMap<string, Readonly<JobStatus>>
  /** Lets what is under way finish, and starts nothing more. */
  stop(): Promise<void>
}

type Surroundings = { readonly log: Log; readonly now: () => Temporal.Instant }

/** The pause after a failure that nothing wakes us from, in seconds. */
const PAUSE_AFTER_FAILURE_SECONDS = 1

/** Runs every job on its clock and when woken, each one at most once at a time. */
export function startJobs(jobs: readonly Job[], { log, now }: Surroundings): Jobs {
  const runners = jobs.map((job) => runner(job, { log, now }))
  return {
    wake: (word) => {
      for (const { job, wake } of runners) if (job.wokenBy === word || word === '') wake()
    },
    status: new Map(runners.map(({ job, status }) => [job.name, status])),
    stop: async () => {
      await Promise.all(runners.map(({ stop }) => stop()))
    },
  }
}

function runner(job: Job, surroundings: Surroundings) {
  const status: JobStatus = { lastSuccess: undefined, failures: 0, lastError: undefined }
  let isStopping = false
  let isWoken = false
  let interrupt = () => {}

  const pause = (seconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000)
      interrupt = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const loop = async () => {
    while (!isStopping) {
      isWoken = false
      const isIdle = await runOnce(job, status, surroundings)
      if (isStopping) return
      if (isIdle === 'failed') await pause(PAUSE_AFTER_FAILURE_SECONDS)
      else if (isIdle === 'idle' && !isWoken) await pause(job.everySeconds)
    }
  }
  // not before `startJobs` has returned: a job may look at how all of them stand
  const running = Promise.resolve().then(loop)
  return {
    job,
    status,
    wake: () => {
      isWoken = true
      interrupt()
    },
    stop: async () => {
      isStopping = true
      interrupt()
      await running
    },
  }
}

/** A failure is logged once per run of failures, counted always, and never ends the loop: the next round tries again. */
async function runOnce(job: Job, status: JobStatus, { log, now }: Surroundings): Promise<'idle' | 'more' | 'failed'> {
  try {
    const done = await job.run()
    if (status.failures > 0) log.info({ job: job.name, failures: status.failures }, 'job works again')
    status.failures = 0
    status.lastError = undefined
    status.lastSuccess = now()
    return done > 0 ? 'more' : 'idle'
  } catch (error) {
    status.failures += 1
    status.lastError = error instanceof Error ? error.message : String(error)
    if (status.failures === 1) log.error({ job: job.name, err: error }, 'job failed; it is tried again')
    return 'failed'
  }
}
