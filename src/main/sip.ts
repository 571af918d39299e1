import { randomBytes } from 'node:crypto'
import type { Config } from '../config.ts'
import { numberAnswers } from '../dns/number-answer.ts'
import { digitsOf } from '../numbers/e164.ts'
import type { Log } from '../shared/log.ts'
import { redirector } from '../sip/redirect.ts'
import { type SipServer, startSip } from '../sip/server.ts'
import type { DnsRole } from './dns.ts'

/**
 * The answers of the DNS for switches without ENUM, out of the same memory. Always worded with `user=phone`, whatever the
 * profile: without it `rn` and `npdi` are no parameters of a telephone number (RFC 3261 §19.1.6).
 */
export async function startSipRole(
  { table, zones, fixedZones }: DnsRole,
  { sip, log, closers }: { sip: NonNullable<Config['sip']>; log: Log; closers: (() => Promise<void>)[] },
): Promise<SipServer> {
  const { answerFor } = numberAnswers({ config: { ...zones, profile: 'compact', blockWording: 'literal' }, fixedZones })
  const redirect = redirector(
    (number) => answerFor(number, table.lookup(digitsOf(number))).uri,
    randomBytes(16).toString('hex'),
  )
  const server = await startSip({ ...sip, redirect, log: log.child({ room: 'sip' }) })
  closers.push(() => server.close())
  return server
}
