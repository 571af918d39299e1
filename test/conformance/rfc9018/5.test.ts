import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { addressOctets } from '../../../src/dns/address.ts'
import { answerCookie, judgeCookie } from '../../../src/dns/cookie.codec.ts'
import { ASKER, ask, ednsOption, OPT, world } from '../world.ts'

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
const [OLD, NEW] = ['dd3bdf9344b678b185a6f5cb60fca715', '445536bcd2513298075a5d379663c962']

test('§5, appendix A.4: a cookie of the secret before is recognised while it is staged, and answered with one of the new', () => {
  const address = addressOctets('2001:db8:220:1:59de:d0f4:8769:82b8')!
  const asked = hex('22681ab97d52c298010000005cf7c57926556bd0934c72f8')
  const facts = { secret: hex(NEW), otherSecrets: [hex(OLD)], address, nowSeconds: 1_559_741_961 }
  equal(judgeCookie(asked, facts), 'aging')
  equal(Buffer.from(answerCookie(asked, facts)).toString('hex'), '22681ab97d52c298010000005cf7c609a6bb79d16625507a')
  equal(judgeCookie(asked, { ...facts, otherSecrets: [] }), 'unknown')
})

/** The cookie that a server of these secrets answers one with. */
function answered(cookie: Uint8Array, cookieSecret: string, otherCookieSecrets: readonly string[]): string {
  const { state } = world({}, { cookieSecret, otherCookieSecrets })
  const options = [ednsOption(10, Buffer.from(cookie))]
  const { opt } = ask(state, '0.0.1.0.5.5.5.1.e164.arpa', 'NAPTR', { additionals: [{ ...OPT, options }] })
  const [option] = opt?.type === 'OPT' ? opt.options : []
  return Buffer.from((option as unknown as { data: Buffer }).data).toString('hex') // dns-packet: data of a code it does not know
}

test('§5: the new secret is first accepted everywhere, then given, then the old one is forgotten; nobody is unknown meanwhile', () => {
  const client = hex('2464c4abcf10c957')
  const facts = { address: ASKER.address, nowSeconds: ASKER.nowSeconds }
  const stages = [
    { cookieSecret: OLD, other: [NEW] },
    { cookieSecret: NEW, other: [OLD] },
  ]
  for (const [from, to] of [
    [0, 1],
    [1, 0],
    [0, 0],
  ] as const) {
    const cookie = hex(answered(client, stages[from]!.cookieSecret, stages[from]!.other))
    const { cookieSecret, other } = stages[to]!
    const judged = judgeCookie(cookie, { ...facts, secret: hex(cookieSecret), otherSecrets: other.map(hex) })
    equal(judged, from === to ? 'valid' : 'aging')
    const again = hex(answered(cookie, cookieSecret, other))
    deepEqual(judgeCookie(again, { ...facts, secret: hex(cookieSecret) }), 'valid')
  }
})
