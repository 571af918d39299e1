import { deepEqual, equal, match } from 'node:assert/strict'
import test, { after } from 'node:test'
import { messageFrom } from '../support/port-out.ts'
import { testPortolan } from '../support/portolan.ts'
import { until } from '../support/until.ts'

const portolan = await testPortolan()
after(() => portolan.close())

async function outcomeOf(msgid: string) {
  const rows = await portolan.db.sql<{ state: string }>('select state from inbound where msgid = $1', [msgid])
  return rows.map(({ state }) => state)
}

/** A gauge that the database is too busy for has no value this time. */
const flagged = () =>
  until('the metric', async () => {
    const metrics = await (await fetch(`${portolan.url}/metrics`)).text()
    const count = /portolan_clearinghouse_messages\{kind="flagged"\} (\d+)/.exec(metrics)?.[1]
    return count !== undefined && { count: Number(count) }
  })

test('ported to us after we had aborted: no route, but flagged, and the log says what to do', async () => {
  const id = await portolan.create('5551197')
  await portolan.reaches(id, 1)
  equal((await portolan.api('DELETE', `/PortIn/${id}`)).status, 200)
  await portolan.reaches(id, 98)
  const { count: before } = await flagged()
  const series = [{ first: '5551197', last: '5551197' }]
  const actualAt = Temporal.Now.instant()
  const ported = { kind: 'ported', recipient: 'CARR', donor: 'DONOR', numberType: 'mobile', actualAt, series } as const
  equal((await portolan.deliver(messageFrom('CRDB', id, ported, 'too-late'))).status, 200)
  deepEqual(await outcomeOf('too-late'), ['refused'])
  equal((await flagged()).count, before + 1)
  const { PortingState, events } = await portolan.get(id)
  equal(PortingState, 98)
  const line = events.find(({ msgtype }) => msgtype === 'ported') // the answer to the abort may come after it
  match(line?.eventlog ?? '', /ported came in Aborted \(98\).* import the port with PortingState 20/)
  deepEqual(await portolan.db.sql("select 1 from route where e164 = '+15551197'"), [])
})

for (const result of ['accept', 'reject'] as const) {
  test(`an answer (${result}) of a donor that was not asked has no effect and is flagged`, async () => {
    const number = result === 'accept' ? '5551297' : '5551397'
    const id = await portolan.create(number)
    await portolan.reaches(id, 1)
    const code = result === 'accept' ? 0 : 35
    const answer = { kind: 'authorisation_response', result, code, donor: 'THIRD' } as const
    equal((await portolan.deliver(messageFrom('THIRD', id, answer, `strange-${result}`))).status, 200)
    deepEqual(await outcomeOf(`strange-${result}`), ['refused'])
    const { PortingState, events } = await portolan.get(id)
    equal(PortingState, 1)
    match(events.at(-1)?.eventlog ?? '', /the answer of THIRD is not of DONOR, the donor that was asked; no effect/)
  })
}
