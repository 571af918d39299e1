import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { until } from '../support/until.ts'
import { withoutBrowser as skip } from './browser.ts'
import { askNative, type DeskPage, deskOfFile, isAccessible, saidOfFocus, type Tier } from './desk.ts'

const desk = deskOfFile()

type Refused = {
  readonly form: string
  readonly path: string
  readonly tier: Tier | undefined
  /** Where a page has several. */
  readonly name?: string
  readonly filled?: Readonly<Record<string, string>>
  readonly button: string
  /** The first field that is wrong, by its label. */
  readonly field: string
  readonly said: RegExp
}

// biome-ignore format: a table
const REFUSED: readonly Refused[] = [
  { form: 'Enter API Key',        path: '/',                     tier: undefined,   button: 'Save Changes',     field: 'API Key',                              said: /^Enter the API key that you were given\./ },
  { form: 'Porting Request',      path: '/porting-request',      tier: 'pxs',       button: 'Submit',           field: 'First Number',                         said: /First Number is not right: it must be/ },
  { form: 'many, without a line', path: '/porting-request/many', tier: 'pxs',       button: 'Check every line', field: 'CSV',                                  said: /Paste the lines here, or open a file\./ },
  { form: 'many, no header',      path: '/porting-request/many', tier: 'pxs',       button: 'Check every line', field: 'CSV',                                  said: /the first line of the CSV must name the columns/, filled: { CSV: '5550100,mobile' } },
  { form: 'Routing Query',        path: '/routing-query',        tier: 'read_only', button: 'Check Routing',    field: 'Local number',                         said: /Enter the local number that you want to look up\./ },
  { form: 'Push Routing, empty',  path: '/push-routing',         tier: 'pxs',       button: 'Submit',           field: 'Phone Number (Without country code)',  said: /Enter the number to route/ },
  { form: 'Push Routing',         path: '/push-routing',         tier: 'pxs',       button: 'Submit',           field: 'Operator',                             said: /Choose the operator/, filled: { 'Phone Number (Without country code)': '5550100' } },
  { form: 'Validate SMS Routing', path: '/validate-sms-routing', tier: 'read_only', button: 'Check Routing',    field: 'Enet',                                 said: /Choose at least one provider\./, filled: { 'Target number': '5550100' } },
  { form: 'Locks',                path: '/locks',                tier: 'pxs',       button: 'Lock',             field: 'Reason',                               said: /^Reason is (missing|not right)/, name: 'Lock numbers', filled: { 'First Number': '5550400' } },
  { form: 'PINs',                 path: '/locks',                tier: 'pxs',       button: 'Set',              field: 'First Number',                         said: /^First Number "" is not a telephone number/, name: 'Set a PIN or account number' },
  { form: 'Locks, Find',          path: '/locks',                tier: 'pxs',       button: 'Find',             field: 'Number',                               said: /^Number "12" is no number/, filled: { Number: '12' } },
]

for (const { form, path, tier, name, filled = {}, button, field, said } of REFUSED) {
  test(`a form that is refused has the focus on its first wrong field, which says why: ${form}`, { skip }, async () => {
    const page = await desk.open(path, tier)
    const place = name === undefined ? page : page.getByRole('form', { name })
    for (const [label, text] of Object.entries(filled)) await place.getByLabel(label, { exact: true }).fill(text)
    await page.getByRole('button', { name: button, exact: true }).click()
    const wrong = page.locator(':focus[aria-invalid=true]')
    await wrong.waitFor()
    equal(await wrong.and(place.getByLabel(field, { exact: true })).count(), 1, 'another field has the focus')
    match(await saidOfFocus(page), said)
    await isAccessible(page)
    deepEqual(page.wrongs, [])
  })
}

test('a file that is opened twice is read twice: it may have been mended meanwhile', { skip }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-ui-csv-'))
  try {
    const path = join(folder, 'port-ins.csv')
    const page = await desk.open('/porting-request/many', 'pxs')
    const csv = page.getByLabel('CSV')
    for (const line of ['first_number', 'first_number,last_number']) {
      await writeFile(path, line)
      await page.locator('input[type=file]').setInputFiles(path)
      await until(`${line} is shown`, async () => (await csv.inputValue()) === line)
      // what is still chosen is not told of when it is chosen again
      await until('nothing is chosen', async () => (await page.locator('input[type=file]').inputValue()) === '')
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** What is typed in a form, by label, and still there after a reload. */
// biome-ignore format: a table
const KEPT: readonly (readonly [path: string, Readonly<Record<string, string>>])[] = [
  ['/porting-request',      { 'First Number': '5553777', 'Last Number': '5553778', 'Email (Contact)': 'ops@example.com', 'Authorization Number': '12' }],
  ['/porting-request/many', { CSV: 'first_number\n5550100' }],
  ['/push-routing',         { 'Phone Number (Without country code)': '5550100', 'Last Number': '5550101', Expires: '2099-01-01T08:30', Why: 'a test' }],
  ['/validate-sms-routing', { 'Target number': '5550100' }],
]
for (const [path, typed] of KEPT) {
  test(`what is half filled in is whole again after a reload, and Clear or an empty field leaves nothing behind: ${path}`, {
    skip,
  }, async () => {
    const page = await desk.open(path, 'pxs')
    const kept = () =>
      page.evaluate<number>("Object.keys(sessionStorage).filter((name) => name.startsWith('portolan.draft')).length")
    for (const [label, text] of Object.entries(typed)) await page.getByLabel(label, { exact: true }).fill(text)
    await page.reload()
    for (const [label, text] of Object.entries(typed))
      equal(await page.getByLabel(label, { exact: true }).inputValue(), text, label)
    for (const label of Object.keys(typed)) await page.getByLabel(label, { exact: true }).fill('')
    await until('nothing is kept', async () => (await kept()) === 0)
  })
}

test('what is typed in a dialog is there again when it is opened again, also after a reload', { skip }, async () => {
  await desk.portolan.deliver('<not a message of the clearinghouse')
  await askNative(desk, 'POST', '/number-locks', { numbers: [{ first_number: '5554500' }], reason: 'on request' })
  const dialogs: [path: string, button: RegExp, label: string, done: string][] = [
    ['/today', /^Acknowledge: a message was kept as malformed/, 'Note', 'I see to it'],
    ['/locks', /^Lift: lock of/, 'Why', 'Lift the lock'],
  ]
  for (const [path, button, label, done] of dialogs) {
    const page = await desk.open(path, 'pxs')
    const again = async () => {
      await page.getByRole('button', { name: button }).first().click()
      return page.getByLabel(label, { exact: true })
    }
    await (await again()).fill('their technician was told')
    await page.reload()
    equal(await (await again()).inputValue(), 'their technician was told')
    await page.getByRole('button', { name: done }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    equal(await page.evaluate<number>('Object.keys(sessionStorage).filter((name) => name.includes("draft")).length'), 0)
    deepEqual(page.wrongs, [])
  }
})

test('a dialog gives the focus back to what opened it, from a menu to the menu', { skip }, async () => {
  const silent = await desk.portolan.create('5551097')
  await desk.portolan.reaches(silent, 1)
  const page = await desk.open(`/port-in?q=${silent}`, 'pxs')
  const openers: [name: string, item?: string][] = [
    ['Abort'],
    [`Event History of ${silent}`],
    [`All actions of ${silent}`, 'Abort'],
  ]
  for (const [name, item] of openers) {
    const opener = page.getByRole('button', { name, exact: true })
    await opener.press('Enter')
    if (item !== undefined) await page.getByRole('menuitem', { name: item }).press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    await until('the focus is in the dialog', () => hasFocus(dialog))
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await until(`${name} has the focus again`, () => hasFocus(opener))
  }
  deepEqual(page.wrongs, [])
})

const hasFocus = (place: ReturnType<DeskPage['locator']>) =>
  place.evaluate((node) => node.contains(node.ownerDocument.activeElement))
