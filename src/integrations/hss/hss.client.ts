import { request } from 'undici'
import { digitsOf, type E164 } from '../../numbers/e164.ts'
import { textWithin } from '../../shared/bounded.ts'
import { type HssAnswer, readGeneric, readPyhss } from './hss.codec.ts'

export type HssAccess = {
  readonly kind: 'pyhss' | 'generic-rest'
  /** Base address of PyHSS; for generic-rest the whole address with `{msisdn}` in it. */
  readonly url: string
  /** Names joined by dots that lead to the subscription in a generic answer; empty: all of it. */
  readonly path: string
  readonly header: string
  readonly key: string | undefined
  readonly timeoutMilliseconds: number
}

/** Asks an HSS what it knows of a number. Never throws: an HSS that is down is an answer. */
export type HssClient = (number: E164) => Promise<HssAnswer>

/** IMS first, then the packet core: a number without voice over IMS still has a subscription. */
const PYHSS_PATHS = ['/ims_subscriber/ims_subscriber_msisdn/', '/subscriber/msisdn/']
const MAX_ANSWER_BYTES = 256 * 1024
const MAX_WORDS = 200

export function hssClient(access: HssAccess): HssClient {
  return access.kind === 'pyhss' ? pyhss(access) : generic(access)
}

function pyhss(access: HssAccess): HssClient {
  const base = access.url.replace(/\/+$/, '')
  return async (number) => {
    // one time limit for both questions: a routing answer waits for them
    const signal = AbortSignal.timeout(access.timeoutMilliseconds)
    let answer: HssAnswer = { kind: 'none', reason: 'never asked' }
    for (const path of PYHSS_PATHS) {
      // bare digits: PyHSS takes a plus off what it stores and not off what it is asked
      answer = await get(access, `${base}${path}${digitsOf(number)}`, signal, readPyhss)
      if (answer.kind !== 'none') return answer
    }
    return { kind: 'none', reason: `the HSS has no subscription with the primary number ${digitsOf(number)}` }
  }
}

function generic(access: HssAccess): HssClient {
  return async (number) => {
    const address = access.url.replaceAll('{msisdn}', digitsOf(number))
    const signal = AbortSignal.timeout(access.timeoutMilliseconds)
    return get(access, address, signal, (status, body) => readGeneric(status, body, access.path))
  }
}

async function get(
  { header, key, timeoutMilliseconds }: HssAccess,
  address: string,
  signal: AbortSignal,
  read: (status: number, body: unknown) => HssAnswer,
): Promise<HssAnswer> {
  const failed = (why: string): HssAnswer => ({ kind: 'failed', reason: `the HSS did not answer: ${why}` })
  try {
    const headers = { accept: 'application/json', ...(key !== undefined && { [header]: key }) }
    const answer = await request(address, { headers, signal })
    const text = await textWithin(answer.body, MAX_ANSWER_BYTES)
    return withWords(read(answer.statusCode, parsed(text)), text)
  } catch (error) {
    if (signal.aborted) return failed(`nothing within ${timeoutMilliseconds} ms`)
    return failed(error instanceof Error ? error.message : 'the connection failed')
  }
}

/** What is only known to be no success is told in the words of the HSS, or of what stands before it. */
function withWords(answer: HssAnswer, text: string): HssAnswer {
  const words = text.replace(/\s+/g, ' ').trim().slice(0, MAX_WORDS)
  if (answer.kind !== 'failed' || words === '' || !/answered [45]\d\d(?: and no JSON)?$/.test(answer.reason))
    return answer
  return { kind: 'failed', reason: `${answer.reason}: ${words}` }
}

/** @returns undefined for what is not JSON; JSON's own `null` is an answer */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // read() says what is wrong
  }
}
