import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { startSmsPeers } from '../../sim/sms/peers.ts'
import { decodePxs, encodePxsAck } from '../../src/clearinghouses/pxs/pxs.codec.ts'
import { alertsOf } from '../support/alerts.ts'
import { startDnsNode } from '../support/dns-node.ts'
import { startPeer } from '../support/peer.ts'
import { askedFor } from '../support/port-out.ts'
import { testPortolan } from '../support/portolan.ts'
import { answering, startReceiver } from '../support/receiver.ts'
import { until } from '../support/until.ts'

/** What failed is due again, however often it was tried on a slow machine. */
const PAST_ANY_PAUSE_SECONDS = 120

test('each peer that fails is an alert with its own words, and the alert is over when it has recovered', async () => {
  const [cgrates, hss, crm, bss, dns] = await Promise.all([
    startPeer('cgrates', { SIM_RATING_PLANS: 'RP_PORTED' }),
    startPeer('hss'),
    startPeer('crm'),
    startReceiver(),
    startDnsNode({ from: '+15559901', to: '+15559902' }),
  ])
  const portolan = await testPortolan({
    PORTOLAN_DNS_NODES: dns.address,
    PORTOLAN_WEBHOOK_URL: bss.url,
    PORTOLAN_WEBHOOK_SECRET: 'walk-webhook-secret-of-32-characters',
    PORTOLAN_CGRATES_URL: `${cgrates.url}/jsonrpc`,
    PORTOLAN_CGRATES_TIMEOUT_MS: '10000', // it refuses, and is never silent here
    PORTOLAN_CHARGING_RATING_PLAN: 'RP_PORTED',
    PORTOLAN_HSS_KIND: 'pyhss',
    PORTOLAN_HSS_URL: hss.url,
    PORTOLAN_CRM_URL: crm.url,
    PORTOLAN_CRM_USERNAME: 'porting@example.com',
    PORTOLAN_CRM_PASSWORD: 'not-the-password',
  })
  const alerts = alertsOf(portolan)
  try {
    dns.follow(portolan.dnsPort)
    dns.behave('silent')
    bss.behave(answering(503, 'maintenance'))
    await cgrates.fault({ kind: 'refuse' })
    const id = await portolan.create('5572000')
    await portolan.reaches(id, 2)
    await portolan.api('POST', `/PortIn/${id}`)
    await portolan.reaches(id, 20)

    // biome-ignore format: a table
    const expected: readonly (readonly [monitor: string, subject: string | RegExp, said: RegExp, isOfPort: boolean])[] = [
      // monitor       about                     in the peer's own words              leads to the port
      ['dns_nodes',    dns.address,              /no answer within 1000 ms/,          false],
      ['enum',         `${id} dns`,              /no answer within 1000 ms/,          true],
      ['charging',     `${id} charging`,         /refused by the stand-in/,           true],
      ['crm',          `${id} crm`,              /401 .*Invalid email or password/,   true],
      ['credentials',  'CRM',                    /401 .*Invalid email or password/,   false],
      ['steps',        `${id} hss`,              /no subscription/,                   true],
      ['deliveries',   'bss',                    /maintenance/,                       false],
    ]
    for (const [monitor, subject, said, isOfPort] of expected) {
      const alert = await alerts.opens(monitor, subject)
      match(alert.said ?? '', said, monitor)
      deepEqual([alert.msgidentifier, alert.links.port], isOfPort ? [id, `/v1/ports/${id}`] : [null, null], monitor)
    }
    ok(!JSON.stringify(await alerts.ask('GET', '/v1/alerts?limit=200')).includes('not-the-password'))
    await until('the alerts in the metrics', async () => {
      const metrics = await (await fetch(`${portolan.url}/metrics`)).text()
      const isTold = /^portolan_alerts\{monitor="charging",severity="(warning|critical)",acknowledged="no"\} 1$/m
      return (
        isTold.test(metrics) && /^portolan_alerts\{monitor="overdue",.*"critical",acknowledged="no"\} 0$/m.test(metrics)
      )
    })

    const crmAlert = await alerts.opens('crm', `${id} crm`)
    const path = `/v1/alerts/${crmAlert.id}/acknowledgement`
    const acknowledged = await alerts.ask('POST', path, { note: 'their password was changed' })
    equal(acknowledged.status, 200)
    const again = await alerts.ask('POST', path, {})
    equal(again.status, 409)
    match(String(again.json.detail), /^admin has acknowledged this alert at /)

    dns.behave('right')
    bss.behave(answering(204))
    await cgrates.fault({ kind: 'none' })
    await hss.tool('PUT', '/ims_subscriber/', { msisdn: '15572000', imsi: '001015572000' })
    await portolan.advance(PAST_ANY_PAUSE_SECONDS, 'ours')
    for (const monitor of ['dns_nodes', 'enum', 'charging', 'steps', 'deliveries']) await alerts.closes(monitor)
    const still = await alerts.opens('crm', `${id} crm`)
    equal(still.id, crmAlert.id, 'what still fails stays')
    const closed = await alerts.ask('GET', '/v1/alerts?state=closed&monitor=charging')
    equal((closed.json.items as object[]).length, 1)
    const { json } = await alerts.ask('GET', `/v1/audit?action=alert.acknowledged`)
    const [row] = json.items as { actor: string; reason: string; subject: string }[]
    deepEqual([row?.actor, row?.reason, row?.subject], ['admin', 'their password was changed', id])
  } finally {
    await portolan.close()
    dns.close()
    await Promise.all([cgrates.close(), hss.close(), crm.close(), bss.close()])
  }
})

test('a clearinghouse that does not know our password is told of in its words, and over once it does', async () => {
  let isKnown = false
  const server = createServer(async (request, response) => {
    const decoded = decodePxs(Buffer.concat(await Array.fromAsync(request)))
    if (!isKnown) return response.writeHead(401).end('no such user: carr, see your welcome letter')
    const msgid = decoded.kind === 'message' ? decoded.message.msgid : ''
    response.end(encodePxsAck({ msgid, result: 'accept', isDuplicate: false, errors: [] }))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo // an IP server that listens has this shape
  const portolan = await testPortolan({
    PORTOLAN_PXS_URL: `http://127.0.0.1:${port}`,
    PORTOLAN_PXS_USERNAME: 'carr',
    PORTOLAN_PXS_PASSWORD: 'wrong-password',
  })
  const alerts = alertsOf(portolan)
  try {
    await portolan.create('5550100')
    for (const monitor of ['clearinghouse', 'credentials']) {
      const alert = await alerts.opens(monitor, 'pxs')
      match(alert.said ?? '', /^HTTP 401 .*no such user: carr, see your welcome letter/, monitor)
    }
    isKnown = true
    await portolan.advance(PAST_ANY_PAUSE_SECONDS, 'ours')
    for (const monitor of ['clearinghouse', 'credentials']) await alerts.closes(monitor)
  } finally {
    await portolan.close()
    server.closeAllConnections()
    server.close()
  }
})

test('SMS providers that do not know us are told of in their words before any message is sent', async () => {
  const peers = await startSmsPeers({ httpPort: 0, smppPort: 0 })
  const folder = await mkdtemp(join(tmpdir(), 'portolan-sms-'))
  const file = join(folder, 'sms.json')
  const { Twilio, Enet, Telnyx } = peers.access
  await writeFile(
    file,
    JSON.stringify({ Twilio: { ...Twilio, key: 'not-the-key' }, Enet: { ...Enet, key: 'not-it' }, Telnyx }),
  )
  const portolan = await testPortolan({ PORTOLAN_SMS_PROVIDERS: file })
  const alerts = alertsOf(portolan)
  try {
    match((await alerts.opens('credentials', 'SMS Twilio')).said ?? '', /^HTTP 401 .*20003/)
    match((await alerts.opens('credentials', 'SMS Enet')).said ?? '', /^bind refused: .* ESME_RINVPASWD/)
    const { json } = await alerts.ask('GET', '/v1/alerts?monitor=credentials')
    equal((json.items as object[]).length, 2, 'not the one that knows us')
    ok(!JSON.stringify(json).includes('not-'), 'nor our keys')
    deepEqual(peers.log, [])
  } finally {
    await portolan.close()
    await peers.close()
    await rm(folder, { recursive: true })
  }
})

test('a message that nobody understands waits for a person, who reads it and settles it', async () => {
  const portolan = await testPortolan()
  const alerts = alertsOf(portolan)
  try {
    await portolan.deliver('<not a message of the clearinghouse')
    const alert = await alerts.opens('messages', /./)
    match(alert.what, /^a message was kept as malformed: /)
    const message = await alerts.ask('GET', alert.links.message ?? '')
    deepEqual(
      [message.status, message.json.body, message.json.looked_by],
      [200, '<not a message of the clearinghouse', null],
    )
    const said = await alerts.ask('POST', `/v1/alerts/${alert.id}/acknowledgement`, { note: 'a probe of theirs' })
    equal(said.status, 200)
    ok(said.json.closed_at, 'that is all there was to it')
    const looked = await alerts.ask('GET', alert.links.message ?? '')
    equal(looked.json.looked_by, 'admin')
    await portolan.deliver('<another')
    const other = await alerts.opens('messages', /./)
    ok(other.id !== alert.id, 'the first one does not come back')
  } finally {
    await portolan.close()
  }
})

test('a clearinghouse that owes us something and says nothing is told of, and so is the port that waits', async () => {
  const portolan = await testPortolan()
  const alerts = alertsOf(portolan)
  try {
    await fetch(`${portolan.simulatorUrl}/sim/faults`, { method: 'POST', body: JSON.stringify({ down: true }) })
    const id = await portolan.create('5550170')
    const minutes = 16 // an acknowledgement comes within fifteen, or somebody must look
    await portolan.advance(minutes * 60, 'ours')
    const late = await alerts.opens('overdue', id)
    match(late.what, /^the acknowledgement of the request has not come from pxs \(acknowledgement 15 minutes/)
    const silent = await alerts.opens('silence', 'pxs')
    deepEqual([silent.severity, silent.what], ['critical', 'pxs owes a message and says nothing: nothing ever came'])
    await fetch(`${portolan.simulatorUrl}/sim/faults`, { method: 'POST', body: JSON.stringify({ down: false }) })
    await portolan.advance(PAST_ANY_PAUSE_SECONDS, 'ours')
    for (const monitor of ['overdue', 'silence']) await alerts.closes(monitor)
  } finally {
    await portolan.close()
  }
})

test('a BSS that does not accept our signature is told of, and over when it answers the next question', async () => {
  const bss = await startReceiver()
  bss.behave(answering(401, 'signature unknown: rotate on both sides'))
  const portolan = await testPortolan({
    PORTOLAN_BSS_ELIGIBILITY_URL: bss.url,
    PORTOLAN_BSS_SECRET: 'walk-eligibility-secret-of-32-characters',
    PORTOLAN_BSS_ATTEMPTS: '1',
  })
  const alerts = alertsOf(portolan)
  try {
    await askedFor(portolan, '5554110')
    const alert = await alerts.opens('credentials', 'BSS')
    match(alert.said ?? '', /HTTP 401: signature unknown: rotate on both sides/)
    bss.behave(answering(200, '{"eligible":true}'))
    await askedFor(portolan, '5554111')
    await alerts.closes('credentials')
  } finally {
    await portolan.close()
    await bss.close()
  }
})
