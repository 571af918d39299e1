import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test from 'node:test'
import { checklist } from '../support/checklist.ts'
import { testPortolan } from '../support/portolan.ts'

test('with nothing configured, route and DNS are the proof, and the port is complete within a second or two (O-09, I7, I10)', async () => {
  const portolan = await testPortolan()
  try {
    const id = await portolan.create('5550100', '5550199')
    await portolan.reaches(id, 2)
    await portolan.api('POST', `/PortIn/${id}`)
    const record = await portolan.reaches(id, 30)
    const last = record.events.at(-1)
    deepEqual([last?.msgtype, last?.eventlog], ['Complete', 'Every step after the port is confirmed'])
    const steps = await checklist(portolan.db, id)
    deepEqual(
      steps.map(({ step, state }) => [step, state]),
      [
        ['route', 'confirmed'],
        ['dns', 'confirmed'],
        ['bss', 'not_required'],
        ['charging', 'not_required'],
        ['hss', 'not_required'],
        ['crm', 'not_required'],
        ['welcome', 'not_required'],
      ],
    )
    equal(steps[0]?.confirmedBy, '100 routes to CARR')
    match(steps[1]?.confirmedBy ?? '', /^3 numbers on 127\.0\.0\.1:\d+$/)
    const [times] = await portolan.db.sql<{ seconds: number }>(
      `select extract(epoch from max(at) filter (where heard = 'checks:confirmed') - max(at) filter (where heard = 'pxs:ported'))::float8 as seconds from port_event`,
    )
    ok((times?.seconds ?? 99) < 5)
  } finally {
    await portolan.close()
  }
})
