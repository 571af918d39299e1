import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test from 'node:test'
import { until } from '../support/until.ts'
import { withoutBrowser as skip } from './browser.ts'
import { deskOfFile } from './desk.ts'

const desk = deskOfFile()

/** The printed six in their order, among some of ours. */
const PAGES = [
  'Today',
  'Porting Request',
  'Port IN',
  'Port OUT',
  'Routing Query',
  'Push Routing',
  'Validate SMS Routing',
  'Locks',
  'Reports',
]

// biome-ignore format: a table
const OFFERED = [
  // tier         label in the footer   offered in the navigation
  ['admin',     'Admin',     PAGES],
  ['pxs',       'PXS User',  PAGES],
  ['read_only', 'Read Only', ['Routing Query', 'Validate SMS Routing']],
] as const

test('the first load asks for the API key, says why a wrong one is not taken, and keeps the right one (O-61) [UI Enter API Key: modal, UI Enter API Key: Save Changes, UI Enter API Key: kept in the browser, UI Change API Key: button]', {
  skip,
}, async () => {
  const page = await desk.open('/', undefined)
  const modal = page.getByRole('dialog', { name: 'Enter API Key' })
  await modal.getByLabel('API Key', { exact: true }).fill('not-a-key-of-ours')
  await modal.getByRole('button', { name: 'Save Changes' }).click()
  await modal.getByText('the API key is not known').waitFor()
  await modal.getByLabel('API Key', { exact: true }).fill(desk.portolan.keys.pxs ?? '')
  await modal.getByRole('button', { name: 'Save Changes' }).click()
  await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor()
  const kept = () => page.evaluate(() => [localStorage.getItem('portolan.key'), sessionStorage.getItem('portolan.key')])
  deepEqual(await kept(), [desk.portolan.keys.pxs, null])

  await page.getByRole('button', { name: 'Change API Key' }).click()
  await modal.getByLabel('API Key', { exact: true }).fill(desk.portolan.keys.admin ?? '')
  await modal.getByLabel('Remember on this device').uncheck()
  await modal.getByRole('button', { name: 'Save Changes' }).click()
  await modal.waitFor({ state: 'detached' })
  deepEqual(await kept(), [null, desk.portolan.keys.admin])
  deepEqual(page.wrongs, [])
})

for (const [tier, title, pages] of OFFERED) {
  test(`${tier} is ${title}, is offered ${pages.length} pages that all open, and told why of the others (O-13) [UI navigation: ${tier}]`, {
    skip,
  }, async () => {
    const page = await desk.open('/', tier)
    const nav = page.getByRole('navigation', { name: 'Pages' })
    await nav.getByRole('link').first().waitFor()
    deepEqual(await nav.getByRole('link').allTextContents(), [...pages])
    match((await page.getByRole('contentinfo').textContent()) ?? '', new RegExp(`, ${title}`))
    for (const label of pages) {
      await nav.getByRole('link', { name: label, exact: true }).click()
      await page.getByRole('heading', { level: 1, name: label }).waitFor()
      await until(`${label} has been asked for`, async () => (await page.locator('.mantine-Loader-root').count()) === 0)
      equal(await page.getByRole('alert').count(), 0, `${label} was refused`)
    }
    for (const label of PAGES.filter((one) => !(pages as readonly string[]).includes(one))) {
      await page.goto(`/${label.toLowerCase().replaceAll(' ', '-')}`)
      await page.getByText(`This key is Read Only. ${label} needs Admin or PXS User.`).waitFor()
    }
    deepEqual(page.wrongs, [])
  })
}

test('every page keeps its place over a reload, and an unknown address is a plain 404 of the server', {
  skip,
}, async () => {
  const page = await desk.open('/', 'pxs')
  for (const label of PAGES) {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: label, exact: true }).click()
    await page.getByRole('heading', { level: 1, name: label }).waitFor()
    await page.reload()
    await page.getByRole('heading', { level: 1, name: label }).waitFor()
  }
  equal((await page.request.get('/no-such-page')).status(), 404)
  deepEqual(page.wrongs, [])
})

test('scripts come from the server alone, under a policy without exception, and under 250 kB at the first load', {
  skip,
}, async () => {
  const page = await desk.open('/', 'pxs')
  await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor()
  const answer = await page.request.get('/')
  const policy = answer.headers()['content-security-policy'] ?? ''
  match(policy, /default-src 'self'/)
  ok(!policy.includes('unsafe'), policy)
  match(await answer.text(), /<script type="module" crossorigin src="\/assets\//)
  const bytes = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.endsWith('.js'))
      .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
  )
  ok(bytes > 50_000 && bytes < 250_000, `${bytes} bytes of compressed script`)
  deepEqual(page.wrongs, [])
})

test('the keyboard reaches everything: the skip link first, then the pages, and a modal gives the focus back', {
  skip,
}, async () => {
  const page = await desk.open('/port-in', 'pxs')
  await page.getByRole('heading', { level: 1, name: 'Port IN' }).waitFor()
  const focused = () => page.locator(':focus').textContent()
  await page.keyboard.press('Tab')
  equal(await focused(), 'Skip to the page')
  await page.keyboard.press('Tab')
  equal(await focused(), 'Portolan')
  const passed: (string | null)[] = []
  for (const _ of PAGES) {
    await page.keyboard.press('Tab')
    passed.push(await focused())
  }
  deepEqual(passed, PAGES)
  await page.getByRole('button', { name: 'Change API Key' }).press('Enter')
  await page.getByRole('dialog', { name: 'Enter API Key' }).getByLabel('API Key', { exact: true }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  // the library gives it back a moment after the modal is gone
  await until('the focus is given back', async () => (await focused()) === 'Change API Key')
})

test('the theme is the system’s until one is chosen, and the choice stays', { skip }, async () => {
  const page = await desk.open('/routing-query', 'pxs', { theme: 'dark' })
  const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme')
  await page.getByRole('button', { name: 'Use the light theme' }).click()
  await page.getByRole('button', { name: 'Use the dark theme' }).waitFor()
  equal(await scheme(), 'light')
  await page.reload()
  await page.getByRole('button', { name: 'Use the dark theme' }).waitFor()
  equal(await scheme(), 'light')
})
