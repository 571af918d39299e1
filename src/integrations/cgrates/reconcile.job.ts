import { type E164, parseE164 } from '../../numbers/e164.ts'
import { inParallel } from '../../shared/parallel.ts'
import { addressOfProfile, digitsOfProfileId, isSameAddress, profileIdOf } from './cgrates.codec.ts'
import {
  bring,
  bringNow,
  chunksOf,
  failUnlessAnswered,
  follow,
  type Held,
  type Mirror,
  save,
  type Wanted,
} from './mirror.job.ts'
import { findFaults, type HeldMirror, saveReconciled } from './mirror.store.ts'

const PAGE = 500
/** Numbers whose content is compared in one round; the next round goes on after them. Which numbers there are is always compared. */
const CONTENT_PER_ROUND = 20_000

/** How the copy differed from the routes; all of it has been brought again. */
export type Report = { missing: number; wrong: number; extra: number; faulty: number }

/**
 * Compares the profiles at CGrateS with our routes and repairs what differs: profiles that are missing, that say something
 * else, or that no route asks for. Profiles that are not ours by name are left alone. Changes that come in meanwhile go first.
 *
 * @returns how many numbers were repaired
 */
export async function reconcile(held: Held, row: HeldMirror): Promise<number> {
  const { mirror } = held
  const present = await profilesOf(mirror)
  const faulty = new Set((await findFaults(mirror.db, 'cgrates')).map(({ number }) => number))
  const report: Report = { missing: 0, wrong: 0, extra: 0, faulty: faulty.size }
  const checked = { after: row.checkedNumber, left: CONTENT_PER_ROUND, last: row.checkedNumber }

  for (let after = ''; ; ) {
    const page = await mirror.routes.addressesAfter(after, PAGE)
    const last = page.at(-1)
    if (!last) break
    after = last.number
    await repairPage(held, page, { present, faulty, checked, report })
    await save(held, held.cursor)
    await follow(held)
  }
  await removeExtra(held, [...present, ...faulty], report)
  const isThrough = checked.left > 0
  const at = mirror.now().add({ seconds: mirror.reconcileSeconds })
  await saveReconciled(mirror.db, held.lease(), { at, checkedNumber: isThrough ? undefined : checked.last })
  mirror.log.info(report, 'routes compared with CGrateS')
  return report.missing + report.wrong + report.extra
}

async function profilesOf({ client, tenant }: Mirror): Promise<Set<E164>> {
  const reply = await client.call('APIerSv1.GetAttributeProfileIDs', { Tenant: tenant })
  failUnlessAnswered(reply)
  if (reply.kind === 'permanent') throw new Error(`CGrateS does not list its profiles: ${reply.reason}`)
  const ids = reply.kind === 'ok' && Array.isArray(reply.result) ? reply.result : []
  const numbers = ids.map((id) => parseE164(`+${digitsOfProfileId(String(id))}`))
  return new Set(numbers.filter((number) => number !== undefined))
}

type Comparison = {
  /** Numbers with a profile; those that have been seen among the routes are taken out. */
  readonly present: Set<E164>
  readonly faulty: Set<E164>
  readonly checked: { readonly after: E164 | undefined; left: number; last: E164 | undefined }
  readonly report: Report
}

async function repairPage(
  { mirror }: Held,
  page: readonly Wanted[],
  { present, faulty, checked, report }: Comparison,
): Promise<void> {
  const asked = page.filter(({ address }) => address !== undefined)
  const missing = asked.filter(({ number }) => !present.has(number))
  const toCompare = asked
    .filter(({ number }) => present.has(number) && (checked.after === undefined || number > checked.after))
    .slice(0, Math.max(0, checked.left))
  checked.left -= toCompare.length
  checked.last = toCompare.at(-1)?.number ?? checked.last
  const wrong = await differing(mirror, toCompare)
  const again = asked.filter(({ number }) => faulty.has(number))
  for (const { number } of asked) {
    present.delete(number)
    faulty.delete(number)
  }
  report.missing += missing.length
  report.wrong += wrong.length
  for (const chunk of chunksOf([...new Set([...missing, ...wrong, ...again])])) await bring(mirror, chunk)
}

async function differing({ client, tenant, concurrency }: Mirror, wanted: readonly Wanted[]): Promise<Wanted[]> {
  const isRight = await inParallel(wanted, concurrency, async ({ number, address }) => {
    const reply = await client.call('APIerSv1.GetAttributeProfile', { Tenant: tenant, ID: profileIdOf(number) })
    failUnlessAnswered(reply)
    const held = reply.kind === 'ok' ? addressOfProfile(reply.result) : undefined
    return held !== undefined && address !== undefined && isSameAddress(held, address)
  })
  return wanted.filter((_, index) => !isRight[index])
}

/** A route may have come since the profiles were listed, so each number gets what is true now. */
async function removeExtra({ mirror }: Held, numbers: readonly E164[], report: Report): Promise<void> {
  for (const chunk of chunksOf([...new Set(numbers)])) {
    report.extra += await bringNow(mirror, chunk)
  }
}
