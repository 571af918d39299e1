import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { type SmsPeers, startSmsPeers } from '../../sim/sms/peers.ts'
import { withoutBrowser } from './browser.ts'
import { type Desk, openDesk } from './desk.ts'

const skip = withoutBrowser
let desk: Desk
let peers: SmsPeers
let folder: string
before(async () => {
  if (skip) return
  folder = await mkdtemp(join(tmpdir(), 'portolan-ui-sms-'))
  peers = await startSmsPeers({ httpPort: 0, smppPort: 0 })
  const { clicksend: _left, ClickSend: _out, ...access } = peers.access
  await writeFile(join(folder, 'sms.json'), JSON.stringify(access))
  desk = await openDesk({ PORTOLAN_SMS_PROVIDERS: join(folder, 'sms.json') })
})
after(async () => {
  await desk?.close()
  await peers?.close()
  if (folder) await rm(folder, { recursive: true })
})

const PROVIDERS = ['Enet', 'GTT', 'Digicel', 'Sinch', 'Twilio', 'Vonage', 'Telnyx', 'Plivo', 'ClickSend']

test('Routing Query adds the country code and shows the five printed fields [UI Routing Query: Check Routing, UI Routing Query: five fields]', {
  skip,
}, async () => {
  const page = await desk.open('/routing-query', 'pxs')
  await page.getByLabel('Local number').fill('555 0100')
  await page.getByText('Full number: +1 555 0100').waitFor()
  await page.getByRole('button', { name: 'Check Routing' }).click()
  const result = page.getByRole('region', { name: 'Routing of +1 555 0100' })
  for (const label of [
    'Event.E164Address',
    'Event.NAPTRAddress',
    'Event.NAPTROrder',
    'Event.NAPTRPreference',
    'MatchedProfiles',
  ])
    await result.getByText(label, { exact: true }).waitFor()
  await result.getByText('15550100', { exact: true }).waitFor()
  await result.getByText('Not ported: calls go to the holder of its block').waitFor()
  await page.waitForURL(/number=/)
  await page.reload()
  await result.getByText('15550100', { exact: true }).waitFor()
  deepEqual(page.wrongs, [])
})

test('read_only looks up a number without the HSS part; what is no number is refused in the server’s words', {
  skip,
}, async () => {
  const page = await desk.open('/routing-query?number=5550100', 'read_only')
  await page.getByText('Event.E164Address', { exact: true }).waitFor()
  equal(await page.getByText('HSS subscription').count(), 0)
  await page.getByLabel('Local number').fill('12')
  await page.getByRole('button', { name: 'Check Routing' }).click()
  await page.getByRole('alert').getByText(/112/).waitFor()
})

test('Push Routing shows what is so now, names the number before it writes, and what is so afterwards [UI Push Routing: fields, UI Push Routing: submit]', {
  skip,
}, async () => {
  const page = await desk.open('/push-routing', 'pxs')
  await page.getByRole('button', { name: 'Submit' }).click()
  await page.getByText('Enter the number to route, without country code.').waitFor()
  await page.getByLabel('Phone Number (Without country code)').fill('5550111')
  await page.getByLabel('Operator').selectOption('THIRD')
  await page.getByRole('button', { name: 'Submit' }).click()
  const confirmation = page.getByRole('dialog', { name: 'Push Routing' })
  await confirmation.getByText('+1 555 0111').waitFor()
  await confirmation.getByText('Not ported: calls go to the holder of its block').waitFor()
  await confirmation.getByText('Calls go to THIRD (Third Telecom), from the next query on.').waitFor()
  await confirmation.getByRole('button', { name: 'Write the route' }).click()
  await page.getByText(/15550111 is now routed to THIRD/).waitFor()
  await page
    .getByRole('region', { name: 'Routing of +1 555 0111' })
    .getByText(/^Ported: calls go to routing number/)
    .waitFor()
  deepEqual(page.wrongs, [])
})

test('a push over the route of a port is refused beside its button, and nothing that was typed is lost', {
  skip,
}, async () => {
  const id = await desk.portolan.create('5551000')
  await desk.portolan.reaches(id, 2)
  await desk.portolan.api('POST', `/PortIn/${id}`)
  await desk.portolan.reaches(id, 20)
  const page = await desk.open('/push-routing', 'pxs')
  await page.getByLabel('Phone Number (Without country code)').fill('5551000')
  await page.getByLabel('Operator').selectOption('THIRD')
  await page.getByRole('button', { name: 'Submit' }).click()
  await page.getByRole('button', { name: 'Write the route' }).click()
  match(
    (await page.getByRole('dialog').getByRole('alert').textContent()) ?? '',
    new RegExp(`The server refused.*${id}`),
  )
  await page.getByRole('button', { name: 'Not now' }).click()
  equal(await page.getByLabel('Phone Number (Without country code)').inputValue(), '5551000')
})

test('Validate SMS Routing sends through every chosen provider: green and red rows, each with what support asks for (O-39, O-41) [UI Validate SMS Routing: providers, UI Validate SMS Routing: Check Routing, UI Validate SMS Routing: rows green and red, UI Validate SMS Routing: debug info]', {
  skip,
}, async () => {
  const page = await desk.open('/validate-sms-routing', 'read_only')
  await page.getByRole('button', { name: 'Check Routing' }).click()
  await page.getByText('Choose at least one provider.').waitFor()
  deepEqual(await page.getByRole('group', { name: 'Providers' }).locator('label').allTextContents(), PROVIDERS)
  await page.getByLabel('Target number').fill('5550100')
  await page.getByRole('button', { name: 'All' }).click()
  await page.getByRole('button', { name: 'Check Routing' }).click()
  await page.getByText('8 of 9 accepted').waitFor()
  const row = (name: string) =>
    page.locator('[data-kind]', { has: page.getByRole('button', { name: new RegExp(`^${name}`) }) })
  equal(await row('Twilio').getAttribute('data-kind'), 'accepted')
  equal(await row('ClickSend').getAttribute('data-kind'), 'error')
  await row('Twilio')
    .getByRole('button', { name: /Twilio/ })
    .click()
  for (const label of ['Message id', 'Transaction id']) await row('Twilio').getByText(label).waitFor()
  deepEqual(
    peers.log.map(({ text }) => text).toSorted(),
    PROVIDERS.slice(0, 8)
      .map((name) => `Test from ${name}`)
      .toSorted(),
  )
  await page.reload()
  await page.getByText('8 of 9 accepted').waitFor()
  deepEqual(page.wrongs, [])
})
