import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { type SmsPeers, startSmsPeers } from '../../sim/sms/peers.ts'
import { withoutBrowser as skip } from './browser.ts'
import { deskOfFile, isAccessible, saidOfFocus } from './desk.ts'

let peers: SmsPeers
let folder: string
const desk = deskOfFile(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-ui-sms-'))
  peers = await startSmsPeers({ httpPort: 0, smppPort: 0 })
  const { clicksend: _left, ClickSend: _out, ...access } = peers.access
  await writeFile(join(folder, 'sms.json'), JSON.stringify(access))
  return { PORTOLAN_SMS_PROVIDERS: join(folder, 'sms.json') }
})
after(async () => {
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

test('Routing Query says why: the route’s source, what each DNS node answers with its generation, and every change with its port', {
  skip,
}, async () => {
  const id = await desk.portolan.create('5551020', '5551021')
  await desk.portolan.reaches(id, 2)
  await desk.portolan.api('POST', `/PortIn/${id}`)
  await desk.portolan.reaches(id, 30)
  const page = await desk.open('/routing-query?number=5551020', 'pxs')
  const why = page.getByRole('region', { name: 'Why +1 555 1020 is routed so' })
  await why
    .getByText(
      new RegExp(
        `^\\+1 555 1020 is routed to CARR .* by the port ${id}, with \\+1 555 1020 to \\+1 555 1021, since \\d+ \\w+ \\d{4}, [\\d:]+$`,
      ),
    )
    .waitFor()
  await why.getByText('a route that came with its range').waitFor()
  const [written] = await desk.portolan.db.sql<{ generation: number }>(
    "select generation from route where e164 = '+15551020'",
  )
  const node = why.getByRole('list', { name: 'DNS nodes' }).getByRole('listitem')
  await node.getByText('Right', { exact: true }).waitFor()
  await node.getByText('0.2.0.1.5.5.5.1.e164enum.net. NOERROR, 3 records').click()
  await node
    .getByText(/"E2U\+.*npdi/)
    .first()
    .waitFor()
  const change = why.getByRole('list', { name: 'Changes of the route' }).getByRole('listitem')
  await change.getByText(`generation ${written?.generation}`, { exact: true }).waitFor()
  await change.getByText('with +1 555 1020 – 1021').waitFor()
  equal(await change.getByRole('link', { name: id }).getAttribute('href'), `/port-in/${id}`)
  deepEqual(page.wrongs, [])
  const reader = await desk.open('/routing-query?number=5551020', 'read_only')
  const past = reader.getByRole('list', { name: 'Changes of the route' })
  await past.getByText(id).waitFor()
  equal(await past.getByRole('link').count(), 0, 'a tier without the page of a port is not led to it')
})

test('read_only looks up a number without the HSS part; what is no number is refused in the server’s words', {
  skip,
}, async () => {
  const page = await desk.open('/routing-query?number=5550100', 'read_only')
  await page.getByText('Event.E164Address', { exact: true }).waitFor()
  equal(await page.getByText('HSS subscription').count(), 0)
  await page.getByLabel('Local number').fill('12')
  await page.getByRole('button', { name: 'Check Routing' }).click()
  const refused = page.getByText(/112/).and(page.locator('.mantine-InputWrapper-error'))
  await refused.waitFor()
  equal(await page.getByLabel('Local number').getAttribute('aria-invalid'), 'true')
  await page.locator(':focus[aria-invalid=true]').waitFor()
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
  await confirmation.getByText('+1 555 0111').first().waitFor()
  const change = confirmation.getByRole('list', { name: 'What would change' }).getByRole('listitem')
  await change.getByText('No route of its own: the holder of its block').waitFor()
  await change.getByText(/^THIRD \(/).waitFor()
  await change.getByText('What DNS answers for +1 555 0111').click()
  await change.getByText(/"E2U\+sip" .*;rn=D003/).waitFor()
  deepEqual(await routesOf('+15550111'), [], 'a dry run writes nothing')
  await isAccessible(page)
  await confirmation.getByRole('button', { name: 'Write the route' }).click()
  await page.getByText('1 number got a route.').waitFor()
  await page
    .getByRole('region', { name: 'Routing of +1 555 0111' })
    .getByText(/^Ported: calls go to routing number/)
    .waitFor()
  deepEqual(page.wrongs, [])
})

test('what the server refuses of a push stands beside its field in the server’s words, and nothing that was typed is lost', {
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
  await page.getByText(`15551000 came to us by the port ${id}`).waitFor()
  match(await saidOfFocus(page), /an admin who says why .* may set the route aside/)
  equal(await page.getByRole('dialog').count(), 0, 'there is nothing to confirm')
  equal(await page.locator(':focus').inputValue(), '5551000')
  await page.getByLabel('Phone Number (Without country code)').fill('12')
  await page.getByRole('button', { name: 'Submit' }).click()
  await page.getByText(/^Phone Number 112 is no number of/).waitFor()
  await page.getByLabel('Phone Number (Without country code)').fill('5550310')
  await page.getByLabel('Last Number').fill('5550300')
  await page.getByRole('button', { name: 'Submit' }).click()
  await page.getByText('Last Number is below Phone Number; give the lower number first').waitFor()
  match(await saidOfFocus(page), /give the lower number first/)
  await page.getByLabel('Last Number').fill('')
  await page.getByLabel('Type').selectOption('Fixed')
  await page.getByRole('button', { name: 'Submit' }).click()
  await page.getByText('15550310 is a mobile number, not fixed').waitFor()
  equal(await page.getByLabel('Type').getAttribute('aria-invalid'), 'true')
  equal(await page.getByLabel('Operator').inputValue(), 'THIRD')
  await isAccessible(page)
  deepEqual(page.wrongs, [])
})

test('an administrator who says why may set aside the route of a port, which is named before it is done', {
  skip,
}, async () => {
  const id = await desk.portolan.create('5551002')
  await desk.portolan.reaches(id, 2)
  await desk.portolan.api('POST', `/PortIn/${id}`)
  await desk.portolan.reaches(id, 20)
  const page = await desk.open('/push-routing', 'admin')
  await page.getByLabel('Phone Number (Without country code)').fill('5551002')
  await page.getByLabel('Operator').selectOption('THIRD')
  await page.getByRole('button', { name: 'Submit' }).click()
  await page.getByText(`15551002 came to us by the port ${id}`).waitFor()
  await page.getByLabel('Why').fill('the customer’s calls fail')
  await page.getByRole('button', { name: 'Submit' }).click()
  const confirmation = page.getByRole('dialog', { name: 'Push Routing' })
  equal(await confirmation.getByRole('link', { name: id }).getAttribute('href'), `/port-in/${id}`)
  await confirmation.getByRole('button', { name: 'Write the route' }).click()
  await page.getByText('1 number got another route.').waitFor()
  const [audited] = await desk.portolan.db.sql(
    "select actor, reason from audit where action = 'route.pushed' and actor = 'admin'",
  )
  deepEqual(audited, { actor: 'admin', reason: "the customer's calls fail" })
  deepEqual(page.wrongs, [])
})

test('a push of many numbers for a time waits until whoever pushes says how many they are; what they had comes back', {
  skip,
}, async () => {
  const page = await desk.open('/push-routing', 'pxs')
  await page.getByLabel('Phone Number (Without country code)').fill('5550300')
  await page.getByLabel('Last Number').fill('5550449')
  await page.getByLabel('Operator').selectOption('THIRD')
  await page.getByLabel('Expires').fill('2001-01-01T08:30')
  await page.getByRole('button', { name: 'Submit' }).click()
  const confirmation = page.getByRole('dialog', { name: 'Push Routing' })
  await page.getByText(/^Expires 2001-01-01T\S+ is over/).waitFor()
  match(await saidOfFocus(page), /give an instant that is still to come/)
  await page.getByLabel('Expires').fill('2099-01-01T08:30')
  await page.getByRole('button', { name: 'Submit' }).click()
  await confirmation.getByText('+1 555 0300 – 0449').first().waitFor()
  await confirmation.getByText('150 numbers would get a route.').waitFor()
  await confirmation.getByText(/^Until 1 Jan 2099, 08:30:00/).waitFor()
  const write = confirmation.getByRole('button', { name: 'Write 150 routes' })
  equal(await write.isDisabled(), true)
  await confirmation.getByLabel('How many numbers are routed?').fill('15')
  equal(await write.isDisabled(), true)
  await confirmation.getByLabel('How many numbers are routed?').fill('150')
  await isAccessible(page)
  await write.click()
  await page.getByText('150 numbers got a route.').waitFor()
  const why = page.getByRole('region', { name: 'Why +1 555 0300 is routed so' })
  await why.getByText('Holds until').waitFor()
  equal((await routesOf('+155503%')).length, 100)
  deepEqual(page.wrongs, [])
})

const routesOf = (like: string) => desk.portolan.db.sql('select e164 from route where e164 like $1', [like])

test('Validate SMS Routing sends through every chosen provider: green and red rows, each with what support asks for (O-39, O-41) [UI Validate SMS Routing: providers, UI Validate SMS Routing: Check Routing, UI Validate SMS Routing: rows green and red, UI Validate SMS Routing: debug info]', {
  skip,
}, async () => {
  const page = await desk.open('/validate-sms-routing', 'read_only')
  await page.getByRole('button', { name: 'Check Routing' }).click()
  await page.getByText('Choose at least one provider.').waitFor()
  match(await saidOfFocus(page), /^Enter the number to send to\./, 'the first of the two')
  deepEqual(await page.getByRole('group', { name: 'Providers' }).locator('label').allTextContents(), PROVIDERS)
  await page.getByLabel('Target number').fill('5550100')
  await page.getByRole('button', { name: 'Check Routing' }).click()
  await page.locator(':focus[value=Enet]').waitFor()
  match(await saidOfFocus(page), /Choose at least one provider\./)
  await isAccessible(page)
  await page.getByRole('button', { name: 'All' }).click()
  equal(await page.locator('[aria-invalid=true]').count(), 0)
  await page.getByRole('button', { name: 'None' }).click()
  equal(await page.getByRole('group', { name: 'Providers' }).locator('input:checked').count(), 0)
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
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await row('Twilio').getByRole('button', { name: 'Copy for the provider' }).click()
  await row('Twilio').getByText('Copied').waitFor()
  match(await page.evaluate<string>('navigator.clipboard.readText()'), /"x-provider": "Twilio"/)
  deepEqual(
    peers.log.map(({ text }) => text).toSorted(),
    PROVIDERS.slice(0, 8)
      .map((name) => `Test from ${name}`)
      .toSorted(),
  )
  await page.reload()
  await page.getByText('8 of 9 accepted').waitFor()
  // left in the middle: nobody waits for that answer any longer
  await page.evaluate(() => {
    const left = { number: '5550100', outcomes: [{ provider: 'Twilio', kind: 'waiting' }] }
    sessionStorage.setItem('portolan.draft.validate-sms-routing.results', JSON.stringify({ run: left }))
  })
  await page.reload()
  await page.getByText('0 of 1 accepted').waitFor()
  equal(await row('Twilio').getAttribute('data-kind'), 'refused')
  deepEqual(page.wrongs, [])
})
