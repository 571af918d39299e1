import { deepEqual, equal } from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import test, { beforeEach } from 'node:test'
import type { Page } from 'playwright-core'
import { ROOT } from '../support/portolan.ts'
import { until } from '../support/until.ts'
import { withoutBrowser as skip } from './browser.ts'
import { askNative, beforeFirst, type Desk, type DeskPage, deskOfFile, isAccessible, portOutAsked } from './desk.ts'

/** Set: the screenshots of docs/ui are taken anew. They show times, so they would differ at every run. */
const FOLDER = process.env.PORTOLAN_TEST_SCREENSHOTS ? join(ROOT, 'docs', 'ui') : undefined

/** The others look as one expects after these. */
const DARK_TOO = ['today', 'port-in', 'port-in-one']

/** Shown to the end: what they add stands below what is documented. */
const WHOLE = ['routing-query', 'port-in-one']

/** One page is looked at in all of them: a person, too, turns a telephone or a lamp while the page is open. */
const LOOKS = [
  ['light', 1280, 800],
  ['dark', 1280, 800],
  ['light', 390, 844],
] as const

const desk = deskOfFile()
let ported: string
let rejected: string
let leaving: string
let underway: string
beforeEach(
  beforeFirst(async () => {
    if (skip) return
    ;[ported, rejected, leaving, underway] = await fill(desk)
    if (FOLDER) await mkdir(FOLDER, { recursive: true })
  }),
)

/** Something to see: one of nearly every state. */
async function fill(
  desk: Desk,
): Promise<readonly [ported: string, rejected: string, leaving: string, underway: string]> {
  const { portolan } = desk
  const first = await portolan.create('5550100', '5550199')
  await portolan.reaches(first, 2)
  await portolan.api('POST', `/PortIn/${first}`)
  const refused = await portolan.create('5551038')
  await portolan.reaches(refused, 99)
  for (const [number, state] of [
    ['5551096', 97],
    ['5551097', 1],
    ['5551035', 2],
    ['5551004', 2],
  ] as const)
    await portolan.reaches(await portolan.create(number), state)
  await portolan.reaches(first, 20)
  const asked = await portOutAsked(desk, '5554200', '5554249')
  await portOutAsked(desk, '5554300')
  const aborted = await portolan.create('5551005')
  await portolan.api('DELETE', `/PortIn/${aborted}`)
  await guarded(desk)
  await portolan.deliver('<range_update>a message of no known type</range_update>')
  return [first, refused, asked, await portolan.create('5551006', '5551006', { PortingState: 10 })]
}

/** Numbers that must not leave, and some that leave with a PIN alone. */
async function guarded(desk: Desk): Promise<void> {
  const numbers = [{ first_number: '5554210', last_number: '5554219' }, { first_number: '5554230' }]
  await askNative(desk, 'POST', '/number-locks', { numbers, reason: 'court order 7 of 2026' })
  const secrets = [{ first_number: '5554220', secret: 'violet-4711' }]
  await askNative(desk, 'POST', '/number-secrets', { kind: 'pin', numbers: secrets })
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
  // name                       where                                                     ready when
  { name: 'enter-api-key',        path: () => '/',                              ready: (page) => page.getByRole('button', { name: 'Save Changes' }).waitFor() },
  { name: 'today',                path: () => '/today',            tier: 'pxs', ready: (page) => page.getByRole('button', { name: 'Read the message' }).waitFor() },
  { name: 'porting-request',      path: () => '/porting-request',  tier: 'pxs', ready: heading('Porting Request') },
  { name: 'many-requests',        path: () => '/porting-request/many', tier: 'pxs', ready: manyChecked },
  { name: 'port-in',              path: () => '/port-in',          tier: 'pxs', ready: (page) => page.getByRole('table').waitFor() },
  { name: 'port-in-one',          path: () => `/port-in/${ported}`, tier: 'pxs', ready: (page) => page.getByRole('list', { name: 'Progress' }).waitFor() },
  { name: 'port-in-rejected',     path: () => `/port-in/${rejected}`, tier: 'pxs', ready: (page) => page.getByRole('button', { name: 'Submit again' }).waitFor() },
  { name: 'event-history',        path: () => `/port-in?events=${ported}`, tier: 'pxs', ready: (page) => page.getByRole('heading', { name: 'Detailed Data' }).waitFor() },
  { name: 'confirm',              path: () => '/port-in',          tier: 'pxs', ready: (page) => opened(page, 'Instruction') },
  { name: 'change',               path: () => `/port-in/${underway}`, tier: 'pxs', ready: (page) => opened(page, 'Change') },
  { name: 'port-out',             path: () => '/port-out',         tier: 'pxs', ready: (page) => page.getByRole('table').waitFor() },
  { name: 'port-out-one',         path: () => `/port-out/${leaving}`, tier: 'pxs', ready: (page) => page.getByText(/^Left to you/).waitFor() },
  { name: 'reject',               path: () => '/port-out',         tier: 'pxs', ready: (page) => opened(page, 'Reject') },
  { name: 'routing-query',        path: () => '/routing-query?number=5550100', tier: 'pxs', ready: (page) => page.getByRole('list', { name: 'Changes of the route' }).waitFor() },
  { name: 'push-routing',         path: () => '/push-routing',     tier: 'pxs', ready: heading('Push Routing') },
  { name: 'push-preview',         path: () => '/push-routing',     tier: 'pxs', ready: pushAsked },
  { name: 'validate-sms-routing', path: () => '/validate-sms-routing', tier: 'pxs', ready: heading('Validate SMS Routing') },
  { name: 'locks',                path: () => '/locks',            tier: 'pxs', ready: (page) => page.getByRole('table', { name: 'PINs and account numbers' }).waitFor() },
  { name: 'lift',                 path: () => '/locks',            tier: 'pxs', ready: (page) => opened(page, 'Lift: lock of +1 555 4210 – 4219') },
  { name: 'reports',              path: () => '/reports',          tier: 'pxs', ready: (page) => page.getByRole('list', { name: 'Totals' }).waitFor() },
]

async function opened(page: Page, button: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).first().click()
  await page.getByRole('dialog').waitFor()
}

/** So many that their count must be typed, and for a time. */
async function pushAsked(page: Page): Promise<void> {
  await page.getByLabel('Phone Number (Without country code)').fill('5550300')
  await page.getByLabel('Last Number').fill('5550449')
  await page.getByLabel('Operator').selectOption('THIRD')
  await page.getByLabel('Expires').fill('2099-01-01T08:30')
  await page.getByRole('button', { name: 'Submit' }).click()
  await page.getByRole('list', { name: 'What would change' }).waitFor()
}

async function manyChecked(page: Page): Promise<void> {
  const lines = [
    'first_number,number_type,account_type,email',
    '5553100,mobile,Prepaid,ops@example.com',
    '12,mobile,Prepaid,ops@example.com',
  ]
  await page.getByLabel('CSV').fill(lines.join('\n'))
  await page.getByRole('button', { name: 'Check every line' }).click()
  await page.getByRole('table').waitFor()
}

for (const { name, path, tier, ready } of SCREENS) {
  test(`${name}: no breach of WCAG 2.2 AA in either theme, at 1280 and at 390 wide without scrolling sideways`, {
    skip,
  }, async () => {
    const page = await desk.open(path(), tier)
    await ready(page)
    for (const [theme, width, height] of LOOKS) {
      await page.emulateMedia({ colorScheme: theme })
      await page.setViewportSize({ width, height })
      await page.locator(`html[data-mantine-color-scheme=${theme}]`).waitFor({ state: 'attached' })
      await settled(page)
      await isAccessible(page)
      equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, `${width} is too narrow`)
      if (FOLDER && (theme === 'light' || DARK_TOO.includes(name)))
        await page.screenshot({ path: join(FOLDER, `${name}-${width}-${theme}.png`), fullPage: WHOLE.includes(name) })
    }
    deepEqual(page.wrongs, [])
  })
}

/** Nothing is being asked for. */
async function settled(page: DeskPage): Promise<void> {
  await until('all has come', async () => (await page.locator('.mantine-Loader-root').count()) === 0)
}
