import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { digitsOf, type E164 } from '../../numbers/e164.ts'
import { textWithin } from '../../shared/bounded.ts'
import {
  type Address,
  attributeProfile,
  isSafeRule,
  type ProcessEvent,
  profileIdOf,
  type Reply,
  readProcessEvent,
  readReply,
  reloadOf,
} from './cgrates.codec.ts'

export type CgratesAccess = {
  /** Whole address of the JSON-RPC listener. */
  readonly url: string
  /** Empty: none is asked for. */
  readonly username: string
  readonly password: string
  readonly tenant: string
  readonly timeoutMilliseconds: number
  /** Most calls at once. */
  readonly connections: number
}

/** Never throws: what goes wrong on the way is a `retry`. */
export type CgratesClient = {
  call(method: string, param: object): Promise<Reply>
  /** Where CGrateS says that calls to a number go. */
  lookUp(number: E164, at: Temporal.Instant): Promise<LookedUp>
  /** Sets a number's profile without waking the caches: `reload` does that for many at once. */
  setRoute(number: E164, address: Address): Promise<Reply>
  /** `not_found` when there was none. */
  removeRoute(number: E164): Promise<Reply>
  reload(numbers: readonly E164[]): Promise<Reply>
  close(): Promise<void>
}

export type LookedUp = { readonly kind: 'found'; readonly event: ProcessEvent } | Exclude<Reply, { kind: 'ok' }>

/** Enough for the ids of two million profiles. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024
/** CGrateS refuses calls above its limit at once (MAX_CONCURRENT_RPC_EXCEEDED): the same call soon after is fine. */
const OVERLOAD_TRIES = 6
const OVERLOAD_WAIT_MS = 20

/** Speaks JSON-RPC to CGrateS over HTTP: one parameter in a list, errors as text under HTTP 200. */
export function cgratesClient(access: CgratesAccess): CgratesClient {
  const { tenant, timeoutMilliseconds } = access
  const dispatcher = new Agent({ connections: access.connections, connect: { timeout: timeoutMilliseconds } })
  const call: CgratesClient['call'] = async (method, param) => {
    for (let tries = 1; ; tries++) {
      const reply = await callOnce(access, dispatcher, method, param)
      if (reply.kind !== 'retry' || !reply.isOverload || tries === OVERLOAD_TRIES) return reply
      await wait(OVERLOAD_WAIT_MS * 2 ** (tries - 1) * (0.5 + Math.random()))
    }
  }
  return {
    call,
    async lookUp(number, at) {
      const reply = await call('AttributeSv1.ProcessEvent', {
        Tenant: tenant,
        ID: `route-${randomUUID().slice(0, 8)}`,
        Time: at.toString({ smallestUnit: 'second' }),
        Event: { E164Address: digitsOf(number) },
        APIOpts: { '*attrProcessRuns': 1 },
      })
      if (reply.kind !== 'ok') return reply
      const event = readProcessEvent(reply.result)
      return event ? { kind: 'found', event } : { kind: 'permanent', reason: 'the answer has no event' }
    },
    async setRoute(number, address) {
      // what CGrateS would evaluate instead of keep must not become an address
      if (!isSafeRule(address.address)) return { kind: 'permanent', reason: 'CGrateS would change this address' }
      return call('APIerSv1.SetAttributeProfile', attributeProfile(tenant, number, address))
    },
    removeRoute: (number) =>
      call('APIerSv1.RemoveAttributeProfile', {
        Tenant: tenant,
        ID: profileIdOf(number),
        APIOpts: { '*cache': '*none' },
      }),
    reload: (numbers) => call('CacheSv1.ReloadCache', reloadOf(tenant, numbers)),
    close: () => dispatcher.destroy(),
  }
}

async function callOnce(
  { url, username, password, timeoutMilliseconds }: CgratesAccess,
  dispatcher: Agent,
  method: string,
  param: object,
): Promise<Reply> {
  const signal = AbortSignal.timeout(timeoutMilliseconds)
  const failed = (reason: string): Reply => ({ kind: 'retry', reason, isOverload: false })
  const basic = Buffer.from(`${username}:${password}`).toString('base64')
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(username && { authorization: `Basic ${basic}` }) },
      body: JSON.stringify({ method, params: [param], id: 1 }),
      dispatcher,
      signal,
    })
    const text = await textWithin(answer.body, MAX_ANSWER_BYTES)
    if (answer.statusCode !== 200) return failed(`HTTP ${answer.statusCode}: ${text.slice(0, 200).trim()}`)
    return readReply(JSON.parse(text))
  } catch (error) {
    if (signal.aborted) return failed(`no answer within ${timeoutMilliseconds} ms`)
    // whatever the network or the answer's bytes did: nothing is known to have happened, and the call may be made again
    return failed(error instanceof Error ? error.message : 'the call failed')
  }
}
