import type { Reader, Tx } from '../db/db.ts'

/** Background work of one process that has failed in a row. */
export type FailingJob = {
  readonly job: string
  readonly failures: number
  /** The words of the last failure. */
  readonly said: string
  readonly since: Temporal.Instant
}

/** Rows of processes that have not said anything for so long are taken away. */
const KEPT_HOURS = 1

/** Replaces what a process has said of its jobs. */
export async function saveFailingJobs(
  tx: Tx,
  process: string,
  jobs: readonly FailingJob[],
  now: Temporal.Instant,
): Promise<void> {
  await tx.sql('delete from failing_job where process = $1 or seen_at < $2', [
    process,
    now.subtract({ hours: KEPT_HOURS }),
  ])
  await tx.sql(
    `insert into failing_job (process, job, failures, said, since, seen_at)
     select $1, job, failures, said, since, $6
       from unnest($2::text[], $3::integer[], $4::text[], $5::timestamptz[]) as f (job, failures, said, since)`,
    [
      process,
      jobs.map(({ job }) => job),
      jobs.map(({ failures }) => failures),
      jobs.map(({ said }) => said.slice(0, 1000)),
      jobs.map(({ since }) => since),
      now,
    ],
  )
}

/** What fails in any process, each job once: as where it has failed most. */
export async function findFailingJobs(reader: Reader, seenSince: Temporal.Instant): Promise<FailingJob[]> {
  return reader.sql<FailingJob>(
    `select distinct on (job) job, failures, said, since from failing_job
      where seen_at >= $1 order by job, failures desc, process`,
    [seenSince],
  )
}
