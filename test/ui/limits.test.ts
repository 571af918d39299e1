import { deepEqual, equal, match, notEqual } from 'node:assert/strict'
import test from 'node:test'
import { withoutBrowser as skip } from './browser.ts'
import { askNative, deskOfFile, isAccessible } from './desk.ts'

const desk = deskOfFile()

test('a port that came to nothing in time fills a new request with all that stays the same', { skip }, async () => {
  const id = await desk.portolan.create('5551096', '5551096', { AccountType: 'Postpaid' })
  await desk.portolan.reaches(id, 97)
  const page = await desk.open(`/port-in/${id}`, 'pxs')
  await page.getByText('It did not come about in time').waitFor()
  await isAccessible(page)
  await page.getByRole('button', { name: 'Submit again' }).click()
  await page.getByRole('heading', { level: 1, name: 'Porting Request' }).waitFor()
  equal(await page.getByLabel('First Number').inputValue(), '5551096')
  equal(await page.getByLabel('Account Type').inputValue(), 'Postpaid')
  await page.getByRole('button', { name: 'Submit', exact: true }).click()
  const asked = await page
    .getByText(/^The message identifier is/)
    .locator('strong')
    .textContent()
  notEqual(asked, id)
  // it ends as the first did: later there is one port alone that comes near its limit
  await desk.portolan.reaches(asked ?? '', 97)
  deepEqual(page.wrongs, [])
})

test('the page of a port shows its standing against the longest time of the market, and that it was kept', {
  skip,
}, async () => {
  const id = await desk.portolan.create('5551000')
  await desk.portolan.reaches(id, 2)
  const page = await desk.open(`/port-in/${id}`, 'pxs')
  const limit = page.getByRole('region', { name: 'Deadlines' }).getByRole('region', { name: 'Limit of the market' })
  await limit.getByText('In time', { exact: true }).waitFor()
  match((await limit.textContent()) ?? '', /due in \d+ (hours|days).*3 working days.*The numbers move by \d+ \w+ \d{4}/)
  await page.getByRole('button', { name: 'Instruction', exact: true }).click()
  await page.getByRole('button', { name: 'Send the instruction' }).click()
  await limit.getByText('Kept', { exact: true }).waitFor()
  await limit.getByText(/^ported after/).waitFor()
  equal(await limit.getByText(/The numbers move by/).count(), 0)
  await isAccessible(page)
  deepEqual(page.wrongs, [])
})

// the last: our clock is days ahead from here on
test('Today lists the ports that come near the limit of the market, then those past it, with a link to each', {
  skip,
}, async () => {
  const id = await desk.portolan.create('5551001')
  await desk.portolan.reaches(id, 2)
  const today = await desk.open('/today', 'pxs')
  const near = today.getByRole('region', { name: 'Limit of the market' })
  const tile = today.getByRole('list', { name: 'Queues' }).getByRole('listitem').filter({ hasText: 'Near or past' })
  await near.getByText('No port-in is near its limit.').waitFor()
  match((await tile.textContent()) ?? '', /^0/)

  const due = Temporal.Instant.from((await timelineOf(id)).due_at)
  const HALF_AN_HOUR = 1_800
  const distance = due.since(Temporal.Now.instant(), { largestUnit: 'seconds' }).seconds
  await desk.portolan.advance(distance - HALF_AN_HOUR, 'ours')
  await today.reload()
  const row = near.getByRole('listitem').filter({ hasText: id })
  await row.getByText('Near its limit').waitFor()
  await row.getByText(/may take until/).waitFor()
  match((await tile.textContent()) ?? '', /^1/)
  equal(await tile.getAttribute('data-alarming'), null)
  await isAccessible(today)

  await desk.portolan.advance(2 * HALF_AN_HOUR, 'ours')
  await today.reload()
  await row.getByText('Past its limit').waitFor()
  equal(await tile.getAttribute('data-alarming'), 'true')
  await today.setViewportSize({ width: 390, height: 844 })
  equal(await today.evaluate('document.documentElement.scrollWidth <= innerWidth'), true)
  await row.getByRole('link', { name: id }).click()
  await today.getByRole('region', { name: 'Deadlines' }).getByText('Past its limit').waitFor()
  deepEqual(today.wrongs, [])
})

const timelineOf = async (id: string) =>
  // the schema of the native API has shaped it
  ((await askNative(desk, 'GET', `/ports/${id}`)) as { timeline: { due_at: string } }).timeline
