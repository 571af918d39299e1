import { equal, match, ok } from 'node:assert/strict'
import test from 'node:test'
import { testPortolan } from '../support/portolan.ts'
import { until } from '../support/until.ts'

const A_WEEK_SECONDS = 7 * 24 * 3600

test('a donor and a clearinghouse that both stay silent: our own window ends the port in TimeOut, by the stored rule', async () => {
  const portolan = await testPortolan()
  try {
    const id = await portolan.create('5551197')
    await portolan.reaches(id, 1)
    const [timer] = await portolan.db.sql<{
      kind: string
      rule: string
      started_at: Temporal.Instant
      due_at: Temporal.Instant
    }>('select kind, rule, started_at, due_at from timer where ended_at is null')
    equal(timer?.kind, 'authorisation')
    match(timer?.rule ?? '', /^authorisation .* in /)
    equal(Temporal.Instant.compare(timer!.due_at, timer!.started_at), 1)
    await portolan.advance(A_WEEK_SECONDS, 'ours')
    const record = await portolan.reaches(id, 97)
    // an answer to our question for a repetition may come after it
    const last = record.events.find(({ msgtype }) => msgtype === 'TimeOut')
    equal(last?.direction, 0)
    match(last?.eventlog ?? '', /No answer from DONOR in time: authorisation /)
    const answer = await portolan.api('POST', `/PortIn/${id}`)
    equal(answer.status, 409)
    match(answer.text, /TimeOut \(97\)/)
  } finally {
    await portolan.close()
  }
})

test('when the clearinghouse’s clock passes the deadline it says timedout itself', async () => {
  const portolan = await testPortolan()
  try {
    const id = await portolan.create('5551197')
    await portolan.reaches(id, 1)
    await portolan.advance(A_WEEK_SECONDS, 'both')
    await portolan.reaches(id, 97)
  } finally {
    await portolan.close()
  }
})

test('in a market where silence lets the port go on, it waits for our instruction', async () => {
  const portolan = await testPortolan({ PORTOLAN_MARKET: 'jm' })
  try {
    const id = await portolan.create('8762900097')
    await portolan.reaches(id, 1)
    await portolan.advance(A_WEEK_SECONDS, 'ours')
    const record = await portolan.reaches(id, 2)
    ok(record.events.some(({ eventlog }) => eventlog.includes('the market lets the port go on')))
  } finally {
    await portolan.close()
  }
})

test('silence after the instruction is an alarm, never a time-out: the number may have moved', async () => {
  const portolan = await testPortolan({ PORTOLAN_SIM_STEP_MS: '200' })
  try {
    const id = await portolan.create('5551295')
    await portolan.reaches(id, 2)
    await portolan.api('POST', `/PortIn/${id}`)
    await portolan.reaches(id, 3)
    await portolan.advance(A_WEEK_SECONDS, 'ours')
    const record = await until('the alarm', async () => {
      const seen = await portolan.get(id)
      return seen.events.some(({ msgtype }) => msgtype === 'Overdue') && seen
    })
    equal(record.PortingState, 3)
    await until('the metric', async () =>
      (await (await fetch(`${portolan.url}/metrics`)).text()).includes('portolan_ports_overdue 1'),
    )
  } finally {
    await portolan.close()
  }
})
