import { deepEqual, equal, match, notEqual } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestNative, testNative } from '../../../test/support/native.ts'
import { type Answer, askHttp, basic } from '../../../test/support/np-api.ts'
import { TIERS, type Tier } from '../../accounts/key.ts'

const ALL: Tier[] = ['admin', 'pxs', 'read_only']
const DESK: Tier[] = ['admin', 'pxs']
const ADMIN: Tier[] = ['admin']

/** Who may ask what, kept apart from what the routes say (contract/domain.md 4.7; O-15: what only an admin does). */
// biome-ignore format: a table
const MAY: Record<string, [tiers: Tier[], source: string]> = {
  getMe:                [ALL,   'everybody may know who he is'],
  getMarket:            [ALL,   'everybody may know where he is'],
  followEvents:         [ALL,   '4.7 read_only: reports'],
  searchPorts:          [DESK,  '4.7 port_ops'],
  getPort:              [DESK,  '4.7 port_ops'],
  changePort:           [DESK,  '4.7 port_ops: supplements'],
  getChecklist:         [DESK,  '4.7 port_ops'],
  retryStep:            [DESK,  '4.7 port_ops'],
  getGuard:             [DESK,  '4.7 port_ops'],
  listNumberLocks:      [DESK,  '4.7 port_ops: queues, and what port-outs are decided by'],
  lockNumbers:          [DESK,  '4.7 port_ops: queues, and what port-outs are decided by'],
  liftNumberLock:       [DESK,  '4.7 port_ops: queues, and what port-outs are decided by'],
  listNumberSecrets:    [DESK,  '4.7 port_ops: queues, and what port-outs are decided by'],
  setNumberSecrets:     [DESK,  '4.7 port_ops: queues, and what port-outs are decided by'],
  removeNumberSecret:   [DESK,  '4.7 port_ops: queues, and what port-outs are decided by'],
  getQueues:            [DESK,  '4.7 port_ops: queues'],
  listAlerts:           [DESK,  '4.7 port_ops'],
  getAlert:             [DESK,  '4.7 port_ops'],
  acknowledgeAlert:     [DESK,  '4.7 port_ops'],
  listMonitors:         [DESK,  '4.7 port_ops'],
  getMessage:           [DESK,  '4.7 port_ops: messages'],
  listOverdue:          [DESK,  '4.7 port_ops'],
  listTimelines:        [DESK,  '4.7 port_ops'],
  getRejectionRates:    [ALL,   '4.7 read_only: reports'],
  listUnmappedRejections: [DESK, '4.7 port_ops'],
  importFees:           [DESK,  '4.7 port_ops: reconciliation'],
  listInvoices:         [DESK,  '4.7 port_ops: reconciliation'],
  listFeeLines:         [DESK,  '4.7 port_ops: reconciliation'],
  listUnbilledPorts:    [DESK,  '4.7 port_ops: reconciliation'],
  getStats:             [ALL,   '4.7 read_only: reports'],
  submitPortIns:        [DESK,  '4.7 port_ops'],
  lookUpNumber:         [ALL,   '4.7 read_only: routing read'],
  lookUpNumbers:        [ALL,   '4.7 read_only: routing read'],
  listRoutes:           [ALL,   '4.7 read_only: routing read'],
  inspectRoute:         [ALL,   '4.7 read_only: routing read'],
  pushRoutes:           [DESK,  '4.7 port_ops'],
  removeRoute:          [DESK,  '4.7 port_ops'],
  listKeys:             [ADMIN, 'O-15: keys and users'],
  createKey:            [ADMIN, 'O-15: keys and users'],
  rotateKey:            [ADMIN, 'O-15: keys and users'],
  setKeyExpiry:         [ADMIN, 'O-15: keys and users'],
  revokeKey:            [ADMIN, 'O-15: keys and users'],
  listUsers:            [ADMIN, 'O-15: keys and users'],
  getUser:              [ADMIN, 'O-15: keys and users'],
  createUser:           [ADMIN, 'O-15: keys and users'],
  changeUser:           [ADMIN, 'O-15: keys and users'],
  listLockouts:         [ADMIN, 'O-15: keys and users'],
  liftLockout:          [ADMIN, 'O-15: keys and users'],
  listWebhooks:         [ADMIN, 'O-15: deployment configuration'],
  createWebhook:        [ADMIN, 'O-15: deployment configuration'],
  getWebhook:           [ADMIN, 'O-15: deployment configuration'],
  changeWebhook:        [ADMIN, 'O-15: deployment configuration'],
  removeWebhook:        [ADMIN, 'O-15: deployment configuration'],
  rotateWebhookSecret:  [ADMIN, 'O-15: deployment configuration'],
  testWebhook:          [ADMIN, 'O-15: deployment configuration'],
  listDeliveries:       [ADMIN, 'O-15: deployment configuration'],
  redeliver:            [ADMIN, 'O-15: deployment configuration'],
  redeliverDead:        [ADMIN, 'O-15: deployment configuration'],
  searchAudit:          [ADMIN, 'O-15: audit export'],
  getRetention:         [ADMIN, 'O-15: audit and deployment configuration'],
  verifyAudit:          [ADMIN, 'O-15: audit export'],
  getDossier:           [DESK,  '4.7 port_ops'],
  getNativeDescription: [ALL,   'O-52'],
  getNativeExplorer:    [ALL,   'O-52'],
}

let native: TestNative
before(async () => {
  native = await testNative()
})
after(() => native.close())

/** An address that the route answers, about things that are not there. */
const addressOf = (url: string) => `${native.url}${url.replace(/:(\w+)/g, 'NOTHING-0001').replace('*', 'none')}`
const isRefusedByTier = ({ status, json }: Answer) => status === 403 && json.type !== undefined

test('the operations are exactly those of the table', () => {
  deepEqual([...new Set(native.server.routes.map(({ operation }) => operation))].sort(), Object.keys(MAY).sort())
})

test('every route lets exactly its tiers in, by Basic and by X-API-Key, and nobody without a key (O-15)', async () => {
  for (const { method, url, operation } of native.server.routes) {
    const [tiers, source] = MAY[operation] ?? [[], 'not in the table']
    if (operation === 'followEvents') continue // a stream does not end
    for (const tier of TIERS) {
      for (const headers of [basic(`${tier}-user`, native.key[tier]), { 'x-api-key': native.key[tier] }]) {
        const answer = await askHttp(addressOf(url), { method, headers })
        const at = `${method} ${url} as ${tier} (${source}): ${answer.status} ${answer.text}`
        // a HEAD has no body that would say why
        const isRefused = method === 'HEAD' ? answer.status === 403 : isRefusedByTier(answer)
        equal(isRefused, !tiers.includes(tier), at)
        notEqual(answer.status, 401, at)
        notEqual(answer.status, 500, at)
      }
    }
    const answer = await askHttp(addressOf(url), { method })
    equal(answer.status, 401, `${method} ${url} as nobody`)
    match(answer.headers.get('www-authenticate') ?? '', /^Basic realm=/)
  }
})
