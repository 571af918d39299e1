import { deepEqual, equal, match } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type SmsPeers, startSmsPeers } from '../../../sim/sms/peers.ts'
import { testDatabase } from '../../../test/support/database.ts'
import { createLog } from '../../shared/log.ts'
import { parseSmsAccess } from './load-access.ts'
import { createSmsTester } from './sms.ts'
import { type SmsStandings, smsStandings } from './standing.job.ts'

const log = createLog('silent')
const START = Temporal.Instant.from('2025-01-15T10:30:00Z')

/** Two providers, one on each protocol, and a clock; `start` is a start of a process that has these keys. */
async function world(context: TestContext) {
  const { db, close } = await testDatabase()
  const peers: SmsPeers = await startSmsPeers({ httpPort: 0, smppPort: 0, slowMilliseconds: 10 })
  const clock = { at: START }
  const closers = [close, () => peers.close()]
  context.after(async () => {
    for (const closer of closers.reverse()) await closer()
  })
  const start = (keys: Readonly<Record<string, string>>, url = peers.httpUrl): SmsStandings => {
    const entries = [...parseSmsAccess(JSON.stringify(peers.access)).access].filter(([name]) => keys[name])
    const access = new Map(
      entries.map(([name, each]) => [
        name,
        { ...each, key: keys[name] ?? '', baseUrl: each.baseUrl.replace(peers.httpUrl, url) },
      ]),
    )
    const sms = createSmsTester({ access, now: () => clock.at, log, timeoutSeconds: 10 })
    closers.push(() => sms.close())
    return smsStandings({ db, sms, now: () => clock.at, log, everyMinutes: 60 })
  }
  return { db, peers, clock, start, right: peers.key }
}

test('wrong credentials are told from the first question after a start, and no longer once they are right', async (context) => {
  const { clock, start, right } = await world(context)
  const before = start({ Twilio: 'wrong-key', Enet: 'wrong-1', Telnyx: right })
  await before.ask()
  const refused = await before.refused()
  deepEqual(
    refused.map(({ name, since }) => [name, since.toString()]),
    [
      ['Enet', START.toString()],
      ['Twilio', START.toString()],
    ],
  )
  match(refused[0]?.said ?? '', /bind refused: 0x0000000E ESME_RINVPASWD/)
  match(refused[1]?.said ?? '', /HTTP 401 .*20003/)
  clock.at = START.add({ seconds: 10 })
  const after = start({ Twilio: right, Enet: right, Telnyx: right })
  await after.ask()
  deepEqual(await after.refused(), [])
})

test('who refuses is asked again after five minutes, who accepts after the hour; a removed one counts no longer', async (context) => {
  const { db, clock, start, right } = await world(context)
  const standings = start({ Twilio: 'wrong-key', Telnyx: right })
  const asked = async () => {
    await standings.ask()
    const rows = await db.sql<{ name: string }>('select name from sms_provider where asked_at = $1 order by name', [
      clock.at,
    ])
    return rows.map(({ name }) => name)
  }
  deepEqual(await asked(), ['Telnyx', 'Twilio'])
  for (const [minutes, expected] of [
    [4, []],
    [5, ['Twilio']],
    [9, []],
    [60, ['Telnyx', 'Twilio']],
  ] as const) {
    clock.at = START.add({ minutes })
    deepEqual(await asked(), expected, `${minutes} minutes`)
  }
  equal((await standings.refused())[0]?.since.toString(), START.toString(), 'it has lasted since')
  deepEqual(await start({ Telnyx: right }).refused(), [])
})

test('a provider that is away has neither refused us nor taken a refusal back', async (context) => {
  const { peers, clock, start } = await world(context)
  const nowhere = 'http://127.0.0.1:9'
  const away = start({ Twilio: 'wrong-key' }, nowhere)
  await away.ask()
  deepEqual(await away.refused(), [])
  await start({ Twilio: 'wrong-key' }, peers.httpUrl).ask()
  clock.at = START.add({ minutes: 10 })
  await away.ask()
  match((await away.refused())[0]?.said ?? '', /HTTP 401 .*20003/)
})
