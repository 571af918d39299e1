import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { alertsOf } from '../support/alerts.ts'
import { type Peer, startPeer } from '../support/peer.ts'
import { askedFor, outReaches } from '../support/port-out.ts'
import { type TestPortolan, testPortolan } from '../support/portolan.ts'
import { answering, type Receiver, startReceiver } from '../support/receiver.ts'
import { type SmsPeersProcess, smsPeersProcess } from '../support/sms-peers.ts'
import { until } from '../support/until.ts'

/** The walks of the document's "Operational Workflows" and "Common Issues": each peer is a process of its own, with its own log. */
let portolan: TestPortolan
let peers: { cgrates: Peer; hss: Peer; crm: Peer; sms: SmsPeersProcess; events: Receiver; eligibility: Receiver }

before(async () => {
  const [cgrates, hss, crm, sms, events, eligibility] = await Promise.all([
    startPeer('cgrates', { SIM_RATING_PLANS: 'RP_PORTED' }),
    startPeer('hss'),
    startPeer('crm'),
    smsPeersProcess(),
    startReceiver(),
    startReceiver(),
  ])
  peers = { cgrates, hss, crm, sms, events, eligibility }
  eligibility.behave(answering(200, '{"eligible":true}'))
  portolan = await testPortolan({
    PORTOLAN_WEBHOOK_URL: events.url,
    PORTOLAN_WEBHOOK_SECRET: 'walk-webhook-secret-of-32-characters',
    PORTOLAN_WELCOME: 'event',
    PORTOLAN_CGRATES_URL: `${cgrates.url}/jsonrpc`,
    PORTOLAN_CHARGING_RATING_PLAN: 'RP_PORTED',
    PORTOLAN_CHARGING_ACTION_PLANS: 'AP_MONTHLY',
    PORTOLAN_CHARGING_PORT_OUT_FEE: 'port_fee',
    PORTOLAN_HSS_KIND: 'pyhss',
    PORTOLAN_HSS_URL: hss.url,
    PORTOLAN_CRM_URL: crm.url,
    PORTOLAN_CRM_USERNAME: 'porting@example.com',
    PORTOLAN_CRM_PASSWORD: 'crm-password',
    PORTOLAN_BSS_ELIGIBILITY_URL: eligibility.url,
    PORTOLAN_BSS_SECRET: 'walk-eligibility-secret-of-32-chars!',
    PORTOLAN_PORT_OUT_POLICY: 'hold',
    PORTOLAN_SMS_PROVIDERS: sms.providersFile,
  })
})
after(async () => {
  await portolan.close()
  const { cgrates, hss, crm, sms, events, eligibility } = peers
  await Promise.all([cgrates.close(), hss.close(), crm.close(), sms.close(), events.close(), eligibility.close()])
})

const NUMBER = '5573000'
const MSISDN = `1${NUMBER}`

/** A question to the native API, as the desk asks it. */
const desk = async (path: string) => {
  const { status, json } = await alertsOf(portolan).ask('GET', `/v1${path}`)
  equal(status, 200, JSON.stringify(json))
  return json
}

type Call = { readonly method: string; readonly param: Readonly<Record<string, unknown>> }
/** What CGrateS was asked about an account, in its own log. */
const chargedWith = async (account: string) => {
  const log = (await peers.cgrates.tool('GET', '/sim/log')) as Call[] // the stand-in's shape
  return log.filter(({ param }) => [param.Account, param.Subject].includes(account) || isAbout(param, account))
}
const isAbout = (param: Call['param'], account: string) =>
  (Array.isArray(param.Accounts) && param.Accounts.includes(account)) ||
  (param.Event as { Account?: string } | undefined)?.Account === account

type Deed = { readonly key: string; readonly path: string; readonly body: Readonly<Record<string, unknown>> }
/** What the CRM has done for a port, in its own log. */
const doneFor = async (id: string) => {
  const { deeds } = (await peers.crm.tool('GET', '/sim/log')) as { deeds: Deed[] } // the stand-in's shape
  return deeds.filter(({ key }) => key.startsWith(id))
}
/** What our own systems were told of a port, as they received it. */
const toldOf = (id: string) =>
  peers.events.received
    .map(({ body }) => JSON.parse(body) as { type: string; data: { msgidentifier: string } })
    .filter(({ data }) => data.msgidentifier === id)
    .map(({ type }) => type)
/** What the clearinghouse heard from us and said to us about a port, in its own log. */
const saidAbout = async (id: string) => {
  const answer = await fetch(`${portolan.simulatorUrl}/sim/log?msgidentifier=${id}`)
  const { messages } = (await answer.json()) as { messages: { direction: string; msgtype?: string }[] } // its own shape
  return messages.map(({ direction, msgtype }) => `${direction} ${msgtype}`)
}

test('a port-in, from the request to the first charge: every peer has done its part once, as its own log says [workflow port-in]', async () => {
  await peers.hss.tool('PUT', '/ims_subscriber/', { msisdn: MSISDN, imsi: '001015573000' })
  const id = await portolan.create(NUMBER, NUMBER, { AccountType: 'Postpaid' })
  await portolan.reaches(id, 2)
  equal((await portolan.api('POST', `/PortIn/${id}`)).status, 200)
  await portolan.reaches(id, 30)

  deepEqual(await saidAbout(id), [
    'received authorisation_request',
    'sent authorisation_response',
    'received instruction',
    'sent instruction_response',
    'sent ported',
  ])
  const route = (await portolan.api('GET', `/route/${MSISDN}`)).body as {
    Event: { NAPTRAddress: string }
    HSS: { imsi: string }
  }
  match(route.Event.NAPTRAddress, /^sip:\+15573000;npdi;rn=/)
  equal(route.HSS.imsi, '001015573000')
  const { regexps } = await portolan.enum(MSISDN)
  ok(regexps[0]?.includes(';npdi;rn='), 'and the DNS answers it')

  const [activation, ...more] = await doneFor(id)
  deepEqual([activation?.path, activation?.body.first_number, more.length], ['/crm/porting/activate', `+${MSISDN}`, 0])
  deepEqual(
    (await chargedWith(MSISDN)).map(({ method }) => method),
    ['APIerSv2.SetAccount', 'APIerSv1.SetRatingProfile', 'APIerSv2.GetAccount'],
  )
  const state = (await peers.cgrates.tool('GET', '/sim/state')) as {
    accounts: Record<string, { ActionPlanIDs: string[]; ExtraOptions: object }>
    ratingProfiles: Record<string, { RatingPlanActivations: { ActivationTime: string }[] }>
  } // the stand-in's shape
  deepEqual(state.accounts[MSISDN]?.ActionPlanIDs, ['AP_MONTHLY'], 'recurring charges run')
  deepEqual(state.accounts[MSISDN]?.ExtraOptions, { AllowNegative: true, Disabled: false })
  const { checklist } = await desk(`/ports/${id}`)
  const { steps } = checklist as { steps: { step: string; state: string }[] }
  ok(
    steps.every((step) => step.state === 'confirmed'),
    JSON.stringify(steps),
  )
  const whole = ['requested', 'authorised', 'instructed', 'ported', 'welcome', 'completed']
  await until('the last event', () => toldOf(id).length === whole.length)
  deepEqual(
    toldOf(id),
    whole.map((word) => `port_in.${word}`),
  )
})

test('a port-out, from the request to the final bill: asked, decided, routed, closed and billed, as the logs of the peers say [workflow port-out]', async () => {
  const use = (OriginID: string, Cost: number) =>
    peers.cgrates.tool('POST', '/sim/cdr', {
      OriginID,
      Account: MSISDN,
      Category: 'call',
      SetupTime: Temporal.Now.instant().subtract({ minutes: 1 }).toString({ smallestUnit: 'second' }),
      Cost,
    })
  await use('call-1', 0.125)
  await use('call-2', 1.5)
  const id = await askedFor(portolan, NUMBER, NUMBER, { recipient: 'THIRD' })
  await outReaches(portolan, id, 1)
  const held = await until('held for a person', async () => {
    const guard = await desk(`/ports/${id}/guard`)
    return guard.state === 'held' && guard
  })
  deepEqual(
    (held.checks as { name: string; verdict: string }[]).find(({ name }) => name === 'eligibility')?.verdict,
    'pass',
  )
  const question = peers.eligibility.received.map(({ body }) => JSON.parse(body) as { msgidentifier: string })
  deepEqual(
    question.map(({ msgidentifier }) => msgidentifier),
    [id],
    'the BSS was asked, once',
  )
  await peers.cgrates.tool('POST', '/sim/reset')
  equal((await portolan.api('POST', `/PortOut/${id}`)).status, 200)
  await outReaches(portolan, id, 30)

  deepEqual(await saidAbout(id), [
    'sent authorisation_request',
    'received authorisation_response',
    'sent instruction',
    'received instruction_response',
    'sent ported',
  ])
  const { body } = await portolan.api('GET', `/route/${MSISDN}`)
  match((body as { Event: { NAPTRAddress: string } }).Event.NAPTRAddress, /;rn=/, 'repointed, not deleted (O-43)')
  deepEqual(
    (await doneFor(id)).map(({ path, body: { status, reason } }) => [path, status ?? reason]),
    [
      ['/crm/porting/port-out', 'ported'],
      ['/crm/porting/close', 'ported to THIRD'],
    ],
  )
  deepEqual(
    (await chargedWith(MSISDN)).map(({ method }) => method),
    ['APIerSv2.SetAccount', 'APIerSv2.GetCDRs', 'CDRsV2.ProcessEvent', 'APIerSv1.RemoveAccount'],
  )
  const { accounts, cdrs } = (await peers.cgrates.tool('GET', '/sim/state')) as {
    accounts: object
    cdrs: { Category: string; Account: string }[]
  } // the stand-in's shape
  deepEqual(accounts, {})
  deepEqual(
    cdrs.filter(({ Category }) => Category === 'port_fee').map(({ Account }) => Account),
    [MSISDN],
  )
  const bill = 'CGrateS: 2 unbilled calls at 1.625; a fee (port_fee) for each number; accounts closed: ported to THIRD'
  const { steps } = await desk(`/ports/${id}/checklist`)
  const charging = (steps as { step: string; confirmed_by: string }[]).find(({ step }) => step === 'charging')
  equal(charging?.confirmed_by, bill)
  const dossier = await fetch(`${portolan.url}/v1/ports/${id}/dossier?format=html`, {
    headers: { 'x-api-key': portolan.keys.pxs ?? '' },
  })
  ok((await dossier.text()).includes(bill), 'the final bill is in the dossier')
  await until('the last event', () => toldOf(id).includes('port_out.ported'))
  deepEqual(toldOf(id), [
    'port_out.requested',
    'port_out.held',
    'port_out.authorised',
    'port_out.instructed',
    'port_out.ported',
  ])
})

type Queues = readonly { readonly name: string; readonly ports: readonly { readonly msgidentifier: string }[] }[]
const queued = async (name: string) =>
  ((await desk('/queues?limit=100')).queues as Queues)
    .find((queue) => queue.name === name)
    ?.ports.map(({ msgidentifier }) => msgidentifier) ?? []

test('a morning at the desk: what happened, what waits, what failed and why, and what customers were told [workflow Morning Status Review, workflow Action Item Processing, workflow Error Resolution, workflow Customer Communication]', async () => {
  const agreed = await portolan.create('5573010')
  const unpaid = await portolan.create('5573033')
  const leaving = await askedFor(portolan, '5550270')
  await portolan.reaches(agreed, 2)
  await portolan.reaches(unpaid, 99)
  await outReaches(portolan, leaving, 1)

  await until('the queues', async () => (await queued('to_decide')).includes(leaving))
  ok((await queued('to_instruct')).includes(agreed))
  ok((await queued('rejected')).includes(unpaid))
  const { days, rejections } = (await desk('/stats')) as {
    days: { direction: string; requested: number; rejected: number }[]
    rejections: { code: number; donor: string }[]
  } // the surface's own schema
  ok(days.some(({ direction, requested, rejected }) => direction === 'in' && requested >= 3 && rejected >= 1))
  deepEqual(
    rejections.map(({ code, donor }) => [code, donor]),
    [[33, 'DONOR']],
  )

  const { rejection } = (await desk(`/ports/${unpaid}`)) as { rejection: { cause: string; mend: string } }
  equal(rejection.cause, 'bill')
  ok(rejection.mend.length > 10, 'what to mend, in words')
  const again = await portolan.create('5573033')
  await portolan.reaches(again, 99)

  equal((await portolan.api('POST', `/PortIn/${agreed}`)).status, 200)
  equal((await portolan.api('DELETE', `/PortOut/${leaving}`, { reason: 37 })).status, 200)
  await outReaches(portolan, leaving, 99)
  await until('nothing waits for us', async () => {
    const waiting = [...(await queued('to_instruct')), ...(await queued('to_decide'))]
    return !waiting.includes(agreed) && !waiting.includes(leaving)
  })
  for (const [id, last] of [
    [agreed, 'port_in.ported'],
    [unpaid, 'port_in.rejected'],
    [leaving, 'port_out.rejected'],
  ] as const)
    await until('customers can be told', () => toldOf(id).includes(last))
  deepEqual(toldOf(unpaid), ['port_in.requested', 'port_in.rejected'])
  deepEqual(toldOf(leaving), ['port_out.requested', 'port_out.held', 'port_out.rejected'])
})

test('a port that is stuck: its page says what is awaited of whom, the alert has the reason, and it goes on by itself [workflow Port stuck in pending state]', async () => {
  const faults = (down: boolean) =>
    fetch(`${portolan.simulatorUrl}/sim/faults`, { method: 'POST', body: JSON.stringify({ down }) })
  const alerts = alertsOf(portolan)
  await faults(true)
  const id = await portolan.create('5573020')
  const alert = await alerts.opens('clearinghouse', 'pxs')
  match(alert.what, /^pxs has not taken a message, tried up to/)
  const stuck = (await desk(`/ports/${id}`)) as {
    state_code: number
    next_expected: { event: string; who_name: string }
    messages: { note: string | null }[]
  }
  deepEqual(
    [stuck.state_code, stuck.next_expected.event, stuck.next_expected.who_name],
    [0, 'the acknowledgement of the request', 'pxs'],
  )
  ok(stuck.messages[0]?.note, 'why the last attempt failed')
  await faults(false)
  await portolan.advance(120, 'ours') // however often it was tried on a slow machine, it is due again
  await portolan.reaches(id, 2)
  await alerts.closes('clearinghouse')
  const { events } = await portolan.get(id)
  match(events.map(({ eventlog }) => eventlog).join('\n'), /Authorised by DONOR/)
})

test('routing that is wrong after a port: the state says ported, the query shows it, a push mends it, and every node answers [workflow Routing not updated after port]', async () => {
  const number = '5573030'
  await peers.hss.tool('PUT', '/ims_subscriber/', { msisdn: `1${number}`, imsi: '001015573030' })
  const id = await portolan.create(number)
  await portolan.reaches(id, 2)
  await portolan.api('POST', `/PortIn/${id}`)
  await portolan.reaches(id, 30)
  const rnOf = async () => {
    const { body } = await portolan.api('GET', `/route/1${number}`)
    return /rn=([^@;]+)/.exec((body as { Event: { NAPTRAddress: string } }).Event.NAPTRAddress)?.[1]
  }
  const ours = await rnOf()
  const reason = { 'x-audit-reason': 'walk: somebody has pushed it away' }
  const push = (operator: string) =>
    portolan.api('POST', `/route/1${number}/${operator}/mobile`, undefined, undefined, reason)
  equal((await push('THIRD')).status, 200)
  const wrong = await rnOf()
  ok(wrong !== ours, 'calls go elsewhere')
  const why = (await desk(`/routes/1${number}`)) as { why: string }
  match(why.why, /THIRD/)
  equal((await push('CARR')).status, 200)
  equal(await rnOf(), ours)
  await until('the DNS has it', async () => {
    const { regexps } = await portolan.enum(`1${number}`)
    return regexps[0]?.includes(`rn=${ours}`)
  })
})

test('a test message that a provider refuses: its ids and its own words are what its support asks for [workflow SMS validation failures]', async () => {
  // the last two digits choose what the stand-in does: 11 is refused as an invalid number
  const { status, body } = await portolan.api('POST', '/validate/sms_validate', {
    phone_number: '5550111',
    Operator: 'Twilio',
  })
  equal(status, 200)
  const answer = body as Record<string, string>
  equal(answer.result, 'Error')
  ok(answer['x-transaction-id'])
  match(answer['x-provider-response'] ?? '', /21211/)
  const sent = (await peers.sms.received()).filter(({ to }) => to.endsWith('15550111'))
  equal(sent.length, 1, 'the provider was asked once')
})
