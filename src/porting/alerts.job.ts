import { claimLook, findSettledSince, lockOpenAlerts, noteLook, saveFindings } from './alert.store.ts'
import { type Look, type Looks, MONITOR_NAMES, MONITORS, MOST_FINDINGS, type MonitorName } from './monitors.ts'
import type { Porting } from './porting.ts'

/**
 * Has every monitor look whose turn it is, and writes what it found. One that cannot look leaves its alerts as they were, says
 * why, and keeps none of the others back.
 *
 * @returns 0: the clock says when to look again
 */
export async function lookForAlerts(porting: Pick<Porting, 'db' | 'now' | 'log'>, looks: Looks): Promise<number> {
  for (const name of MONITOR_NAMES) {
    const look = looks[name]
    if (look) await lookOnce(porting, name, look)
  }
  return 0
}

async function lookOnce(
  { db, now, log }: Pick<Porting, 'db' | 'now' | 'log'>,
  name: MonitorName,
  look: Look,
): Promise<void> {
  const began = now()
  if (!(await claimLook(db, name, { now: began, everySeconds: MONITORS[name].everySeconds }))) return
  try {
    const findings = (await look()).slice(0, MOST_FINDINGS)
    await db.tx(async (tx) => {
      // what a person has settled while we looked was found before, and does not come back; who settles now does it after us
      await lockOpenAlerts(tx, name)
      const settled = await findSettledSince(tx, name, began)
      const open = findings.filter(({ subject }) => !settled.has(subject))
      await saveFindings(tx, name, open, now())
    })
    await noteLook(db, name, null)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    log.error({ monitor: name, err: error }, 'a monitor could not look; its alerts stay as they were')
    await noteLook(db, name, problem.slice(0, 1000))
  }
}
