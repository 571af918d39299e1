import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test from 'node:test'
import { until } from '../support/until.ts'
import { withoutBrowser as skip } from './browser.ts'
import { askNative, type DeskPage, deskOfFile, isAccessible, saidOf } from './desk.ts'

const desk = deskOfFile()

const formOf = (page: DeskPage, name: string) => page.getByRole('form', { name })
const listOf = (page: DeskPage, name: string) => page.getByRole('table', { name, exact: true })

const describedBy = (page: DeskPage, form: string, label: string) =>
  saidOf(formOf(page, form).getByLabel(label, { exact: true }))

test('numbers are locked with a reason, found again by one of them, and lifted after a confirmation that names them', {
  skip,
}, async () => {
  const page = await desk.open('/locks', 'pxs')
  await page.getByText('No lock stands.').waitFor()
  const form = formOf(page, 'Lock numbers')
  await form.getByLabel('First Number').fill('555-0200')
  await form.getByLabel('Last Number').fill('5550209')
  await form.getByLabel('Reason').fill('court order 7')
  await form.getByLabel('Until').fill('2099-12-31')
  await page.reload()
  equal(await form.getByLabel('Reason').inputValue(), 'court order 7', 'nothing is lost on a reload')
  await form.getByRole('button', { name: 'Lock' }).click()
  await form.getByText('Locked: +1 555 0200 – 0209').waitFor()
  equal(await form.getByLabel('Reason').inputValue(), '')
  const row = listOf(page, 'Locks').getByRole('row').nth(1)
  match((await row.textContent()) ?? '', /\+1 555 0200 – 0209court order 7.*by porting1 Jan 2100, 00:00:00/)

  await askNative(desk, 'POST', '/number-locks', { numbers: [{ first_number: '5550250' }], reason: 'on request' })
  await page.getByLabel('Number', { exact: true }).fill('555 0205')
  await page.keyboard.press('Enter')
  await page.waitForURL(/number=555\+0205|number=555%200205/)
  await page.getByText('No PIN and no account number is set on this number.').waitFor()
  await until('one lock is found', async () => (await listOf(page, 'Locks').getByRole('row').count()) === 2)
  await page.getByRole('button', { name: 'Lift: lock of +1 555 0200 – 0209' }).click()
  const asked = page.getByRole('dialog', { name: 'Lift: lock' })
  await asked.getByText('+1 555 0200 – 0209 (10 numbers)').waitFor()
  await asked.getByLabel('Why').fill('lifted by the court')
  await isAccessible(page)
  await asked.getByRole('button', { name: 'Lift the lock' }).click()
  await page.getByText('No lock stands on this number.').waitFor()
  await page.getByLabel('Show', { exact: true }).selectOption('ended')
  await page.waitForURL(/state=ended/)
  await listOf(page, 'Locks')
    .getByRole('cell', { name: /by porting$/ })
    .last()
    .waitFor()
  equal(await page.getByRole('button', { name: /^Lift/ }).count(), 0)
  await page.getByRole('button', { name: 'Show all' }).click()
  await page.getByLabel('Show', { exact: true }).selectOption('standing')
  await listOf(page, 'Locks').getByText('+1 555 0250').waitFor()
  const rows = await desk.portolan.db.sql("select actor, reason from audit where action = 'number.unlocked'")
  deepEqual(rows, [{ actor: 'porting', reason: 'lifted by the court' }])
  deepEqual(page.wrongs, [])
})

test('a PIN is set, never shown and not kept by the browser, and cleared after a confirmation that names the numbers', {
  skip,
}, async () => {
  const page = await desk.open('/locks', 'admin')
  const form = formOf(page, 'Set a PIN or account number')
  await form.getByLabel('First Number').fill('5550240')
  await form.getByLabel('Kind').selectOption('Account number')
  const secret = form.getByLabel('Account number', { exact: true })
  await secret.fill('violet-4711')
  equal(await secret.getAttribute('type'), 'password')
  await page.reload()
  equal(await form.getByLabel('First Number').inputValue(), '5550240')
  equal(await secret.inputValue(), '')
  const kept = await page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')
  ok(!kept.includes('violet'))
  await secret.fill('violet-4711')
  await form.getByRole('button', { name: 'Set', exact: true }).click()
  await form.getByText('Set on +1 555 0240').waitFor()
  const row = listOf(page, 'PINs and account numbers').getByRole('row').nth(1)
  match((await row.textContent()) ?? '', /\+1 555 0240Account number.*by admin/)
  await page.getByRole('button', { name: 'Clear: Account number of +1 555 0240' }).click()
  const asked = page.getByRole('dialog', { name: 'Clear: Account number' })
  await asked.getByText('+1 555 0240 (1 number)').waitFor()
  await asked.getByRole('button', { name: 'Not now' }).click()
  await page.getByRole('button', { name: 'Clear: Account number of +1 555 0240' }).click()
  await asked.getByRole('button', { name: 'Clear the Account number' }).click()
  await page.getByText('No PIN and no account number is set.').waitFor()
  deepEqual(page.wrongs, [])
})

test('what the server refuses stands beside its field in the server’s words, and the field has the focus', {
  skip,
}, async () => {
  const page = await desk.open('/locks', 'pxs')
  const lock = formOf(page, 'Lock numbers')
  await lock.getByLabel('First Number').fill('5550400')
  await lock.getByRole('button', { name: 'Lock' }).click()
  await lock.getByText(/^Reason is (missing|not right)/).waitFor()
  match(await describedBy(page, 'Lock numbers', 'Reason'), /it must be 1 to 500 characters/)
  await lock.getByLabel('Reason').and(page.locator(':focus')).waitFor()
  await lock.getByLabel('Reason').fill('on request')
  await lock.getByLabel('First Number').fill('5551000')
  await lock.getByRole('button', { name: 'Lock' }).click()
  await lock.getByText(/are with DONOR, not with us/).waitFor()
  match(await describedBy(page, 'Lock numbers', 'First Number'), /are with DONOR, not with us/)
  equal(await lock.getByLabel('Reason').inputValue(), 'on request')

  const set = formOf(page, 'Set a PIN or account number')
  await set.getByLabel('First Number').fill('5550400')
  await set.getByLabel('PIN', { exact: true }).fill('123')
  await set.getByRole('button', { name: 'Set', exact: true }).click()
  await set.getByText(/4 to 64 printable ASCII characters/).waitFor()
  match(await describedBy(page, 'Set a PIN or account number', 'PIN'), /PIN must be 4 to 64/)
  await isAccessible(page)

  await page.getByLabel('Number', { exact: true }).fill('12')
  await page.getByRole('button', { name: 'Find' }).click()
  await page.getByText(/^Number "12" is no number of/).waitFor()
  equal(await page.getByRole('table').count(), 0, 'the lists are away as long as the number is wrong')
  deepEqual(page.wrongs, [])
})

test('a lock that somebody else has lifted is refused in the server’s words, beside the button', { skip }, async () => {
  const numbers = [{ first_number: '5554500' }]
  const made = await askNative(desk, 'POST', '/number-locks', { numbers, reason: 'on request' })
  const [line] = (made as { lines: { id: string }[] }).lines
  const page = await desk.open('/locks?number=5554500', 'pxs')
  await page.getByRole('button', { name: 'Lift: lock of +1 555 4500' }).click()
  await askNative(desk, 'DELETE', `/number-locks/${line?.id}`)
  await page.getByRole('button', { name: 'Lift the lock' }).click()
  await page
    .getByRole('dialog')
    .getByText(/no lock that stands/)
    .waitFor()
  await page.getByRole('button', { name: 'Not now' }).click()
  await page.getByText('No lock stands on this number.').waitFor()
  deepEqual(page.wrongs, [])
})

test('a long list of locks is turned page by page, and the page stands in the address', { skip }, async () => {
  const numbers = Array.from({ length: 25 }, (_, index) => ({ first_number: String(5_554_600 + index) }))
  await askNative(desk, 'POST', '/number-locks', { numbers, reason: 'a batch' })
  const page = await desk.open('/locks', 'pxs')
  const pages = page.getByRole('navigation', { name: 'Pages of the locks' })
  const numbersOf = () => listOf(page, 'Locks').locator('tbody tr td:first-child').allTextContents()
  await pages.waitFor()
  const first = await numbersOf()
  equal(first.length, 20)
  await pages.getByRole('button', { name: 'Next page' }).click()
  await page.waitForURL(/locks=/)
  await until('the next page', async () => (await numbersOf()).every((number) => !first.includes(number)))
  await pages.getByRole('button', { name: 'First page' }).click()
  await page.waitForURL((url) => !url.search.includes('locks='))
  deepEqual(page.wrongs, [])
})
