import { deepEqual, equal, match } from 'node:assert/strict'
import test from 'node:test'
import { until } from '../support/until.ts'
import { withoutBrowser as skip } from './browser.ts'
import { deskOfFile, isAccessible, portOutAsked, saidOfFocus } from './desk.ts'

const desk = deskOfFile()

const COLUMNS = ['ID', 'Port ID', 'State', 'Requested', 'Updated', 'Operator', 'Targets', 'Service Type', 'Actions']

test('a port-out that comes while somebody looks appears by itself, is authorised by name, and goes to the recipient [UI Port OUT: columns, UI Port OUT: Authorise]', {
  skip,
}, async () => {
  const page = await desk.open('/port-out', 'pxs')
  await page.getByText('No other operator has asked for a number of ours yet.').waitFor()
  const id = await portOutAsked(desk, '5554200', '5554249')
  const row = page.locator(`tr[data-key="${id}"]`)
  await row.waitFor()
  const headings = await page.getByRole('table', { name: 'Port OUT' }).getByRole('columnheader').allTextContents()
  deepEqual(
    headings.map((text) => text.replace(/[ ▲▼]+$/, '')),
    COLUMNS,
  )
  match((await row.textContent()) ?? '', /\+1 555 4200 – 4249.*50 numbers, Mobile/)
  await row.getByRole('button', { name: 'Authorise' }).click()
  const confirmation = page.getByRole('dialog', { name: `Authorise: ${id}` })
  await confirmation.getByText('+1 555 4200 – 4249 (50 numbers)').waitFor()
  await confirmation.getByRole('button', { name: 'Authorise the port-out' }).click()
  await row.getByText(/^Number Ported/).waitFor()
  equal(await row.getByRole('button', { name: 'Authorise' }).count(), 0)
  deepEqual(page.wrongs, [])
})

test('Reject asks for its reason and sends the code of the one that was chosen [UI Port OUT: Reject]', {
  skip,
}, async () => {
  const id = await portOutAsked(desk, '5554300')
  const page = await desk.open('/port-out', 'pxs')
  const row = page.locator(`tr[data-key="${id}"]`)
  await row.getByRole('button', { name: 'Reject' }).click()
  const dialog = page.getByRole('dialog', { name: `Reject: ${id}` })
  await dialog.getByRole('radiogroup').waitFor()
  const reasons = await dialog.getByRole('radiogroup').locator('label[for]').allTextContents()
  deepEqual(reasons, [
    'Account mismatch',
    'Outstanding balance',
    'Fraudulent request',
    'Number not active',
    'Another reason',
  ])
  await dialog.getByRole('button', { name: 'Reject the port-out' }).click()
  await dialog.getByText('Choose the reason').waitFor()
  match(await saidOfFocus(page), /^Choose the reason: it is told to the recipient/)
  await isAccessible(page)
  await dialog.getByLabel('Outstanding balance').check()
  await dialog.getByRole('button', { name: 'Reject the port-out' }).click()
  await row.getByText('Rejected', { exact: true }).waitFor()
  await row.getByText('33 Bill Problem').waitFor()
})

test('Event Log shows the exchange of a port-out in the same three parts [UI Port OUT: Event Log]', {
  skip,
}, async () => {
  const id = await portOutAsked(desk, '5554400')
  const page = await desk.open('/port-out', 'pxs')
  await page.getByRole('button', { name: `Event Log of ${id}` }).click()
  const modal = page.getByRole('dialog', { name: /Event Log/ })
  for (const heading of ['Events', 'XML Bodies', 'Detailed Data'])
    await modal.getByRole('heading', { name: heading }).waitFor()
  await modal.getByRole('button', { name: /_authorisation_request\.xml$/ }).waitFor()
  match((await modal.locator('pre').textContent()) ?? '', /"recipientnetworkoperator": "DONOR"/)
})

test('Today shows what waits for a person, live, and its buttons act', { skip }, async () => {
  const page = await desk.open('/today', 'pxs')
  const queue = (name: string) => page.getByRole('region', { name })
  await queue('To instruct').getByText('Nothing waits here.').waitFor()
  const id = await desk.portolan.create('5551000')
  await queue('To instruct').getByRole('link', { name: id }).waitFor()
  await queue('To instruct')
    .getByText(/Instruction due/)
    .waitFor()
  const out = await portOutAsked(desk, '5554401')
  await queue('To decide').getByRole('link', { name: out }).waitFor()
  await queue('To decide').getByRole('button', { name: 'Authorise' }).last().waitFor()
  const refused = await desk.portolan.create('5551033')
  await queue('Rejected').getByRole('link', { name: refused }).waitFor()
  await queue('To instruct').getByRole('button', { name: 'Instruction', exact: true }).click()
  await page.getByRole('button', { name: 'Send the instruction' }).click()
  await queue('To instruct').getByText('Nothing waits here.').waitFor()
  await until('it is ported', async () => (await desk.portolan.get(id)).PortingState >= 20)
  deepEqual(page.wrongs, [])
})
