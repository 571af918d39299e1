import { deepEqual, equal } from 'node:assert/strict'
import test, { after } from 'node:test'
import type { Locator } from 'playwright-core'
import { answering, type Receiver, startReceiver } from '../support/receiver.ts'
import { until } from '../support/until.ts'
import { withoutBrowser as skip } from './browser.ts'
import { deskOfFile, isAccessible, portOutAsked } from './desk.ts'

let billing: Receiver
let eligibility: Receiver
const desk = deskOfFile(async () => {
  billing = await startReceiver()
  eligibility = await startReceiver()
  return {
    PORTOLAN_WEBHOOK_URL: billing.url,
    PORTOLAN_WEBHOOK_SECRET: 'desk-webhook-secret-of-at-least-32-characters',
    PORTOLAN_BSS_ELIGIBILITY_URL: eligibility.url,
    PORTOLAN_BSS_TIMEOUT_SECONDS: '60',
    PORTOLAN_BSS_SECRET: 'desk-bss-secret-of-at-least-32-characters!',
  }
})
after(async () => {
  await billing?.close()
  await eligibility?.close()
})

test('the page of a port proves it step by step: what failed says why, and Retry does it once it is mended (O-09)', {
  skip,
}, async () => {
  const { portolan } = desk
  const id = await portolan.create('5551000')
  await portolan.reaches(id, 2)
  billing.behave(answering(503, 'maintenance until noon'))
  const page = await desk.open(`/port-in/${id}`, 'pxs')
  await page.getByRole('button', { name: 'Instruction', exact: true }).click()
  await page.getByRole('button', { name: 'Send the instruction' }).click()
  const proof = page.getByRole('region', { name: 'Proof of port' })
  const step = (title: string) => proof.getByRole('listitem').filter({ hasText: title })
  await step('Route written').getByText('1 route to CARR').waitFor()
  await step('DNS answers on every node').getByText('Confirmed').waitFor()
  const told = step('BSS told')
  await told.getByText('Failed', { exact: true }).waitFor()
  await told.getByText(/maintenance until noon/).waitFor()
  await proof.getByRole('status').getByText('1 step still to be confirmed.').waitFor()
  await proof.getByText('Not asked for here: Charging, HSS has the subscription, CRM, Welcome notice').waitFor()
  equal(await proof.getByRole('button', { name: /^Retry/ }).count(), 1)
  await isAccessible(page)
  const today = await desk.open('/today', 'pxs')
  const failed = today.getByRole('region', { name: 'Failed steps' }).getByRole('listitem').filter({ hasText: id })
  await failed.getByText('Failed: BSS told').waitFor()
  await isAccessible(today)
  await failed.getByRole('button', { name: 'Retry: BSS told' }).click()
  await until('a retry from Today', async () => (await retriesOf(id)).length === 1)
  await today.setViewportSize({ width: 390, height: 844 })
  equal(await today.evaluate('document.documentElement.scrollWidth <= innerWidth'), true)
  await today.context().close()

  billing.behave(answering(204))
  await proof.getByRole('button', { name: 'Retry: BSS told' }).click()
  await told.getByText(/port_in\.ported delivered to/).waitFor()
  await proof.getByRole('status').getByText('Every step is confirmed.').waitFor()
  await page.getByRole('status', { name: 'State of the port' }).getByText('Number Ported Complete').waitFor()
  equal(await proof.getByRole('button', { name: /^Retry/ }).count(), 0)
  const retry = { actor: 'porting', detail: { step: 'bss' } }
  deepEqual(await retriesOf(id), [retry, retry])
  deepEqual(page.wrongs, [])
})

const retriesOf = (id: string) =>
  desk.portolan.db.sql("select actor, detail from audit where subject = $1 and action = 'port_in.step_retried'", [id])

test('Today shows what the monitors find wrong, leads to the port, and folds away what somebody sees to', {
  skip,
}, async () => {
  billing.behave(answering(503, 'maintenance until noon'))
  const id = await desk.portolan.create('5551020')
  await desk.portolan.reaches(id, 2)
  await desk.portolan.api('POST', `/PortIn/${id}`)
  await desk.portolan.reaches(id, 20)
  const today = await desk.open('/today', 'pxs')
  const alerts = today.getByRole('region', { name: 'Alerts' })
  const alert = alerts.getByRole('listitem').filter({ hasText: `not confirmed for ${id}` })
  await alert.getByText('CRM synchronisation').waitFor()
  await alert.getByText(/maintenance until noon/).waitFor()
  equal(await alert.getByRole('link', { name: id }).getAttribute('href'), `/port-in/${id}`)
  await alert.getByRole('button', { name: /^Acknowledge/ }).click()
  await today.getByLabel('Note').fill('they are on it')
  await today.getByRole('button', { name: 'I see to it' }).click()
  await alerts.getByText(/ that somebody sees to$/).click()
  await alerts.getByText(/^porting sees to it since .*: they are on it$/).waitFor()
  await isAccessible(today)
  billing.behave(answering(204))
  await today.getByRole('link', { name: id }).first().click()
  await today.getByRole('region', { name: 'Proof of port' }).waitFor()
  deepEqual(today.wrongs, [])
})

test('a port-out shows what the guard found beside its buttons, and afterwards who decided on what basis (I20)', {
  skip,
}, async () => {
  eligibility.behave(answering(200, '{"eligible":false,"code":33,"reason":"owes 12.50 since May"}'))
  const id = await portOutAsked(desk, '5554200')
  const today = await desk.open('/today', 'pxs')
  const waiting = today.getByRole('region', { name: 'To decide' }).getByRole('listitem').filter({ hasText: id })
  await waiting.getByText('eligibility failed: owes 12.50 since May').waitFor()
  await waiting.getByRole('button', { name: 'Authorise' }).click()
  const asked = today.getByRole('dialog', { name: `Authorise: ${id}` })
  await asked.getByRole('listitem').filter({ hasText: 'Answer of the BSS' }).getByText('Failed').waitFor()
  await isAccessible(today)
  await asked.getByRole('button', { name: 'Not now' }).click()
  await waiting.getByRole('link', { name: id }).click()

  const guard = today.getByRole('region', { name: 'The guard’s checks' })
  await guard.getByText('Left to you: eligibility failed: owes 12.50 since May').waitFor()
  const ours = guard.getByRole('listitem').filter({ hasText: 'the numbers are ours' })
  await ours.getByText('Passed').waitFor()
  await ours.getByText('What it looked at').click()
  deepEqual(await lookedAt(ours), [
    ['Served by', 'CARR'],
    ['Of the type that is said', 'yes'],
    ['Type that is said', 'Mobile'],
  ])
  const answer = guard.getByRole('listitem').filter({ hasText: 'Answer of the BSS' })
  await answer.getByText('What it looked at').click()
  deepEqual(await lookedAt(answer), [
    ['Attempt', '1'],
    ['Answer', 'may not leave'],
    ['Code', '33'],
    ['Reason', 'owes 12.50 since May'],
  ])
  await isAccessible(today)
  await today.getByRole('button', { name: 'Reject', exact: true }).click()
  await today.getByLabel('Outstanding balance').check()
  await today.getByRole('button', { name: 'Reject the port-out' }).click()
  await guard.getByText(/by porting: a person decided$/).waitFor()
  await guard.getByText('It was left to a person: eligibility failed').waitFor()
  // an alert knows the port alone: its link goes to the other direction, and arrives at this one
  await today.goto(`/port-in/${id}`)
  await today.waitForURL(`**/port-out/${id}`)
  await guard.waitFor()
  deepEqual(today.wrongs, [])
})

/** What a check looked at, label by label. */
async function lookedAt(check: Locator): Promise<[label: string, value: string][]> {
  const [labels, values] = [await check.locator('dt').allTextContents(), await check.locator('dd').allTextContents()]
  return labels.map((label, index) => [label, values[index] ?? ''])
}

test('a port that was imported as ported says so in the place of its proof', { skip }, async () => {
  const id = await desk.portolan.create('5551010', '5551010', { PortingState: 20 })
  const page = await desk.open(`/port-in/${id}`, 'pxs')
  const proof = page.getByRole('region', { name: 'Proof of port' })
  await proof.getByText('Imported as ported: nothing was to be proved here.').waitFor()
  equal(await proof.getByRole('button').count(), 0)
})
