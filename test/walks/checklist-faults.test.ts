import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { retryStep, type StepName } from '../../src/porting/checklist.ts'
import { checklist } from '../support/checklist.ts'
import { type DnsNodeMood, type DnsNodeStandIn, startDnsNode } from '../support/dns-node.ts'
import { type Peer, startPeer } from '../support/peer.ts'
import { askedFor, outReaches } from '../support/port-out.ts'
import { type TestPortolan, testPortolan } from '../support/portolan.ts'
import { answering, type Behaviour, type Receiver, startReceiver } from '../support/receiver.ts'
import { until } from '../support/until.ts'

const NUMBERS_OF_HSS = 24
const FIRST = 5_572_000

let portolan: TestPortolan
let peers: { cgrates: Peer; hss: Peer; crm: Peer; bss: Receiver; dns: DnsNodeStandIn }

before(async () => {
  const [cgrates, hss, crm, bss, dns] = await Promise.all([
    startPeer('cgrates', { SIM_RATING_PLANS: 'RP_PORTED' }),
    startPeer('hss'),
    startPeer('crm'),
    startReceiver(),
    startDnsNode({ from: '+15559901', to: '+15559902' }),
  ])
  peers = { cgrates, hss, crm, bss, dns }
  portolan = await testPortolan({
    PORTOLAN_DNS_NODES: dns.address,
    PORTOLAN_WEBHOOK_URL: bss.url,
    PORTOLAN_WEBHOOK_SECRET: 'walk-webhook-secret-of-32-characters',
    PORTOLAN_WELCOME: 'event',
    PORTOLAN_CGRATES_URL: `${cgrates.url}/jsonrpc`,
    PORTOLAN_CGRATES_TIMEOUT_MS: '300',
    PORTOLAN_CHARGING_RATING_PLAN: 'RP_PORTED',
    PORTOLAN_HSS_KIND: 'pyhss',
    PORTOLAN_HSS_URL: hss.url,
    PORTOLAN_HSS_TIMEOUT_MS: '300',
    PORTOLAN_CRM_URL: crm.url,
    PORTOLAN_CRM_USERNAME: 'porting@example.com',
    PORTOLAN_CRM_PASSWORD: 'crm-password',
    PORTOLAN_CRM_TIMEOUT_MS: '300',
  })
  dns.follow(portolan.dnsPort)
  for (let number = FIRST; number < FIRST + NUMBERS_OF_HSS; number++) {
    await hss.tool('PUT', '/ims_subscriber/', { msisdn: `1${number}`, imsi: `00101${number}` })
  }
})
after(async () => {
  await portolan.close()
  peers.dns.close()
  await Promise.all([peers.cgrates.close(), peers.hss.close(), peers.crm.close(), peers.bss.close()])
})

const cutOff: Behaviour = (_received, response) => {
  response.destroy()
}
/** Switches a fault of a peer on, or with `none` off. */
const PEERS = {
  charging: (kind: string) => peers.cgrates.fault({ kind, milliseconds: kind === 'slow' ? 800 : 0 }),
  hss: (kind: string) => peers.hss.fault({ kind, milliseconds: kind === 'slow' ? 800 : 0 }),
  crm: (kind: string) => peers.crm.fault({ kind, milliseconds: kind === 'slow' ? 800 : 0 }),
  dns: async (mood: string) => peers.dns.behave(mood === 'none' ? 'right' : (mood as DnsNodeMood)),
  bss: async (kind: string) => peers.bss.behave(BSS[kind] ?? answering(204)),
} as const satisfies Partial<Record<StepName, (kind: string) => Promise<void>>>
const BSS: Readonly<Record<string, Behaviour>> = {
  silent: () => {},
  down: cutOff,
  refuse: answering(503, 'maintenance'),
  moved: answering(302),
}

// biome-ignore format: a table
const FAULTS: readonly (readonly [step: keyof typeof PEERS, fault: string, reason: RegExp])[] = [
  // step       fault        what the checklist says
  ['charging',  'slow',      /^account: APIerSv2\.SetAccount: no answer within 300 ms/],
  ['charging',  'down',      /^account: APIerSv2\.SetAccount: /],
  ['charging',  'refuse',    /^account: APIerSv2\.SetAccount: .*refused by the stand-in/],
  ['charging',  'garbage',   /^account: APIerSv2\.SetAccount: /],
  ['hss',       'slow',      /nothing within 300 ms/],
  ['hss',       'down',      /the HSS did not answer/],
  ['hss',       'refuse',    /the HSS failed: .*refused by the stand-in/],
  ['hss',       'garbage',   /the HSS answered 200 and no JSON/],
  ['crm',       'slow',      /no answer within 300 ms/],
  ['crm',       'down',      /the CRM did not /],
  ['crm',       'refuse',    /422 .*refused by the stand-in/],
  ['crm',       'garbage',   /the CRM (did not let us in: 200 <html>|answered activate with no JSON)/],
  ['dns',       'slow',      /no answer within 1000 ms/],
  ['dns',       'silent',    /no answer within 1000 ms/],
  ['dns',       'refusing',  /REFUSED instead of 3 NAPTR records/],
  ['dns',       'stale',     /answers .*\+15559902.* instead of .*\+15559901/],
  ['dns',       'garbage',   /no answer within 1000 ms/],
  ['bss',       'silent',    /^bss: no answer within 10 s/],
  ['bss',       'down',      /^bss: /],
  ['bss',       'refuse',    /^bss: maintenance/],
  ['bss',       'moved',     /^bss: /],
]

const ids: string[] = []
for (const [index, [step, fault, reason]] of FAULTS.entries()) {
  test(`${step} is ${fault}: the port stays in 20, the checklist says so, and all that can be done is`, async () => {
    const id = await portolan.create(String(FIRST + index))
    ids.push(id)
    await portolan.reaches(id, 2)
    if (step === 'bss') await until('the earlier events', () => isTold(id, 'port_in.authorised'))
    await PEERS[step](fault)
    try {
      await portolan.api('POST', `/PortIn/${id}`)
      const failed = await until(`${step} failed`, async () => {
        const steps = await checklist(portolan.db, id)
        const others = steps.filter((one) => one.step !== step && one.step !== 'welcome')
        const areOthersDone = others.length > 0 && others.every(({ state }) => state === 'confirmed')
        const found = steps.find((one) => one.step === step)
        return found?.state === 'failed' && reason.test(found.lastError ?? '') && areOthersDone && steps
      })
      equal(failed.find((one) => one.step === 'welcome')?.state, 'waiting', 'nobody is welcomed before all works')
      equal((await portolan.get(id)).PortingState, 20)
    } finally {
      await PEERS[step]('none')
    }
  })
}

test('when the peers are well again, every port completes without a person, and nothing was done twice (O-09)', async () => {
  await portolan.advance(120, 'ours')
  for (const id of ids) {
    await until(`${id} complete`, async () => (await portolan.get(id)).PortingState === 30).catch(async (error) => {
      throw new Error(`${error}\n${JSON.stringify(await checklist(portolan.db, id), null, 1)}`)
    })
  }
  equal(ids.length, FAULTS.length)
  const { deeds } = (await peers.crm.tool('GET', '/sim/log')) as { deeds: { key: string }[] } // the stand-in's shape
  deepEqual(deeds.map(({ key }) => key).toSorted(), ids.map((id) => `${id}-activate`).toSorted())
  const { accounts } = (await peers.cgrates.tool('GET', '/sim/state')) as { accounts: object }
  equal(Object.keys(accounts).length, ids.length)
  for (const id of ids) {
    const types = new Set(toldOf(id).map(({ type }) => type))
    ok(types.has('port_in.welcome'), `${id} was welcomed`)
  }
  const twice = await portolan.db.sql(
    "select subject, type from event where type in ('port_in.welcome', 'port_in.completed') group by subject, type having count(*) > 1",
  )
  deepEqual(twice, [])
})

test('a token that the CRM has forgotten is renewed, and a step that failed can be tried again by hand', async () => {
  await peers.crm.tool('POST', '/sim/expire')
  await peers.crm.fault({ kind: 'refuse', error: 'no such product' })
  const id = await portolan.create(String(FIRST + FAULTS.length))
  await portolan.reaches(id, 2)
  await portolan.api('POST', `/PortIn/${id}`)
  const crm = async () => (await checklist(portolan.db, id)).find(({ step }) => step === 'crm')
  await until('the refusal', async () => ((await crm())?.attempts ?? 0) >= 4)
  await peers.crm.fault({ kind: 'none' })
  const reading = { db: portolan.db, now: () => Temporal.Now.instant().add({ seconds: 120 }) }
  await retryStep(reading, id, 'crm', 'walk')
  await portolan.reaches(id, 30)
  const [row] = await portolan.db.sql<{ actor: string; detail: object }>(
    "select actor, detail from audit where subject = $1 and action = 'port_in.step_retried'",
    [id],
  )
  deepEqual(row, { actor: 'walk', detail: { step: 'crm' } })
})

test('a port-out is complete when the account is closed and billed, the CRM told, and the number answered elsewhere', async () => {
  const number = String(FIRST)
  const id = await askedFor(portolan, number, number, { recipient: 'THIRD' })
  await outReaches(portolan, id, 1)
  await portolan.api('POST', `/PortOut/${id}`)
  await outReaches(portolan, id, 30)
  const steps = await checklist(portolan.db, id)
  deepEqual(
    steps.map(({ step, state }) => [step, state]),
    [
      ['route', 'confirmed'],
      ['dns', 'confirmed'],
      ['bss', 'confirmed'],
      ['charging', 'confirmed'],
      ['hss', 'not_required'],
      ['crm', 'confirmed'],
      ['welcome', 'not_required'],
    ],
  )
  const { deeds } = (await peers.crm.tool('GET', '/sim/log')) as {
    deeds: { key: string; path: string; body: object }[]
  } // the stand-in's shape
  const deed = deeds.find(({ key }) => key === `${id}-close`)
  equal(deed?.path, '/crm/porting/close')
  deepEqual(Object.entries(deed?.body ?? {}).at(-1), ['reason', 'ported to THIRD'])
  const said = deeds.find(({ key }) => key === `${id}-port_out`)
  deepEqual([said?.path, Object.entries(said?.body ?? {}).at(-1)], ['/crm/porting/port-out', ['status', 'ported']])
  ok(deeds.indexOf(said!) < deeds.indexOf(deed!), 'the status before the end of the service')
  const { accounts } = (await peers.cgrates.tool('GET', '/sim/state')) as { accounts: Record<string, unknown> }
  equal(accounts[`1${number}`], undefined)
  const log = (await peers.cgrates.tool('GET', '/sim/log')) as { method: string; param: { Account?: string } }[]
  const about = log.filter(({ param }) => param?.Account === `1${number}`).map(({ method }) => method)
  // an answer that came too late on a busy machine is asked for again
  const once = about.filter((method, index) => method !== about[index - 1])
  deepEqual(once.slice(-2), ['APIerSv2.SetAccount', 'APIerSv1.RemoveAccount'])
})

// biome-ignore format: a table
const REFUSED: readonly (readonly [what: string, step: string, reason: RegExp])[] = [
  ['a step that is none',     'parade', /parade is no step; one of route, dns, /],
  ['a step that is confirmed', 'crm',   /has the step crm confirmed already/],
]
for (const [what, step, reason] of REFUSED) {
  test(`refused to try again: ${what}`, async () => {
    const reading = { db: portolan.db, now: () => Temporal.Now.instant() }
    const error = await retryStep(reading, ids[0] ?? '', step, 'walk').catch((refusal: Error) => refusal)
    match(String(error), reason)
  })
}

type Told = { readonly type: string; readonly data: { readonly msgidentifier: string } }

function toldOf(id: string): Told[] {
  const told = peers.bss.received.map(({ body }) => JSON.parse(body) as Told) // its own shape is tested elsewhere
  return told.filter(({ data }) => data.msgidentifier === id)
}

async function isTold(id: string, type: string): Promise<boolean> {
  const rows = await portolan.db.sql(
    "select e.id from event e join delivery d on d.event_id = e.id where e.subject = $1 and e.type = $2 and d.state = 'delivered'",
    [id, type],
  )
  return rows.length > 0
}
