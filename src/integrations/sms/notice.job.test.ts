import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { startSmsPeers } from '../../../sim/sms/peers.ts'
import { testDatabase } from '../../../test/support/database.ts'
import type { E164 } from '../../numbers/e164.ts'
import { createLog } from '../../shared/log.ts'
import { parseSmsAccess } from './load-access.ts'
import { type NoticeAnswer, smsNotices } from './notice.job.ts'
import { beginNotice, lockNotice } from './notice.store.ts'
import { smsProviderOf } from './providers.ts'
import { createSmsTester } from './sms.ts'

const START = Temporal.Instant.from('2025-01-15T10:30:00Z')
const log = createLog('silent')

/** One provider with its stand-in, and a clock. */
async function world(context: TestContext, name = 'Twilio') {
  const { db, close } = await testDatabase()
  const peers = await startSmsPeers({ httpPort: 0, smppPort: 0, slowMilliseconds: 100 })
  const clock = { at: START }
  const { access } = parseSmsAccess(JSON.stringify(peers.access))
  const sms = createSmsTester({ access, now: () => clock.at, log, timeoutSeconds: 2 })
  const provider = smsProviderOf(name)
  ok(provider)
  const send = smsNotices({ db, sms, provider, now: () => clock.at })
  let areOpen = true
  const leave = async () => {
    if (areOpen) await peers.close()
    areOpen = false
  }
  context.after(async () => {
    await sms.close()
    await leave()
    await close()
  })
  const key = { portId: randomUUID(), step: 'welcome' }
  const ask = (ending = '00'): Promise<NoticeAnswer> =>
    send({ ...key, number: `+155501${ending}` as E164, text: 'Welcome!' })
  const doubts = async () => {
    const [row] = await db.sql<{ doubts: number }>('select doubts from notice where port_id = $1', [key.portId])
    return row?.doubts
  }
  return { db, peers, clock, key, ask, doubts, leave }
}
const reasonOf = (answer: NoticeAnswer) => (answer.kind === 'accepted' ? '' : answer.reason)

for (const name of ['Twilio', 'Enet']) {
  test(`a notice goes out by ${name} once, however often and at whatever time it is asked for`, async (context) => {
    const { peers, clock, ask } = await world(context, name)
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask('98')))
    equal(answers.filter(({ kind }) => kind === 'accepted').length, 1, JSON.stringify(answers))
    for (const { kind } of answers) ok(kind === 'accepted' || kind === 'waiting')
    clock.at = START.add({ hours: 24 })
    const later = await ask('98')
    deepEqual(
      later,
      answers.find(({ kind }) => kind === 'accepted'),
    )
    match(later.kind === 'accepted' ? later.by : '', new RegExp(`^${name} \\w+`))
    deepEqual(
      peers.log.map(({ text }) => text),
      ['Welcome!'],
    )
  })
}

// biome-ignore format: a table
const NO: readonly [name: string, ending: string, said: RegExp][] = [
  ['Twilio',    '11', /^Twilio: .*21211/],
  ['Twilio',    '50', /^Twilio: .*20500/],
  ['Vonage',    '12', /^Vonage: .*Number barred/],
  ['ClickSend', '11', /^ClickSend: .*INVALID_RECIPIENT/],
  ['Enet',      '29', /^Enet: submit_sm refused: .*ESME_RTHROTTLED/],
]
for (const [name, ending, said] of NO) {
  test(`what ${name} refuses (..${ending}) was not sent, and is tried again when it is asked for again`, async (context) => {
    const { peers, ask, doubts } = await world(context, name)
    for (let tries = 1; tries <= 2; tries++) {
      match(reasonOf(await ask(ending)), said)
      equal(peers.log.length, tries)
    }
    equal(await doubts(), 0)
  })
}

// biome-ignore format: a table
const DOUBTS: readonly [name: string, ending: string, because: string][] = [
  ['Twilio',    '97', 'there was no answer'],
  ['Twilio',    '65', 'the connection was cut'],
  ['Telnyx',    '61', 'something else answered with 200'],
  ['Plivo',     '60', 'the answer had no identifier'],
  ['Vonage',    '60', 'the answer said nothing of the message'],
  ['Enet',      '97', 'there was no answer'],
]
for (const [name, ending, because] of DOUBTS) {
  test(`what ${name} may have taken is not sent again at once: ${because}`, async (context) => {
    const { peers, clock, ask, doubts } = await world(context, name)
    equal((await ask(ending)).kind, 'failed')
    const again = new RegExp(`^${name} did not say whether it took the notice; it is sent again after 2025-01-15T10:3`)
    match(reasonOf(await ask(ending)), again)
    equal(peers.log.length, 1)
    clock.at = START.add({ minutes: 2 })
    equal((await ask(ending)).kind, 'failed')
    deepEqual([peers.log.length, await doubts()], [2, 2])
    clock.at = clock.at.add({ minutes: 3 })
    match(reasonOf(await ask(ending)), /it is sent again after/)
    clock.at = clock.at.add({ minutes: 1 })
    equal((await ask('00')).kind, 'accepted')
    deepEqual([peers.log.length, (await ask('00')).kind], [3, 'accepted'])
  })
}

test('a provider that is away was handed nothing; one that went away after a doubt is handed nothing more', async (context) => {
  const first = await world(context)
  await first.leave()
  for (let tries = 0; tries < 2; tries++) match(reasonOf(await first.ask()), /could not be asked: .*ECONNREFUSED/)
  equal(await first.doubts(), 0)
  const second = await world(context)
  await second.ask('97')
  await second.leave()
  second.clock.at = START.add({ minutes: 5 })
  match(reasonOf(await second.ask('97')), /could not be asked: .*ECONNREFUSED/)
  equal(await second.doubts(), 1)
})

test('an attempt that a dead process began is waited for, counts as a doubt, and is made once more', async (context) => {
  const { db, peers, clock, key, ask, doubts } = await world(context)
  await db.tx(async (tx) => {
    await lockNotice(tx, key, 'Twilio')
    await beginNotice(tx, key, { provider: 'Twilio', at: START })
  })
  deepEqual(await ask(), { kind: 'waiting', reason: 'it is being sent' })
  clock.at = START.add({ seconds: 61 })
  match(reasonOf(await ask()), /did not say whether it took the notice; it is sent again after 2025-01-15T10:32:00Z/)
  clock.at = START.add({ minutes: 2 })
  equal((await ask()).kind, 'accepted')
  deepEqual([peers.log.length, await doubts()], [1, 1])
})
