import { readdirSync, readFileSync } from 'node:fs'

/** A process begins in one thread and answers in another; the others wait beside these two. */
const THREADS_IN_A_ROW = 2

/**
 * How long a process has waited for a core (Linux, /proc/PID/task/TID/schedstat), in the threads that waited most: what a
 * machine with nothing else to do would not have taken. 0 where that is not told.
 */
export function waitedMs(pid: number): number {
  const tasks = `/proc/${pid}/task`
  try {
    const waited = readdirSync(tasks).map((task) => readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[1])
    const most = waited.map((nanos) => Number(nanos) / 1e6).sort((a, b) => b - a)
    return most.slice(0, THREADS_IN_A_ROW).reduce((sum, ms) => sum + ms, 0)
  } catch {
    return 0 // another system, or a thread that ended meanwhile: all of the time counts then
  }
}
