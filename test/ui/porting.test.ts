import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import test from 'node:test'
import { PORTING_STATES } from '../../src/porting/port-in.machine.ts'
import { withoutBrowser as skip } from './browser.ts'
import { deskOfFile, saidOf, saidOfFocus } from './desk.ts'

const desk = deskOfFile()

const COLUMNS = [
  'ID',
  'Port ID',
  'State',
  'Requested',
  'Updated',
  'Operator',
  'Target',
  'Type',
  'Service Type',
  'Actions',
]

/** The labels of porting-manager.md, "New Porting Request". */
const FIELDS = [
  'Donor Network Operator',
  'Override Cool Off',
  'Account Type',
  'Type of Numbers',
  'First Number',
  'Last Number',
  'Email (Contact)',
  'Authorization Number',
]

test('a port-in is watched from the form to Number Ported on one screen, without a reload (O-33, O-53) [UI Porting Request: fields, UI Porting Request: Total Numbers, UI Porting Request: Authorization Number, UI Porting Request: Submit, UI Porting Request: identifier shown]', {
  skip,
}, async () => {
  const page = await desk.open('/porting-request', 'pxs')
  await page.getByLabel('First Number').fill('555-3000')
  await page.getByLabel('Last Number').fill('5553019')
  equal(await page.getByLabel('Total Numbers').textContent(), '20')
  for (const label of FIELDS) equal(await page.getByLabel(label, { exact: true }).count(), 1, label)
  equal(await page.getByLabel('Authorization Number').getAttribute('placeholder'), '555-3000', 'as First Number')
  await page.getByLabel('Email (Contact)').fill('ops@example.com')
  // lost by any reload
  await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }))
  await page.getByRole('button', { name: 'Submit' }).click()
  await page.getByText('Port-in request created successfully').waitFor()
  await page.getByText(/The message identifier is XX\d{6}-CARR-\d{5}/).waitFor()
  const state = page.getByRole('status', { name: 'State of the port' })
  await state.getByText('Waiting for Instruction', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Instruction', exact: true }).click()
  const confirmation = page.getByRole('dialog', { name: /^Instruction: XX/ })
  match((await confirmation.textContent()) ?? '', /\+1 555 3000 – 3019 \(20 numbers\)/)
  await confirmation.getByRole('button', { name: 'Send the instruction' }).click()
  await state.getByText(/^Number Ported/).waitFor()
  equal(await page.evaluate(() => 'isSamePage' in globalThis), true)
  const steps = page.getByRole('list', { name: 'Progress' }).getByRole('listitem')
  await steps.nth(3).getByText('Number ported, done').waitFor()
  await page.getByRole('link', { name: /^Open XX/ }).click()
  await page.getByRole('region', { name: 'Deadlines' }).waitFor()
  const list = await desk.portolan.api('GET', '/PortIn/list?q=5553000&limit=1')
  equal((list.body as { contacttelephonenumber: string }[])[0]?.contacttelephonenumber, '5553000')
  deepEqual(page.wrongs, [])
})

test('what is wrong with a request stands beside its fields in the server’s words, and the first has the focus', {
  skip,
}, async () => {
  const page = await desk.open('/porting-request', 'pxs')
  await page.getByRole('button', { name: 'Submit' }).click()
  await page.getByText(/^Email \(Contact\) is not right: it must be the e-mail address of the contact/).waitFor()
  match(
    await saidOf(page.getByLabel('Email (Contact)')),
    /Email \(Contact\) is not right: it must be the e-mail address/,
  )
  match(await saidOfFocus(page), /First Number is not right: it must be the first number/)

  await page.getByLabel('First Number').fill('5553200')
  await page.getByLabel('Last Number').fill('5553100')
  await page.getByLabel('Email (Contact)').fill('ops@example.com')
  await page.getByRole('button', { name: 'Submit' }).click()
  await page.getByText(/^Last Number .* comes before First Number .*; the last number must not be lower/).waitFor()
  equal(await page.locator('[aria-invalid=true]').count(), 1)
})

test('a half-filled form is whole again after a reload', { skip }, async () => {
  const page = await desk.open('/porting-request', 'pxs')
  await page.getByLabel('First Number').fill('5553777')
  await page.getByLabel('Account Type').selectOption('Postpaid')
  await page.getByLabel('Donor Network Operator').selectOption('THIRD')
  await page.reload()
  equal(await page.getByLabel('First Number').inputValue(), '5553777')
  equal(await page.getByLabel('Account Type').inputValue(), 'Postpaid')
  equal(await page.getByLabel('Donor Network Operator').inputValue(), 'THIRD')
})

test('the Port IN list has the ten printed columns and all eleven states, and its filters stand in the address (O-08, O-47) [UI Port IN: columns]', {
  skip,
}, async () => {
  const id = await desk.portolan.create('5551000')
  await desk.portolan.reaches(id, 2)
  const page = await desk.open('/port-in', 'pxs')
  const table = page.getByRole('table', { name: 'Port IN' })
  await table.waitFor()
  deepEqual(await table.getByRole('columnheader').allTextContents(), COLUMNS)
  equal(await page.getByLabel('Show state').locator('option').count(), 1 + Object.keys(PORTING_STATES).length)
  await page.getByLabel('Find').fill('5551000')
  await page.getByLabel('Show state').selectOption('Waiting_for_Instruction')
  await page.waitForURL(/q=5551000/)
  await page.waitForURL(/state=Waiting_for_Instruction/)
  await page.reload()
  equal(await page.getByLabel('Find').inputValue(), '5551000')
  const row = page.getByRole('row', { name: id })
  await row.waitFor()
  match((await row.textContent()) ?? '', /Waiting for InstructionDonor authorised/)
  match((await row.textContent()) ?? '', /DONOR\+1 555 1000Mobile/)
  const range = await desk.portolan.create('5553300', '5553309')
  await page.getByLabel('Find').fill('5553305')
  await page.getByLabel('Show state').selectOption('')
  match((await page.getByRole('row', { name: range }).textContent()) ?? '', /\+1 555 3300 – 3309, 10 numbers/)
  await page.getByLabel('Find').fill('5551000')
  await page.getByLabel('Show state').selectOption('Aborted')
  await page.getByText('No port matches.').waitFor()
  await page.getByRole('button', { name: 'Show all' }).click()
  await row.waitFor()
})

test('a rejection is red with its reason, a resubmission shows its original in green, and the old record its successor [UI Port IN: rejection red, UI Port IN: original green]', {
  skip,
}, async () => {
  const rejected = await desk.portolan.create('5551032')
  const old = await desk.portolan.create('5551035')
  await desk.portolan.reaches(rejected, 99)
  const newest = await desk.portolan.reaches(old, 2)
  const page = await desk.open('/port-in', 'pxs')
  const rowOf = (id: string) => page.locator(`tr[data-key="${id}"]`)
  await rowOf(rejected).getByText('32 Account Problem').waitFor()
  const green = rowOf(newest.msgidentifier).getByTitle('This record resubmits that request')
  equal(await green.textContent(), old)
  const color = await page.evaluate(
    'getComputedStyle(document.querySelector(\'[title="This record resubmits that request"]\')).color',
  )
  const [red = 0, greenness = 0, blue = 0] = String(color).match(/\d+/g)?.map(Number) ?? []
  ok(greenness > red && greenness > blue, `${color} is not green`)
  match((await rowOf(old).textContent()) ?? '', new RegExp(`superseded by ${newest.msgidentifier}`))
  equal(
    await rowOf(old)
      .getByRole('button', { name: /Abort|Instruction/ })
      .count(),
    0,
  )
})

test('Abort is the button of the first state; in the second it is in the menu, and what is not possible says when it would be (O-10) [UI Port IN: Abort]', {
  skip,
}, async () => {
  const silent = await desk.portolan.create('5551097')
  const waiting = await desk.portolan.create('5551001')
  await desk.portolan.reaches(silent, 1)
  await desk.portolan.reaches(waiting, 2)
  const page = await desk.open('/port-in', 'pxs')
  await page.locator(`tr[data-key="${silent}"]`).getByRole('button', { name: 'Abort', exact: true }).click()
  const confirmation = page.getByRole('dialog', { name: `Abort: ${silent}` })
  await confirmation.getByText('+1 555 1097 (1 number)').waitFor()
  await confirmation.getByRole('button', { name: 'Abort the port' }).click()
  await page.locator(`tr[data-key="${silent}"]`).getByText('Aborted', { exact: true }).waitFor()
  await page.getByRole('status', { name: 'Done' }).getByText(silent).waitFor()

  await page.getByRole('button', { name: `All actions of ${silent}` }).click()
  const dead = page.getByRole('menuitem', { name: /^Instruction/ })
  match((await dead.textContent()) ?? '', /Only in Waiting for Instruction; this port is Aborted/)
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: `All actions of ${waiting}` }).click()
  await page.getByRole('menuitem', { name: 'Abort' }).click()
  await page
    .getByRole('dialog', { name: `Abort: ${waiting}` })
    .getByRole('button', { name: 'Abort the port' })
    .click()
  await page.locator(`tr[data-key="${waiting}"]`).getByText('Aborted', { exact: true }).waitFor()
  deepEqual(page.wrongs, [])
})

test('an action that comes too late is refused in the server’s words, beside its button [UI Port IN: Instruction]', {
  skip,
}, async () => {
  const id = await desk.portolan.create('5551002')
  await desk.portolan.reaches(id, 2)
  const page = await desk.open('/port-in', 'pxs')
  await page.locator(`tr[data-key="${id}"]`).getByRole('button', { name: 'Instruction', exact: true }).click()
  await desk.portolan.api('DELETE', `/PortIn/${id}`)
  await page.getByRole('button', { name: 'Send the instruction' }).click()
  const told = await page.getByRole('dialog').getByRole('alert').textContent()
  match(told ?? '', /The server refused.*Aborted/)
})

test('Event History has Events, XML Bodies in two folders that download byte for byte, and the record as JSON (O-19) [UI Port IN: Event History, UI Event History: Events, UI Event History: XML Bodies, UI Event History: Detailed Data]', {
  skip,
}, async () => {
  const id = await desk.portolan.create('5551003')
  await desk.portolan.reaches(id, 2)
  const page = await desk.open('/port-in', 'pxs')
  await page.getByRole('button', { name: `Event History of ${id}` }).click()
  const modal = page.getByRole('dialog', { name: /Event History/ })
  for (const heading of ['Events', 'XML Bodies', 'Detailed Data'])
    await modal.getByRole('heading', { name: heading }).waitFor()
  await modal.getByText('Output_XML').waitFor()
  await modal.getByText('Input_XML').waitFor()
  await modal.getByRole('button', { name: /PortingRequest sent/ }).click()
  await modal.getByText('Submitted to clearinghouse', { exact: true }).waitFor()
  match((await modal.locator('pre').textContent()) ?? '', new RegExp(`"msgidentifier": "${id}"`))
  await page.waitForURL(/events=/)

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    modal.getByRole('button', { name: /_PortingRequest\.xml$/ }).click(),
  ])
  const { text } = await desk.portolan.api('GET', `/PortIn/get_xml/output_XML/${download.suggestedFilename()}`)
  equal(await readFile(await download.path(), 'utf8'), text)
  await page.keyboard.press('Escape')
  await modal.waitFor({ state: 'detached' })
  deepEqual(page.wrongs, [])
})
