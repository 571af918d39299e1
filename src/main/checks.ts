import { setTimeout as wait } from 'node:timers/promises'
import type { Config } from '../config.ts'
import { type NumberAnswers, numberAnswers } from '../dns/number-answer.ts'
import { askNaptr } from '../dns/probe.client.ts'
import type { DnsNode } from '../dns/probe.codec.ts'
import { numberVerifier } from '../dns/verify.ts'
import { servedByMarket } from '../dns/zone-config.ts'
import { finalBillText } from '../integrations/cgrates/charging.codec.ts'
import type { Charging } from '../integrations/cgrates/charging.job.ts'
import { type CrmClient, type CrmPort, crmClient } from '../integrations/crm/crm.client.ts'
import { hssClient } from '../integrations/hss/hss.client.ts'
import type { SmsTester } from '../integrations/sms/sms.ts'
import type { Market } from '../numbers/market.ts'
import { type NumberRange, samplesOf } from '../numbers/range.ts'
import { deliveryCheck } from '../porting/checklist.job.ts'
import { type Check, type Checks, type MovedPort, routeVerdict, type StepName } from '../porting/checklist.ts'
import type { Porting } from '../porting/porting.ts'
import { findRoutesOf } from '../routing/route.store.ts'
import { counted } from '../shared/count.ts'
import { loopbackOf } from '../shared/loopback.ts'
import type { DnsRole } from './dns.ts'
import { welcomeBySms } from './notices.ts'

/** The steps that a deployment wants confirmed after a port, by what it has configured; route and DNS always (contract O-09). */
export function requiredSteps({ charging, hss, crm, welcome }: Config): StepName[] {
  return [
    'route',
    'dns',
    'bss',
    ...(charging ? (['charging'] as const) : []),
    ...(hss.kind === 'none' ? [] : (['hss'] as const)),
    ...(crm ? (['crm'] as const) : []),
    ...(welcome.by === 'none' ? [] : (['welcome'] as const)),
  ]
}

export type CheckDeps = {
  readonly config: Config
  readonly porting: Porting
  readonly charging: Charging | undefined
  /** undefined where the role is not this process's. */
  readonly dns: DnsRole | undefined
  readonly sms: SmsTester
}

/** Hands the checklist its checks: each asks one of the systems around. */
export function composeChecks({ config, porting, charging, dns, sms }: CheckDeps): Checks & { close(): Promise<void> } {
  const crm = config.crm && crmClient(config.crm)
  const bySms = welcomeBySms(config, porting, sms)
  return {
    route: (port) => routeVerdict(porting, port),
    dns: dnsCheck(porting, nodesOf(config, dns?.server.port), composeNumbers(config, porting.market, dns)),
    bss: deliveryCheck(porting, 'bss'),
    ...(charging && { charging: chargingCheck(charging) }),
    ...(config.hss.kind !== 'none' && { hss: hssCheck({ ...config.hss, kind: config.hss.kind }) }),
    ...(crm && { crm: crmCheck(crm) }),
    ...(config.welcome.by === 'event' && { welcome: deliveryCheck(porting, 'welcome', 'port_in.welcome') }),
    ...(bySms && { welcome: bySms }),
    close: async () => crm?.close(),
  }
}

/** All DNS nodes that are known here, each once: this process's own, if it has one, and those of PORTOLAN_DNS_NODES. */
export function nodesOf({ dns }: Pick<Config, 'dns'>, ownPort: number | undefined): DnsNode[] {
  const own = ownPort === undefined ? [] : [{ host: loopbackOf(dns.host), port: ownPort }]
  // every process may be given the same list, with its own address in it
  const byAddress = new Map([...own, ...dns.nodes].map((node) => [`${node.host} ${node.port}`, node]))
  return [...byAddress.values()]
}

/** What the DNS answers for a number, as far as this process knows: zones from files are known to one that does DNS. */
export function composeNumbers({ dns: settings }: Config, market: Market, dns: DnsRole | undefined): NumberAnswers {
  const { zones: apexes, profile } = settings
  return numberAnswers({
    config: dns?.zones ?? { apexes, profile, ...servedByMarket(market) },
    fixedZones: dns?.fixedZones ?? [],
  })
}

/** How long a check waits for the nodes to follow before it says that they do not. */
const FOLLOW_MS = 1000

const problemIn = (answers: readonly (string | undefined)[]) => answers.find((one) => one !== undefined)

function dnsCheck(porting: Porting, nodes: readonly DnsNode[], numbers: NumberAnswers): Check {
  const verify = numberVerifier(numbers, askNaptr)
  return async ({ range }) => {
    if (nodes.length === 0) return { kind: 'failed', reason: 'no DNS node to ask: set PORTOLAN_DNS_NODES' }
    const since = performance.now()
    const numbers = samplesOf(range)
    const found = await findRoutesOf(porting.db, numbers)
    const routes = new Map(found.map(({ number, route }) => [number, route]))
    const ask = () => nodes.flatMap((node) => numbers.map((number) => verify(node, number, routes.get(number))))
    let problem = problemIn(await Promise.all(ask()))
    // the nodes learn of a route moments after its commit
    while (problem && performance.now() - since < FOLLOW_MS) {
      await wait(FOLLOW_MS / 10)
      problem = problemIn(await Promise.all(ask()))
    }
    if (problem) return { kind: 'failed', reason: problem }
    return {
      kind: 'confirmed',
      by: `${counted(numbers.length, 'number')} on ${nodes.map(({ host, port }) => `${host}:${port}`).join(', ')}`,
    }
  }
}

/** Of a port-out the proof has the final bill in it: nowhere else is it seen. */
function chargingCheck({ chargePortIn, chargePortOut, stepsOf }: Charging): Check {
  return async ({ direction, movedAt, ...port }) => {
    const charged = { ...port, at: movedAt }
    const leaving = { ...charged, unbilledSince: undefined, closingReason: `ported to ${port.counterparty}` }
    const outcome = await (direction === 'in' ? chargePortIn(charged) : chargePortOut(leaving))
    if (outcome.kind === 'done') {
      const bill = direction === 'out' && finalBillText(await stepsOf(port.id))
      return { kind: 'confirmed', by: bill ? `CGrateS: ${bill}` : 'CGrateS' }
    }
    if (outcome.kind === 'busy') return { kind: 'waiting', reason: 'it is being charged' }
    return { kind: 'failed', reason: `${outcome.step}: ${outcome.reason}` }
  }
}

function hssCheck(access: Parameters<typeof hssClient>[0]): Check {
  const ask = hssClient(access)
  return async ({ range }) => {
    const numbers = samplesOf(range)
    const answers = await Promise.all(numbers.map(ask))
    for (const answer of answers) if (answer.kind !== 'found') return { kind: 'failed', reason: answer.reason }
    return { kind: 'confirmed', by: `${counted(numbers.length, 'subscription')} found` }
  }
}

/** A port-out is said first and its service closed then, in the order of the document ("Port-Out Workflow"). */
function crmCheck(crm: CrmClient): Check {
  return async (port) => {
    const told = crmPortOf(port, port.range)
    const said = port.direction === 'out' ? await crm.portOutStatus(told, 'ported') : undefined
    if (said?.kind === 'failed') return said
    const answer = await (port.direction === 'in'
      ? crm.activate(told)
      : crm.closeService(told, `ported to ${port.counterparty}`))
    return answer.kind === 'done' ? { kind: 'confirmed', by: `CRM ${answer.reference}` } : answer
  }
}

function crmPortOf({ movedAt, ...port }: MovedPort, { first, last }: NumberRange): CrmPort {
  return { ...port, firstNumber: first, lastNumber: last, at: movedAt }
}
