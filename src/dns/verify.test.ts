import { equal, match } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DOC, world } from '../../test/conformance/world.ts'
import { until } from '../../test/support/until.ts'
import type { E164 } from '../numbers/e164.ts'
import { createLog } from '../shared/log.ts'
import { parseMaster } from './master.codec.ts'
import { type AnsweredNumbers, numberAnswers } from './number-answer.ts'
import { askNaptr } from './probe.client.ts'
import { type DnsServer, startDns } from './server.ts'
import { type Ask, numberVerifier } from './verify.ts'
import { checkedName } from './zone-config.ts'

/** Worded as the wildcards of secondaries, and with a zone from a file for the numbers below 1555099. */
const config = { ...DOC, blockWording: 'reference' } as const
const apex = checkedName('9.9.0.5.5.5.1.e164.arpa')
const text = `$TTL 60
@ SOA ns1.example.net. hostmaster.example.net. 1 3600 600 86400 60
@ NS ns1.example.net.
1 NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:test@example.net!" .
`
const fixedZones = [{ apex, records: parseMaster(text, apex) }]
const ROUTE = { operator: 'DIGI', routingNumber: '+15559901' }

let dns: DnsServer
before(async () => {
  dns = await startDns({
    host: '127.0.0.1',
    port: 0,
    config,
    fixedZones,
    table: world().table,
    log: createLog('silent'),
  })
})
after(() => dns.close())

/** Asked again where it is not heard in time, on a machine that does other things. */
const askAgain: Ask = (node, name) =>
  until('the node is heard', async () => {
    const answer = await askNaptr(node, name)
    return answer.kind === 'answer' && answer
  })

const problem = (number: string, route: typeof ROUTE | undefined, known: AnsweredNumbers = { config, fixedZones }) =>
  numberVerifier(numberAnswers(known), askAgain)({ host: '127.0.0.1', port: dns.port }, number as E164, route)

test('a node is right about a routed number, one of a block, and one in a zone from a file', async () => {
  equal(await problem('+15550100', ROUTE), undefined)
  equal(await problem('+15550300', undefined), undefined, 'by back-reference')
  equal(await problem('+15550991', undefined), undefined)
})

test('a node that answers another route, other words or another zone is wrong, and it is said where', async () => {
  match(
    (await problem('+15550100', undefined)) ?? '',
    /on 0\.0\.1\.0\.5\.5\.5\.1\.e164enum\.net\.: answers .*rn=\+15559901.* instead of/,
  )
  const literal = { config: { ...config, blockWording: 'literal' as const }, fixedZones }
  match((await problem('+15550300', undefined, literal)) ?? '', /instead of .*sip:\+15550300;npdi@/)
  match(
    (await problem('+15550991', undefined, { config, fixedZones: [] })) ?? '',
    /e164\.arpa\.: answers .*test@example\.net/,
  )
})
