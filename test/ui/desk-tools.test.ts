import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import test from 'node:test'
import { until } from '../support/until.ts'
import { withoutBrowser as skip } from './browser.ts'
import { deskOfFile, isAccessible } from './desk.ts'

const desk = deskOfFile()

test('a rejection says what to mend and fills a new request with all that stays the same', { skip }, async () => {
  const id = await desk.portolan.create('5551038')
  await desk.portolan.reaches(id, 99)
  const page = await desk.open(`/port-in/${id}`, 'pxs')
  await page.getByText('DONOR refused: 38 No Cooling Off (Repatriation)').waitFor()
  const explained = page.getByRole('alert')
  const row = (name: string) => explained.locator('dl > div').filter({ has: page.getByText(name, { exact: true }) })
  await row('What it means').getByText('The number was ported too short a time ago').waitFor()
  await row('What to mend').getByText('Asking again helps once that is settled.').waitFor()
  await row('Field').getByText('Override Cool Off').waitFor()
  await row('At DONOR, 90 days').getByText('refused once for this; never asked again yet').waitFor()
  await page.getByRole('button', { name: 'Submit again' }).click()
  await page.getByRole('heading', { level: 1, name: 'Porting Request' }).waitFor()
  equal(await page.getByLabel('First Number').inputValue(), '5551038')
  equal(await page.getByLabel('Donor Network Operator').inputValue(), 'DONOR')
  equal(await page.getByLabel('Override Cool Off').inputValue(), 'True')
  equal(await page.getByLabel('Email (Contact)').inputValue(), 'ops@example.com')
})

test('Today shows a message that nobody understood, whole, until somebody has seen to it with a note', {
  skip,
}, async () => {
  await desk.portolan.deliver('<not a message of the clearinghouse')
  const page = await desk.open('/today', 'pxs')
  const alerts = page.getByRole('region', { name: 'Alerts' })
  const alert = alerts.getByRole('listitem').filter({ hasText: 'a message was kept as malformed' })
  await alert.getByText('Message for a person').waitFor()
  await alert.getByText(/^since (now|\d+ (second|minute)s? ago)$/).waitFor()
  await alert.getByText(/acknowledge the alert with what was done/).waitFor()
  await page.getByRole('list', { name: 'Queues' }).getByRole('link', { name: '1 Alert', exact: true }).waitFor()
  await alert.getByRole('button', { name: 'Read the message' }).click()
  const message = page.getByRole('dialog', { name: 'Message of the clearinghouse' })
  await message.getByText('<not a message of the clearinghouse').waitFor()
  await isAccessible(page)
  await page.keyboard.press('Escape')
  await message.waitFor({ state: 'detached' })
  await alert.getByRole('button', { name: /^Acknowledge/ }).click()
  await page.getByLabel('Note').fill('a probe of theirs')
  await isAccessible(page)
  await page.getByRole('button', { name: 'I see to it' }).click()
  await alerts.getByText('The monitors find nothing wrong.').waitFor()
  const [row] = await desk.portolan.db.sql("select actor, reason from audit where action = 'alert.acknowledged'")
  deepEqual(row, { actor: 'porting', reason: 'a probe of theirs' })
  deepEqual(page.wrongs, [])
})

test('the page of a port draws each response window with its deadline and what came of it', { skip }, async () => {
  const id = await desk.portolan.create('5551000')
  await desk.portolan.reaches(id, 2)
  const page = await desk.open(`/port-in/${id}`, 'pxs')
  const windows = page.getByRole('region', { name: 'Deadlines' }).getByRole('listitem')
  match((await windows.filter({ hasText: 'Authorisation' }).textContent()) ?? '', /answered after/)
  match((await windows.last().textContent()) ?? '', /^Instruction.*due in/)
  await page
    .getByRole('region', { name: 'Events' })
    .getByText('Waiting for Authorisation Response → Waiting for Instruction')
    .waitFor()
  equal((await page.request.get(`/port-in/${id}`)).status(), 200)
  const next = page.getByRole('region', { name: 'Expected next' })
  match((await next.textContent()) ?? '', /^Next: our instructiondue in \d+ hours, \d+ \w+ \d{4}, [\d:]+ \(/)
  equal(await page.title(), `${id} · Port IN · Portolan`)
})

test('on paper the page of a port has all its events and files, dark on white; saved it is one file that has the audit too', {
  skip,
}, async () => {
  const id = await desk.portolan.create('5551001')
  await desk.portolan.reaches(id, 2)
  const page = await desk.open(`/port-in/${id}`, 'pxs', { theme: 'dark' })
  const events = page.getByRole('region', { name: 'Events' })
  await events.getByRole('button', { name: /^PortingRequest sent/ }).waitFor()
  const firstLog = events.getByText(/^Submitted to clearinghouse/)
  deepEqual([await firstLog.count(), await firstLog.isVisible()], [1, false])
  await page.emulateMedia({ media: 'print' })
  await page.locator('html[data-mantine-color-scheme=light]').waitFor({ state: 'attached' })
  equal(await firstLog.isVisible(), true)
  equal(await events.getByText('PortingRequest').first().isVisible(), true)
  await page.getByText('001_PortingRequest.xml').waitFor()
  equal(await page.getByRole('button', { name: 'Print the dossier' }).count(), 0)
  await page.emulateMedia({ media: 'screen' })
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor({ state: 'attached' })
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save the dossier' }).click(),
  ])
  equal(download.suggestedFilename(), `${id}.html`)
  match(await readFile(await download.path(), 'utf8'), /<html[\s\S]*port_in\.submitted/)
  deepEqual(page.wrongs, [])
})

test('many requests have a verdict for each line before, are submitted after a confirmation, and have one again after', {
  skip,
}, async () => {
  const page = await desk.open('/porting-request/many', 'pxs')
  const lines = [
    'first_number,last_number,number_type,account_type,email',
    '5553000,5553009,mobile,Prepaid,ops@example.com',
    '12,,mobile,Prepaid,ops@example.com',
    '5553020,,mobile,Postpaid,ops@example.com',
  ]
  await page.getByLabel('CSV').fill(lines.join('\n'))
  await page.getByRole('button', { name: 'Check every line' }).click()
  await page.getByText('Nothing has been sent. 2 would be accepted, 1 refused').waitFor()
  await page.reload()
  match(await page.getByLabel('CSV').inputValue(), /5553020/)
  await page.getByRole('button', { name: 'Check every line' }).click()
  await page.getByRole('button', { name: 'Submit the 2 accepted' }).click()
  await page.getByRole('dialog').getByText('+1 555 3000 – 3009, +1 555 3020').waitFor()
  await page.getByRole('button', { name: 'Submit them' }).click()
  await page.getByText('2 submitted, 1 refused').waitFor()
  const rows = page.getByRole('table').getByRole('row')
  match((await rows.nth(1).textContent()) ?? '', /accepted.*3000 – 3009.*XX\d{6}-CARR-\d{5}/)
  match((await rows.nth(2).textContent()) ?? '', /refused/)
  await page.getByRole('button', { name: 'Check every line' }).click()
  await page.getByText('Nothing has been sent. 0 would be accepted, 3 refused').waitFor()
  deepEqual(page.wrongs, [])
})

test('the order and the page of a list stand in its address, and its export has what it shows', { skip }, async () => {
  for (let number = 5_551_100; number < 5_551_135; number++) await desk.portolan.create(String(number))
  const page = await desk.open('/port-in?q=DONOR', 'pxs')
  const table = page.getByRole('table', { name: 'Port IN' })
  await table.waitFor()
  equal(await table.getByRole('columnheader', { name: /Requested/ }).getAttribute('aria-sort'), 'descending')
  await table.getByRole('button', { name: /Requested/ }).click()
  await page.waitForURL(/sort=created_at/)
  await page.getByRole('button', { name: 'Next page' }).click()
  await page.waitForURL(/cursor=/)
  await page.getByRole('button', { name: 'First page' }).click()
  await page.waitForURL((url) => !url.search.includes('cursor'))
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export CSV' }).click(),
  ])
  const rows = (await readFile(await download.path(), 'utf8')).trim().split('\r\n')
  match(rows[0] ?? '', /^Port ID,ID,State,Requested/)
  ok(rows.length >= 36, `${rows.length} lines with the header`)
  ok(rows.some((row) => row.includes('+15551134')))

  await page.goto('/today')
  const waiting = page.getByRole('region', { name: 'To instruct' })
  await waiting.getByRole('link', { name: 'all in Waiting for Instruction' }).click()
  await page.waitForURL(/\/port-in\?state=Waiting_for_Instruction$/)
  await table.waitFor()
  deepEqual(page.wrongs, [])
})

test('Reports counts what happened, in words beside every drawing', { skip }, async () => {
  const id = await desk.portolan.create('5550500')
  await desk.portolan.reaches(id, 2)
  await desk.portolan.api('POST', `/PortIn/${id}`)
  await desk.portolan.reaches(id, 20)
  const page = await desk.open('/reports', 'pxs')
  await page
    .getByRole('region', { name: 'Time to port by donor' })
    .getByText(/(second|minute)s? \(1 port/)
    .waitFor()
  await page.getByRole('region', { name: 'Rejection reasons' }).getByText('38 No Cooling Off (Repatriation)').waitFor()
  await page.getByText('The figures').click()
  const figures = page.getByRole('region', { name: 'Ports in and out by day' }).getByRole('row')
  match((await figures.nth(1).textContent()) ?? '', /in/)
  await page.getByLabel('From').fill('2020-01-01')
  await page.waitForURL(/from=2020-01-01/)
  await page.getByLabel('From').fill('')
  await page.setViewportSize({ width: 390, height: 844 })
  const drawing = page.getByRole('region', { name: 'Drawing; the figures are below' })
  const isAtNewest = () =>
    drawing.evaluate((box) => box.scrollLeft > 0 && box.scrollLeft + box.clientWidth >= box.scrollWidth - 1)
  await until('the drawing begins at its newest day', isAtNewest)
  await page.getByLabel('From').fill('2020-01-01')
  await page.getByLabel('To', { exact: true }).fill('2019-01-01')
  await page.locator('input[type=date][aria-invalid=true]').waitFor()
  equal(await page.getByRole('list', { name: 'Totals' }).count(), 0)
  deepEqual(page.wrongs, [])
})

// the last: the clock of the others is two months behind
test('a queue that no list has shows more of itself, and says how many are still not shown', { skip }, async () => {
  await desk.portolan.advance(60 * 86_400, 'ours')
  const page = await desk.open('/today', 'pxs')
  const overdue = page.getByRole('region', { name: 'Overdue' })
  const rows = overdue.getByRole('list').first().locator('> li')
  await overdue.getByText(/^\d+ others: show up to 100$/).waitFor()
  equal(await rows.count(), 8)
  await overdue.getByRole('link', { name: 'show up to 100' }).click()
  await page.waitForURL(/show=many/)
  await until('more are shown', async () => (await rows.count()) > 30)
  equal(await overdue.getByText(/others:/).count(), 0)
  deepEqual(page.wrongs, [])
})
