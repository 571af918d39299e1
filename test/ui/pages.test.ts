import { deepEqual, equal } from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import type { Page } from 'playwright-core'
import { ROOT } from '../support/portolan.ts'
import { withoutBrowser } from './browser.ts'
import { type Desk, type DeskPage, isAccessible, openDesk } from './desk.ts'

const skip = withoutBrowser
/** Set: the screenshots of docs/ui are taken anew. They show times, so they would differ at every run. */
const FOLDER = process.env.PORTOLAN_TEST_SCREENSHOTS ? join(ROOT, 'docs', 'ui') : undefined

let desk: Desk
let ported: string
before(async () => {
  if (skip) return
  desk = await openDesk()
  ported = await fill(desk)
  if (FOLDER) await mkdir(FOLDER, { recursive: true })
})
after(() => desk?.close())

/** Something to see: one of nearly every state. */
async function fill({ portolan }: Desk): Promise<string> {
  const first = await portolan.create('5550100', '5550199')
  await portolan.reaches(first, 2)
  await portolan.api('POST', `/PortIn/${first}`)
  for (const [number, state] of [
    ['5551032', 99],
    ['5551096', 97],
    ['5551097', 1],
    ['5551035', 2],
    ['5551004', 2],
  ] as const)
    await portolan.reaches(await portolan.create(number), state)
  await portolan.reaches(first, 20)
  const aborted = await portolan.create('5551005')
  await portolan.api('DELETE', `/PortIn/${aborted}`)
  return first
}

type Screen = {
  readonly name: string
  readonly path: () => string
  readonly tier?: 'pxs'
  /** What is on the page when it is ready. */
  readonly ready: (page: Page) => Promise<unknown>
}

const heading = (name: string) => (page: Page) => page.getByRole('heading', { level: 1, name }).waitFor()

// biome-ignore format: a table
const SCREENS: readonly Screen[] = [
  { name: 'enter-api-key',        path: () => '/',                            ready: (page) => page.getByRole('button', { name: 'Save Changes' }).waitFor() },
  { name: 'porting-request',      path: () => '/porting-request', tier: 'pxs', ready: heading('Porting Request') },
  { name: 'port-in',              path: () => '/port-in', tier: 'pxs',         ready: (page) => page.getByRole('table').waitFor() },
  { name: 'port-in-one',          path: () => `/port-in/${ported}`, tier: 'pxs', ready: (page) => page.getByRole('list', { name: 'Progress' }).waitFor() },
  { name: 'event-history',        path: () => `/port-in?events=${ported}`, tier: 'pxs', ready: (page) => page.getByRole('heading', { name: 'Detailed Data' }).waitFor() },
  { name: 'confirm',              path: () => '/port-in', tier: 'pxs',         ready: async (page) => { await page.getByRole('button', { name: 'Instruction', exact: true }).first().click(); await page.getByRole('dialog').waitFor() } },
  { name: 'routing-query',        path: () => '/routing-query?number=5550100', tier: 'pxs', ready: (page) => page.getByText('MatchedProfiles', { exact: true }).waitFor() },
  { name: 'push-routing',         path: () => '/push-routing', tier: 'pxs',    ready: heading('Push Routing') },
  { name: 'validate-sms-routing', path: () => '/validate-sms-routing', tier: 'pxs', ready: heading('Validate SMS Routing') },
]

for (const { name, path, tier, ready } of SCREENS) {
  test(`${name}: no breach of WCAG 2.2 AA in either theme, at 1280 and at 390 wide without scrolling sideways`, {
    skip,
  }, async () => {
    for (const [theme, width] of [
      ['light', 1280],
      ['dark', 1280],
      ['light', 390],
    ] as const) {
      const page = await desk.open(path(), tier, { theme, width })
      await ready(page)
      await settled(page)
      await isAccessible(page)
      equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, `${width} is too narrow`)
      if (FOLDER) await page.screenshot({ path: join(FOLDER, `${name}-${width}-${theme}.png`) })
      deepEqual(page.wrongs, [])
      await page.context().close()
    }
  })
}

/** Nothing is being asked for, and nothing moves: contrast is measured at the end of a fade. */
async function settled(page: DeskPage): Promise<void> {
  await page.waitForFunction("document.querySelector('.mantine-Loader-root') === null")
  await page.waitForFunction("document.getAnimations().every(({ playState }) => playState !== 'running')")
}
