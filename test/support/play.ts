import type { TestContext } from 'node:test'
import { startSimulator } from '../../sim/pxs.ts'
import type { PxsBody } from '../../src/clearinghouses/pxs/messages.codec.ts'
import { loadMarket } from '../../src/numbers/load-market.ts'
import type { Market } from '../../src/numbers/market.ts'
import { type Carrier, CLIENT, openCarrier } from './carrier.ts'

const MARKETS = new URL('../../markets', import.meta.url).pathname
export const market = await loadMarket(MARKETS, 'doc')

export type Play = { readonly carrier: Carrier; readonly url: string }

export async function openPlay(
  context: TestContext,
  more: { readonly market?: Market; readonly stepMilliseconds?: number } = {},
): Promise<Play> {
  const carrier = await openCarrier(context)
  const { url, credentials } = carrier
  const simulator = await startSimulator({
    market,
    listenPort: 0,
    deliverTo: { url, ...credentials },
    client: CLIENT,
    stepMilliseconds: 5,
    ...more,
  })
  context.after(() => simulator.close())
  return { carrier, url: simulator.url }
}

export const ID = 'XX202501-CARR-00001'
export const about = (msgidentifier: string) => ({ msgidentifier })

export function request(first: string, last = first, more: object = {}): PxsBody {
  return {
    kind: 'authorisation_request',
    recipient: 'CARR',
    donor: 'DONOR',
    numberType: 'mobile',
    accountType: 'Prepaid',
    isCoolOffOverridden: false,
    contactNumber: first,
    email: 'ops@example.com',
    series: [{ first, last }],
    ...more,
  }
}

export async function ask(url: string, path: string, body?: object) {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(`${url}${path}`, init)
  // The hand tools answer with an object, and a test that finds another shape fails by it.
  return {
    status: response.status,
    body: (await response.json()) as Record<string, unknown> & { messages: Record<string, string>[] },
  }
}
