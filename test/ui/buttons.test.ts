import { deepEqual, equal, match } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import test from 'node:test'
import { until } from '../support/until.ts'
import { withoutBrowser as skip } from './browser.ts'
import { askNative, deskOfFile, isAccessible, portOutAsked } from './desk.ts'

const desk = deskOfFile()

test('on a narrow screen the pages are behind one button, which Escape and the choice of a page close', {
  skip,
}, async () => {
  const page = await desk.open('/today', 'pxs', { width: 390 })
  const menu = page.getByRole('button', { name: 'Navigation' })
  const pages = page.getByRole('navigation', { name: 'Pages' })
  equal(await pages.isVisible(), false)
  await menu.click()
  await pages.waitFor()
  equal(await menu.getAttribute('aria-expanded'), 'true')
  await isAccessible(page)
  await pages.getByRole('link', { name: 'Reports' }).press('Escape')
  await pages.waitFor({ state: 'hidden' })
  await menu.click()
  await pages.getByRole('link', { name: 'Port OUT' }).click()
  await page.getByRole('heading', { level: 1, name: 'Port OUT' }).waitFor()
  await pages.waitFor({ state: 'hidden' })
  equal(await page.title(), 'Port OUT · Portolan')
  await page.getByRole('link', { name: 'Portolan' }).click()
  await page.waitForURL(/\/today$/)
  deepEqual(page.wrongs, [])
})

test('the key is shown to whoever asks to see it, and a dialog that may be left is left without a change', {
  skip,
}, async () => {
  const page = await desk.open('/today', 'pxs')
  await page.getByRole('button', { name: 'Change API Key' }).click()
  const field = page.getByLabel('API Key', { exact: true })
  await field.fill('half-a-key')
  equal(await field.getAttribute('type'), 'password')
  await page.getByRole('button', { name: 'Show or hide the key' }).click()
  equal(await field.getAttribute('type'), 'text')
  await page
    .getByRole('dialog')
    .getByRole('banner')
    .getByRole('button')
    .or(page.locator('.mantine-Modal-close'))
    .click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor()
})

test('Clear empties the form of a porting request; the links beside it lead to many at once and back', {
  skip,
}, async () => {
  const page = await desk.open('/porting-request', 'admin')
  await page.getByLabel('First Number').fill('5553777')
  await page.getByLabel('Type of Numbers').selectOption('Fixed')
  await page.getByRole('button', { name: 'Clear' }).click()
  equal(await page.getByLabel('First Number').inputValue(), '')
  equal(await page.getByLabel('Type of Numbers').inputValue(), 'Mobile')
  await page.getByRole('link', { name: 'Many at once, from CSV' }).click()
  await page.getByRole('heading', { level: 1, name: 'Many porting requests' }).waitFor()
  equal(await page.title(), 'Many · Porting Request · Portolan')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Template' }).click(),
  ])
  await page.getByLabel('CSV').fill(await readFile(await download.path(), 'utf8'))
  await page.getByRole('button', { name: 'Check every line' }).click()
  await page.getByText('Nothing has been sent. 1 would be accepted, 0 refused').waitFor()
  await page.getByRole('link', { name: 'One porting request' }).click()
  await page.getByRole('heading', { level: 1, name: 'Porting Request' }).waitFor()
  deepEqual(page.wrongs, [])
})

test('the page of a port leads back to its list, prints itself and downloads its messages', { skip }, async () => {
  const id = await portOutAsked(desk, '5554500')
  const page = await desk.open(`/port-out/${id}`, 'admin')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: /_authorisation_request\.xml$/ }).click(),
  ])
  match(await readFile(await download.path(), 'utf8'), /authorisation_request/)
  await page.evaluate(() => Object.assign(globalThis, { print: () => Object.assign(globalThis, { isPrinted: true }) }))
  await page.getByRole('button', { name: 'Print the dossier' }).click()
  equal(await page.evaluate(() => 'isPrinted' in globalThis), true)
  await page.getByRole('heading', { level: 1 }).getByRole('link', { name: 'Port OUT' }).click()
  await page.waitForURL(/\/port-out$/)
  deepEqual(page.wrongs, [])
})

test('the Port OUT list is found, filtered, sorted and exported as the other is, and all of it stands in the address', {
  skip,
}, async () => {
  const id = await portOutAsked(desk, '5554600', '5554609')
  await portOutAsked(desk, '5554700')
  const page = await desk.open('/port-out', 'pxs')
  const rows = page.getByRole('table', { name: 'Port OUT' }).locator('tbody tr')
  await page.getByLabel('Find').fill('5554605')
  await page.waitForURL(/q=5554605/)
  await until('one is found', async () => (await rows.count()) === 1)
  equal(await rows.first().getAttribute('data-key'), id)
  await page.getByLabel('Show state').selectOption('Rejected')
  await page.getByText('No port matches.').waitFor()
  await page.getByRole('button', { name: 'Show all' }).click()
  await page.getByRole('button', { name: 'Updated' }).click()
  await page.waitForURL(/sort=-updated_at/)
  await page.getByRole('button', { name: 'Updated' }).click()
  await page.waitForURL(/sort=updated_at/)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export CSV' }).click(),
  ])
  equal(download.suggestedFilename(), 'port-out.csv')
  deepEqual(page.wrongs, [])
})

test('Routing Query has the whole answer as it came, and the changes of a route that are further back', {
  skip,
}, async () => {
  for (let push = 0; push < 10; push++) {
    const operator = push % 2 === 0 ? 'THIRD' : 'DONOR'
    await askNative(desk, 'POST', '/routes', { routes: [{ first_number: '15550800', operator }] })
  }
  const page = await desk.open('/routing-query?number=5550800', 'read_only')
  await page.getByRole('button', { name: 'The answer as it came' }).click()
  await page.locator('pre').getByText('"E164Address": "15550800"').waitFor()
  const changes = page.getByRole('list', { name: 'Changes of the route' }).locator('> li')
  await changes.first().waitFor()
  equal(await changes.count(), 8)
  await page.getByRole('button', { name: 'Older changes' }).click()
  await until('all are shown', async () => (await changes.count()) === 10)
  equal(await page.getByRole('button', { name: 'Older changes' }).count(), 0)
  deepEqual(page.wrongs, [])
})

test('a long list of PINs is turned page by page', { skip }, async () => {
  const numbers = Array.from({ length: 25 }, (_, index) => ({
    first_number: String(5_554_800 + index),
    secret: '4711',
  }))
  await askNative(desk, 'POST', '/number-secrets', { kind: 'pin', numbers })
  const page = await desk.open('/locks', 'pxs')
  const rows = page.getByRole('table', { name: 'PINs and account numbers' }).locator('tbody tr')
  const pages = page.getByRole('navigation', { name: 'Pages of PINs and account numbers' })
  await pages.getByRole('button', { name: 'Next page' }).click()
  await page.waitForURL(/secrets=/)
  await until('the second page', async () => (await rows.count()) === 5)
  await pages.getByRole('button', { name: 'First page' }).click()
  await until('the first page', async () => (await rows.count()) === 20)
  deepEqual(page.wrongs, [])
})

test('the API explorer is one click away from the foot of every page', { skip }, async () => {
  const page = await desk.open('/today', 'pxs')
  const link = page.getByRole('contentinfo').getByRole('link', { name: 'API explorer' })
  equal(await link.getAttribute('href'), '/np_api/doc')
})
