import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test from 'node:test'
import { GUESSES_PER_MINUTE } from '../../src/accounts/guess-limit.ts'
import { startRelay } from '../support/relay.ts'
import { until } from '../support/until.ts'
import { withoutBrowser as skip } from './browser.ts'
import { type DeskPage, deskOfFile, isAccessible } from './desk.ts'

const desk = deskOfFile()

const alertOf = (page: DeskPage, title: string) => page.getByRole('alert').filter({ hasText: title })
const modalOf = (page: DeskPage) => page.getByRole('dialog', { name: 'Enter API Key' })

async function enter(page: DeskPage, key: string): Promise<void> {
  await modalOf(page).getByLabel('API Key', { exact: true }).fill(key)
  await modalOf(page).getByRole('button', { name: 'Save Changes' }).click()
}

/** Ends the key of the porting desk, as an administrator does. */
async function revoke(): Promise<void> {
  const asAdmin = (method: string, path: string) =>
    fetch(`${desk.portolan.url}/v1${path}`, { method, headers: { 'x-api-key': desk.portolan.keys.admin ?? '' } })
  const { items } = (await (await asAdmin('GET', '/keys')).json()) as { items: { id: string; tier: string }[] } // its schema
  for (const { id, tier } of items) if (tier === 'pxs') equal((await asAdmin('DELETE', `/keys/${id}`)).ok, true)
}

test('a port that is not there is said to be not found, with its identifier', { skip }, async () => {
  for (const path of ['port-in', 'port-out']) {
    const page = await desk.open(`/${path}/XX202501-CARR-99999`, 'pxs')
    await alertOf(page, 'Port XX202501-CARR-99999: not found').waitFor()
    await isAccessible(page)
  }
})

test('a fault of the server is called one, and Try again asks again once it is mended', { skip }, async () => {
  const { db } = desk.portolan
  await db.sql('alter table port rename to port_away')
  const page = await desk.open('/port-in', 'pxs')
  try {
    await alertOf(page, 'Port IN: the server failed')
      .getByText(/the log tells more about/)
      .waitFor()
    await isAccessible(page)
  } finally {
    await db.sql('alter table port_away rename to port')
  }
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('No port-in request yet.').waitFor()
  equal(await page.getByRole('alert').count(), 0)
})

test('a server that goes away is said to be away wherever it is asked; what was typed stays, and it goes on by itself', {
  skip,
}, async () => {
  const relay = await startRelay(desk.portolan.url)
  const page = await desk.open('/porting-request', 'pxs', { at: relay.url })
  await page.getByText('Live', { exact: true }).waitFor()
  await page.getByLabel('First Number').fill('5551000')
  await page.getByLabel('Email (Contact)').fill('ops@example.com')
  await relay.away()
  await page.getByText('No answer', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Submit' }).click()
  await alertOf(page, 'The server does not answer')
    .getByText(/What was asked may or may not have been done/)
    .waitFor()
  await isAccessible(page)
  await page.getByRole('link', { name: 'Reports' }).click()
  await page.getByRole('heading', { level: 1, name: 'This page cannot be shown' }).waitFor()
  await page.getByText(/^The server does not answer, or it has a newer version of the desk\./).waitFor()
  await isAccessible(page)
  await relay.back()
  await page.getByRole('button', { name: 'Load it again' }).click()
  await page.getByRole('list', { name: 'Totals' }).waitFor()
  await page.getByRole('link', { name: 'Port IN' }).click()
  await page.getByRole('table').or(page.getByText('No port-in request yet.')).waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
  await relay.away()
  await page.getByText('No answer', { exact: true }).waitFor()
  await alertOf(page, 'Port IN: the server does not answer').waitFor()
  await relay.back()
  await page.getByText('Live', { exact: true }).waitFor()
  await until('the list is asked for again', async () => (await page.getByRole('alert').count()) === 0)
  await page.getByRole('link', { name: 'Porting Request' }).click()
  equal(await page.getByLabel('First Number').inputValue(), '5551000')
  await relay.away()
})

test('where the browser knows itself to be offline a form says that nobody answers, and does not wait unseen', {
  skip,
}, async () => {
  const page = await desk.open('/push-routing', 'pxs')
  await page.getByLabel('Phone Number (Without country code)').fill('5550100')
  await page.getByLabel('Operator').selectOption('THIRD')
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Submit' }).click()
  await alertOf(page, 'The server does not answer').waitFor()
  await page.context().setOffline(false)
  await page.getByRole('button', { name: 'Submit' }).click()
  await page.getByRole('dialog', { name: 'Push Routing' }).waitFor()
  equal(await page.getByRole('alert').count(), 0, 'what is over is not said any longer')
  deepEqual(page.wrongs, [])
})

test('a key that another tab changes is the key of this one too: what the old one saw is gone', { skip }, async () => {
  const id = await desk.portolan.create('5551001')
  const page = await desk.open('/port-in', 'admin')
  await page.getByRole('row', { name: id }).waitFor()
  const other = await page.context().newPage()
  await other.goto('/validate-sms-routing')
  await other.getByRole('button', { name: 'Change API Key' }).click()
  await other
    .getByRole('dialog')
    .getByLabel('API Key', { exact: true })
    .fill(desk.portolan.keys.read_only ?? '')
  await other.getByRole('dialog').getByRole('button', { name: 'Save Changes' }).click()
  await page.getByText('This key is Read Only. Port IN needs Admin or PXS User.').waitFor()
  equal(await page.getByText(id).count(), 0)
})

test('a key that ends while somebody works is asked for anew, over a dialog too, and what was typed is still there', {
  skip,
}, async () => {
  const page = await desk.open('/porting-request', 'pxs')
  await page.getByLabel('First Number').fill('5551002')
  await page.getByLabel('Email (Contact)').fill('ops@example.com')
  await revoke()
  await page.getByRole('button', { name: 'Submit' }).click()
  await modalOf(page).waitFor()
  await isAccessible(page)
  await enter(page, 'not-a-key-of-ours')
  await modalOf(page).getByText('the API key is not known').waitFor()
  await page.locator(':focus[aria-invalid=true]').waitFor()
  await enter(page, desk.portolan.keys.admin ?? '')
  await modalOf(page).waitFor({ state: 'detached' })
  equal(await page.getByLabel('First Number').inputValue(), '5551002')
  match((await page.getByRole('contentinfo').textContent()) ?? '', /, Admin/)
  deepEqual(page.wrongs, [])
})

const meOf = async (key: string) =>
  (await fetch(`${desk.portolan.url}/v1/me`, { headers: { 'x-api-key': key } })).status

// the last: nobody with a new key is listened to afterwards
test('too many wrong keys are called that, and nothing is asked for until it is tried again', { skip }, async () => {
  const page = await desk.open('/', undefined)
  await modalOf(page).waitFor()
  // the guesses are counted from the first of a minute, so that minute begins when all is ready
  await desk.portolan.advance(61, 'ours')
  await Promise.all(Array.from({ length: GUESSES_PER_MINUTE + 1 }, (_, guess) => meOf(`a-wrong-key-${guess}`)))
  await enter(page, 'one-more-wrong-key')
  const told = alertOf(page, 'Your key: too many requests, or wrong keys')
  await told.waitFor()
  ok(((await told.textContent()) ?? '').length > 60, 'the server’s reason is not there')
  await isAccessible(page)
  await told.getByRole('button', { name: 'Try again' }).waitFor()
  await page.getByRole('button', { name: 'Change API Key' }).click()
  await modalOf(page).waitFor()
  deepEqual(page.wrongs, [])
})
