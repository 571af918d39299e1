import { deepEqual, equal, match } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestNative, testNative } from '../../../test/support/native.ts'
import { saveFindings } from '../../porting/alert.store.ts'
import { lookForAlerts } from '../../porting/alerts.job.ts'
import { monitorLooks } from '../../porting/monitor-looks.ts'
import type { Finding, MonitorName } from '../../porting/monitors.ts'

let native: TestNative
before(async () => {
  native = await testNative()
})
after(() => native.close())

type Item = {
  id: string
  monitor: string
  subject: string
  what: string
  severity: string
  acknowledgement: object | null
}

const find = async (monitor: MonitorName, ...findings: Partial<Finding>[]) => {
  const whole = findings.map(
    (one): Finding => ({ subject: 's', severity: 'warning', what: 'w', since: native.now(), ...one }),
  )
  await native.database.db.tx((tx) => saveFindings(tx, monitor, whole, native.now()))
}
const list = async (query: string) => (await native.ask('GET', `/alerts?${query}`)).json.items as Item[]

test('alerts are listed newest first, in pages, by monitor, severity and acknowledgement', async () => {
  for (let n = 1; n <= 5; n++)
    await find('mirror', ...Array.from({ length: n }, (_, index) => ({ subject: `s${index}` })))
  deepEqual(
    (await list('monitor=mirror')).map(({ subject }) => subject),
    ['s4', 's3', 's2', 's1', 's0'],
  )
  const first = (await native.ask('GET', '/alerts?monitor=mirror&limit=2')).json as { items: Item[]; next: string }
  const second = await list(`monitor=mirror&limit=2&cursor=${first.next}`)
  deepEqual(
    [...first.items, ...second].map(({ subject }) => subject),
    ['s4', 's3', 's2', 's1'],
  )
  deepEqual(await list('monitor=mirror&severity=critical'), [])
  await native.ask('POST', `/alerts/${first.items[0]?.id}/acknowledgement`, { body: {}, tier: 'pxs' })
  deepEqual(
    (await list('monitor=mirror&acknowledged=true')).map(({ subject }) => subject),
    ['s4'],
  )
  equal((await list('monitor=mirror&acknowledged=false')).length, 4)
  equal((await native.ask('GET', `/alerts?monitor=jobs&cursor=${first.next}`)).status, 400)
  const odd = await native.ask('GET', '/alerts?monitor=weather')
  deepEqual([odd.status, odd.json.field], [400, 'monitor'])
  match(String(odd.json.detail), /^monitor is not right: it must be one of clearinghouse, .*: which monitor found it/)
})

test('an alert that lasts stays the same one; one that grows critical must be seen to again; one that is over is closed', async () => {
  await find('jobs', { subject: 'deliver', what: 'three times' })
  const [begun] = await list('monitor=jobs')
  const said = await native.ask('POST', `/alerts/${begun?.id}/acknowledgement`, { body: { note: 'seen' } })
  deepEqual((said.json.acknowledgement as { by: string; note: string }).note, 'seen')
  native.advance({ minutes: 1 })
  await find('jobs', { subject: 'deliver', what: 'four times' })
  const [lasting] = await list('monitor=jobs')
  deepEqual([lasting?.id, lasting?.what, lasting?.acknowledgement !== null], [begun?.id, 'four times', true])
  await find('jobs', { subject: 'deliver', what: 'forty times', severity: 'critical' })
  const [worse] = await list('monitor=jobs')
  deepEqual([worse?.id, worse?.acknowledgement], [begun?.id, null])
  await find('jobs')
  deepEqual(await list('monitor=jobs'), [])
  const over = await native.ask('POST', `/alerts/${begun?.id}/acknowledgement`, { body: {} })
  equal(over.status, 409)
  match(String(over.json.detail), /was over at .*: there is nothing to acknowledge$/)
  equal((await list('monitor=jobs&state=closed')).length, 1)
  await find('jobs', { subject: 'deliver' })
  const [anew] = await list('monitor=jobs')
  equal(anew?.id === begun?.id, false)
})

test('what is not there is said plainly', async () => {
  for (const path of [
    '/alerts/0198c1de-5f7b-7aaa-8000-5d2f4d1c9a11',
    '/messages/0198c1de-5f7b-7aaa-8000-5d2f4d1c9a11',
  ]) {
    const answer = await native.ask('GET', path)
    deepEqual([answer.status, answer.json.type], [404, 'about:portolan:resource_not_found'], path)
  }
  equal((await native.ask('GET', '/alerts/none')).status, 400)
})

test('a donor that refuses far more than it used to is an alert, and the monitors say when they looked', async () => {
  const looks = { rejections: monitorLooks(native.porting, async () => []).rejections }
  const play = async (first: number, count: number, isRefused: boolean) => {
    for (let number = first; number < first + count; number++) {
      const { msgidentifier } = await native.create(String(number))
      await native.move(
        msgidentifier,
        ['pxs:acknowledged'],
        isRefused ? ['pxs:rejected', { code: 33 }] : ['pxs:authorised'],
      )
    }
  }
  await play(5_551_200, 20, false)
  native.advance({ hours: 25 })
  await play(5_551_230, 2, true)
  await lookForAlerts(native.porting, looks)
  deepEqual(await list('monitor=rejections'), [])
  await play(5_551_240, 3, true)
  native.advance({ minutes: 2 })
  await lookForAlerts(native.porting, looks)
  const [alert] = await list('monitor=rejections')
  match(
    alert?.what ?? '',
    /^DONOR refused 5 of 5 requests \(100 %\) within 24 hours; it was 0 % in the 30 days before$/,
  )
  const { items } = (await native.ask('GET', '/monitors')).json as {
    items: { name: string; open: number; looked_at: string | null }[]
  }
  const monitor = items.find(({ name }) => name === 'rejections')
  deepEqual([monitor?.open, monitor?.looked_at !== null], [1, true])
  equal(items.find(({ name }) => name === 'enum')?.looked_at, null)
})

test('a monitor that cannot look leaves its alerts as they were, and says why', async () => {
  await find('dns_nodes', { subject: 'ns1' })
  const dns_nodes = async () => {
    throw new Error('the network is away')
  }
  await lookForAlerts(native.porting, { dns_nodes })
  equal((await list('monitor=dns_nodes')).length, 1)
  const { items } = (await native.ask('GET', '/monitors')).json as { items: { name: string; problem: string | null }[] }
  equal(items.find(({ name }) => name === 'dns_nodes')?.problem, 'the network is away')
})
