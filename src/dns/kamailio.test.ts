import { equal, ok } from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { DOC, setRoute, world } from '../../test/conformance/world.ts'
import { freePort } from '../../test/support/free-port.ts'
import { until } from '../../test/support/until.ts'
import { createLog } from '../shared/log.ts'
import { ENUM_PROFILES, type EnumProfile } from './enum-profile.ts'
import { askNaptr } from './probe.client.ts'
import { type DnsServer, startDns } from './server.ts'
import { checkedName } from './zone-config.ts'

const KAMAILIO = '/usr/sbin/kamailio'
const UNSHARE = '/usr/bin/unshare'
/** Kamailio asks whom /etc/resolv.conf names, at port 53: it sees one of its own, and we listen there for it alone. */
const ADDRESS = `127.${100 + (process.pid % 100)}.${(process.pid >> 8) & 255}.53`

const folder = mkdtempSync(join(tmpdir(), 'portolan-kamailio-'))
const resolvConf = join(folder, 'resolv.conf')
writeFileSync(resolvConf, `nameserver ${ADDRESS}\noptions timeout:1 attempts:3\n`)
after(() => rmSync(folder, { recursive: true, force: true }))

const SEES_ITS_OWN = ['--mount', 'sh', '-c', 'mount --bind "$0" /etc/resolv.conf && exec "$@"', resolvConf]

function whyNot(): string | false {
  if (!existsSync(KAMAILIO)) return `${KAMAILIO} is not installed`
  if (process.getuid?.() !== 0) return 'only root may listen at port 53'
  if (spawnSync(UNSHARE, [...SEES_ITS_OWN, 'true']).status !== 0)
    return 'no /etc/resolv.conf of its own can be given to it'
  return false
}

/** Its defaults, and the three ways to ask for other services (design: what each client matches). */
const CONFIG = (port: number): string => `#!KAMAILIO
debug=-1
log_stderror=yes
children=1
disable_tcp=yes
use_dns_cache=off
listen=udp:127.0.0.1:${port}
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "textops.so"
loadmodule "enum.so"
request_route {
  $var(found) = -1;
  if ($hdr(X-Service) == "default") { if (enum_query()) $var(found) = 1; }
  if ($hdr(X-Service) == "pstn") { if (enum_query("e164.arpa.", "pstn")) $var(found) = 1; }
  if ($hdr(X-Service) == "+pstn:tel") { if (enum_query("e164.arpa.", "+pstn:tel")) $var(found) = 1; }
  if ($var(found) == 1) {
    append_to_reply("X-URI: $ru\\r\\n");
    append_to_reply("X-User: $rU\\r\\n");
    sl_send_reply("200", "Found");
  } else {
    sl_send_reply("404", "Not Found");
  }
  exit;
}
`

type Found = { readonly uri: string | undefined; readonly user: string | undefined }

/** Has Kamailio ask ENUM for the user of a request's URI, with its plus. @returns undefined until it answers */
async function ask(port: number, digits: string, service: string): Promise<Found | undefined> {
  const socket = createSocket('udp4')
  socket.on('error', () => {}) // nobody listens there yet: asked again
  try {
    socket.connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const { port: own } = socket.address()
    const request = [
      `OPTIONS sip:+${digits}@127.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${own};branch=z9hG4bK${digits}`,
      'Max-Forwards: 10',
      'From: <sip:a@127.0.0.1>;tag=1',
      `To: <sip:+${digits}@127.0.0.1>`,
      `Call-ID: ${digits}-${own}`,
      'CSeq: 1 OPTIONS',
      `X-Service: ${service}`,
      'Content-Length: 0',
      '',
      '',
    ]
    socket.send(request.join('\r\n'), () => {})
    const signal = AbortSignal.timeout(5000)
    const [bytes] = await once(socket, 'message', { signal }).catch(() => []) // late, or nobody listens there yet
    if (bytes === undefined) return undefined
    const text = String(bytes)
    ok(/^SIP\/2\.0 (200|404)/.test(text), text)
    return { uri: /^X-URI: (.*)\r$/m.exec(text)?.[1], user: /^X-User: (.*)\r$/m.exec(text)?.[1] }
  } finally {
    socket.close()
  }
}

const REASON = whyNot()

describe('Kamailio’s enum_query, pointed at us', { skip: REASON }, () => {
  let sipPort: number
  let kamailio: ChildProcess
  const { table } = world()
  setRoute(table, '+15550101', '+15550101', { operator: 'FLOW', routingNumber: 'd2701;rn-context=+1' })
  before(async () => {
    sipPort = await freePort()
    const file = join(folder, 'kamailio.cfg')
    writeFileSync(file, CONFIG(sipPort))
    const words = [KAMAILIO, '-DD', '-E', '-f', file, '-m', '16', '-M', '4', '-Y', folder]
    kamailio = spawn(UNSHARE, [...SEES_ITS_OWN, ...words], { stdio: 'ignore' })
  })
  after(async () => {
    if (kamailio.exitCode !== null) return
    const ended = once(kamailio, 'exit')
    kamailio.kill('SIGTERM')
    await ended
  })

  /** With our server as long as it is asked. */
  async function asked(profile: EnumProfile, digits: string, service: string): Promise<Found> {
    let dns: DnsServer | undefined
    try {
      dns = await startDns({ host: ADDRESS, port: 53, config: { ...DOC, profile }, table, log: createLog('silent') })
      // Its thread may be slower to start than Kamailio waits for it.
      const node = { host: ADDRESS, port: 53 }
      await until('we answer', async () => (await askNaptr(node, checkedName('e164.arpa'))).kind === 'answer')
      return await until('Kamailio answers', () => {
        equal(kamailio.exitCode, null, 'Kamailio runs')
        return ask(sipPort, digits, service)
      })
    } finally {
      await dns?.close()
    }
  }

  // biome-ignore format: a table
  const ROWS: readonly [profile: EnumProfile, service: string, digits: string, uri: string | undefined, why: string][] = [
    ['interoperable', 'default',   '15550100', 'sip:+15550100;npdi;rn=+15559901@ims.digi.example;user=phone',            'ported'],
    ['interoperable', 'default',   '15550101', 'sip:+15550101;npdi;rn=d2701;rn-context=+1@ims.flow.example;user=phone', 'ported, a local routing number'],
    ['interoperable', 'default',   '15550300', 'sip:+15550300;npdi@ims.flow.example;user=phone',                         'not ported'],
    ['interoperable', 'default',   '15557001', 'sip:+15557001;npdi@ims.digi.example;user=phone',                         'not ported, the longer block'],
    ['interoperable', 'default',   '15560000', undefined,                                                                'in no block'],
    ['interoperable', 'pstn',      '15550100', 'sip:+15550100;npdi;rn=+15559901@ims.digi.example;user=phone',            'ported'],
    ['interoperable', '+pstn:tel', '15550100', 'tel:+15550100;npdi;rn=+15559901',                                        'ported'],
    ['compact',       'default',   '15550100', 'sip:+15550100;npdi;rn=+15559901@ims.digi.example;user=phone',            'ported'],
    ['compact',       'default',   '15550300', 'sip:+15550300;npdi@ims.flow.example;user=phone',                         'not ported'],
    ['document',      'default',   '15550100', undefined,                                                                'the printed record is matched by no default (DIVERGENCES.md, O-03)'],
    ['document',      '+pstn:tel', '15550100', 'sip:+15550100;npdi;rn=+15559901@ims.digi.example',                       'asked for as it is printed'],
  ]
  for (const [profile, service, digits, uri, why] of ROWS) {
    test(`${profile}, ${service}: +${digits} ${uri === undefined ? 'finds nothing' : `is ${uri}`} (${why})`, async () => {
      const found = await asked(profile, digits, service)
      equal(found.uri, uri)
      const isClean = uri?.endsWith(';user=phone') ?? false
      if (isClean) equal(found.user, `+${digits}`, 'rn and npdi are parameters, not part of the user')
    })
  }

  test('every profile is asked about', () => {
    equal(
      ENUM_PROFILES.every((profile) => ROWS.some(([asked]) => asked === profile)),
      true,
    )
  })
})
