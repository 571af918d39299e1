import { deepEqual, equal, match } from 'node:assert/strict'
import test from 'node:test'
import { until } from '../support/until.ts'
import { withoutBrowser as skip } from './browser.ts'
import { askNative, deskOfFile, isAccessible, saidOfFocus } from './desk.ts'

/** The other side acts when the test says so: a port stays in 10 for as long as somebody types. */
const STEP_SECONDS = 60
const desk = deskOfFile(() => ({ PORTOLAN_SIM_STEP_MS: `${STEP_SECONDS * 1000}` }))

const steps = (count: number) => desk.portolan.advance(count * STEP_SECONDS + 1, 'both')

/** A port that was instructed, whose donor takes his time (the simulator's story 95). */
async function instructed(first: string): Promise<string> {
  const { portolan } = desk
  const id = await portolan.create(first)
  await portolan.reaches(id, 1)
  await steps(10)
  await portolan.reaches(id, 2)
  await portolan.api('POST', `/PortIn/${id}`)
  await sent(id, 'Instruction')
  await steps(10)
  await portolan.reaches(id, 10)
  return id
}

/** The other side has a message of ours, and counts its steps from there. */
async function sent(id: string, msgtype: string): Promise<void> {
  await until(`${msgtype} of ${id} is acknowledged`, async () => {
    const { messages } = await portOf(id)
    return messages.some(
      (message) => message.direction === 'sent' && message.msgtype === msgtype && message.state === 'acknowledged',
    )
  })
}

type Sent = { readonly direction: string; readonly msgtype: string | null; readonly state: string }
const portOf = async (id: string) => (await askNative(desk, 'GET', `/ports/${id}`)) as { messages: Sent[] } // shaped by its schema

test('a change is asked for in a form that names the numbers, waits in 11 for the clearinghouse, and stands in the log (O-08)', {
  skip,
}, async () => {
  const id = await instructed('5551095')
  const page = await desk.open(`/port-in/${id}`, 'pxs')
  const state = page.getByRole('status', { name: 'State of the port' })
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: `Change: ${id}` })
  await dialog.getByText('+1 555 1095 (1 number)').waitFor()
  const confirm = dialog.getByRole('button', { name: 'Ask for the change' })

  await confirm.click()
  await dialog.getByText('give New time, note or both: nothing else can be changed').waitFor()
  match(await saidOfFocus(page), /give New time/)
  await isAccessible(page)
  await dialog.getByLabel('New time').fill('2025-01-14T08:00')
  await confirm.click()
  await dialog.getByText('New time 2025-01-14T08:00:00Z is over; give a time to come').waitFor()
  match(await saidOfFocus(page), /is over/)
  equal(await dialog.getByRole('alert').count(), 0)

  await dialog.getByLabel('New time').fill('2099-03-02T08:00')
  await dialog.getByLabel('Note').fill('the customer is away')
  await page.reload()
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  equal(await dialog.getByLabel('Note').inputValue(), 'the customer is away')
  await page.setViewportSize({ width: 390, height: 844 })
  equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true)
  await confirm.click()
  await dialog.waitFor({ state: 'detached' })
  await state.getByText('Waiting for Change Response', { exact: true }).waitFor()
  await page
    .getByRole('status', { name: 'Done' })
    .getByText(`The clearinghouse is asked for a change of ${id}.`)
    .waitFor()
  equal(await page.getByRole('button', { name: 'Change', exact: true }).count(), 0)
  equal(await page.evaluate<number>('Object.keys(sessionStorage).filter((name) => name.includes("draft")).length'), 0)

  await sent(id, 'ChangeRequest')
  await steps(1)
  await state.getByText('Waiting for Ported Response', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Change', exact: true }).waitFor()
  const log = page.getByRole('region', { name: 'Events' })
  await log.getByRole('button', { name: /^ChangeRequest sent/ }).click()
  await log.getByText(/the customer is away/).waitFor()
  match((await log.textContent()) ?? '', /Change requested, to 2 Mar 2099, 08:00:00.*: the customer is away/)
  deepEqual(page.wrongs, [])
})

test('a change that comes too late is refused in the server’s words beside its button; the menu says when it is possible', {
  skip,
}, async () => {
  const id = await instructed('5551195')
  const page = await desk.open(`/port-in?q=${id}`, 'pxs')
  const row = page.locator(`tr[data-key="${id}"]`)
  // the list has the printed buttons alone
  await row.waitFor()
  equal(await row.getByRole('button', { name: 'Change', exact: true }).count(), 0)
  await row.getByRole('button', { name: `All actions of ${id}` }).click()
  await page.getByRole('menuitem', { name: 'Change' }).click()
  const dialog = page.getByRole('dialog', { name: `Change: ${id}` })
  await dialog.getByLabel('Note').fill('sooner')
  await askNative(desk, 'POST', `/ports/${id}/change`, { note: 'later' })
  await dialog.getByRole('button', { name: 'Ask for the change' }).click()
  match(
    (await dialog.getByRole('alert').textContent()) ?? '',
    /The server refused.*change is possible only in Waiting_for_Ported_Response/,
  )
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await row.getByRole('button', { name: `All actions of ${id}` }).click()
  const dead = page.getByRole('menuitem', { name: /^Change/ })
  await dead.getByText('Only in Waiting for Ported Response; this port is Waiting for Change Response').waitFor()
  deepEqual(page.wrongs, [])
})
