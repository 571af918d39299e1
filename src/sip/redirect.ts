import { createHmac } from 'node:crypto'
import type { E164 } from '../numbers/e164.ts'
import {
  decodeRequest,
  encodeResponse,
  type Field,
  fieldOf,
  firstOfList,
  type SipRequest,
  type SipStatus,
  tagOf,
} from './message.codec.ts'
import { calledNumber } from './telephone.codec.ts'

/** Where a message came from. */
export type Peer = { readonly address: string; readonly port: number }
export type Response = {
  readonly status: SipStatus
  readonly bytes: Buffer
  /** Over UDP: where at the peer's address it goes. */
  readonly port: number
}

/** The URI that a number is to be called at, `rn` and `npdi` in it; undefined: nobody here knows it. */
export type UriOf = (number: E164) => string | undefined

/** @returns undefined for what must be met with silence */
export type Redirect = (octets: Uint8Array, peer: Peer) => Response | undefined

const ALLOW: Field = { name: 'Allow', value: 'INVITE, ACK, CANCEL, OPTIONS' }
const SIP_PORT = 5060

/**
 * A stateless redirect server (RFC 3261 §8.3, §8.2.7): an INVITE for a number that DNS would answer gets a 302 with the same
 * URI as its Contact. Nothing is kept between two messages, so a repeated request gets the very same response.
 *
 * @param secret - makes the tags of To; any text that stays for as long as the process does
 */
export function redirector(uriOf: UriOf, secret: string): Redirect {
  return (octets, peer) => {
    const decoded = decodeRequest(octets)
    if (decoded.kind === 'silence') return undefined
    const { request } = decoded
    // a stateless server ignores both (RFC 3261 §8.2.7)
    if (request.method === 'ACK' || request.method === 'CANCEL') return undefined
    const top = answeredVia(request, peer)
    if (top === undefined) return undefined
    const [status, more] = decoded.kind === 'broken' ? ([decoded.status, []] as const) : judge(request, uriOf)
    const bytes = encodeResponse(status, request, { via: top.via, toTag: tagFor(request, secret), more })
    return { status, bytes, port: top.port }
  }
}

type Verdict = readonly [status: SipStatus, more: readonly Field[]]

function judge(request: SipRequest, uriOf: UriOf): Verdict {
  if (tagOf(fieldOf(request, 'to') ?? '') !== undefined) return [481, []] // of a call that we are not in
  if (request.method !== 'INVITE' && request.method !== 'OPTIONS') return [405, [ALLOW]]
  const required = request.fields.filter(({ name }) => name === 'require').map(({ value }) => value)
  if (required.length > 0) return [420, [{ name: 'Unsupported', value: required.join(', ') }]]
  if (request.method === 'OPTIONS') return [200, [ALLOW]]
  const called = calledNumber(request.uri)
  if (called.kind === 'other scheme') return [416, []]
  const uri = called.kind === 'number' ? uriOf(called.number) : undefined
  return uri === undefined ? [404, []] : [302, [{ name: 'Contact', value: `<${uri}>` }]]
}

/**
 * The first Via as it goes back, and the port that it goes to: `rport` asks for the one that the request came from
 * (RFC 3581 §4), else it is the one that Via names (RFC 3261 §18.2.2). The address is always the one that asked: `maddr` is not
 * followed, because a response to another address than the request's would be a way to flood somebody.
 */
function answeredVia(request: SipRequest, { address, port }: Peer): { via: string; port: number } | undefined {
  const [top] = firstOfList(fieldOf(request, 'via') ?? '')
  const [, host = '', , said] =
    /^SIP\s*\/\s*2\.0\s*\/\s*[A-Za-z0-9-]+\s+(\[[0-9A-Fa-f:.]+\]|[^\s;:]+)(\s*:\s*([0-9]{1,5}))?\s*(?:;|$)/i.exec(
      top,
    ) ?? []
  if (host === '') return undefined
  const saidPort = said === undefined ? SIP_PORT : Number(said)
  if (saidPort < 1 || saidPort > 65_535) return undefined
  const asksPort = /;\s*rport\s*(?=;|$)/i.test(top)
  const isAtHost = host.replace(/^\[|\]$/g, '').toLowerCase() === address.toLowerCase()
  const clean = top.replace(/;\s*received\s*=[^;]*/gi, '').trimEnd()
  const withPort = asksPort ? clean.replace(/;\s*rport\s*(?=;|$)/i, `;rport=${port}`) : clean
  return {
    via: isAtHost && !asksPort ? withPort : `${withPort};received=${address}`,
    port: asksPort ? port : saidPort,
  }
}

/** The same for the same request, and for no other (RFC 3261 §8.2.7, §19.3). */
function tagFor(request: SipRequest, secret: string): string {
  const said = ['via', 'from', 'to', 'call-id', 'cseq'].map((name) => fieldOf(request, name))
  return createHmac('sha256', secret).update(JSON.stringify(said)).digest('hex').slice(0, 16)
}
