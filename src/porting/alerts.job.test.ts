import { deepEqual, equal } from 'node:assert/strict'
import test, { after } from 'node:test'
import { pxsRoom } from '../../test/support/pxs-room.ts'
import { receive } from '../clearinghouses/pxs/receive.ts'
import { lookForAlerts } from './alerts.job.ts'
import { createAlerts } from './alerts.ts'
import { monitorLooks } from './monitor-looks.ts'

const { porting, db, clock, close } = await pxsRoom(Temporal.Instant.from('2025-01-15T11:00:00Z'))
after(close)
const alerts = createAlerts({ db, now: porting.now })
const looks = monitorLooks(porting, async () => [])
const open = () => alerts.search({ state: 'open', monitor: 'messages', limit: 10 })
const later = () => {
  clock.at = clock.at.add({ minutes: 1 })
}

test('an alert that a person settles while a monitor looks does not come back', async () => {
  const unreadable = { body: Buffer.from('<not a message'), contentType: 'application/xml', peer: 'pxs' }
  await receive(porting, unreadable).catch(() => {}) // refused, and kept
  await lookForAlerts(porting, looks)
  const [alert, ...others] = await open()
  equal(others.length, 0)
  later()
  const messages = async () => {
    const findings = (await looks.messages?.()) ?? []
    equal(findings.length, 1, 'it was found before')
    await alerts.acknowledge(alert?.id ?? '', 'ann', 'a probe of theirs')
    return findings
  }
  await lookForAlerts(porting, { messages })
  deepEqual(await open(), [])
  later()
  await lookForAlerts(porting, looks)
  deepEqual(await open(), [])
})
