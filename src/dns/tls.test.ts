import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { connect, type TLSSocket } from 'node:tls'
import { framed, readFramed } from '../../test/conformance/wire.ts'
import { DOC, queryBytes, readReply, world } from '../../test/conformance/world.ts'
import { until } from '../../test/support/until.ts'
import { createLog } from '../shared/log.ts'
import { type DnsServer, startDns } from './server.ts'

const IDENTITIES = join(import.meta.dirname, '../../test/fixtures/dns/tls')
const KDIG = '/usr/bin/kdig'
const QUERY = queryBytes('0.0.1.0.5.5.5.1.e164.arpa', 'NAPTR')
const log = createLog('silent')
const folder = mkdtempSync(join(tmpdir(), 'portolan-tls-'))
const tls = {
  port: 0,
  certificateFile: join(folder, 'cert.pem'),
  keyFile: join(folder, 'key.pem'),
  lookEverySeconds: 0.05,
}

let dns: DnsServer
before(async () => {
  become('one')
  dns = await startDns({ host: '127.0.0.1', port: 0, config: DOC, table: world().table, log, tls })
})
after(async () => {
  await dns.close()
  rmSync(folder, { recursive: true })
})

/** The key first: between the two the files do not belong together, and what is there goes on. */
function become(name: 'one' | 'two'): void {
  copyFileSync(join(IDENTITIES, `${name}.key.pem`), tls.keyFile)
  copyFileSync(join(IDENTITIES, `${name}.cert.pem`), tls.certificateFile)
}

async function open(more: object = {}): Promise<TLSSocket> {
  // as RFC 7858 §4.1 has it, opportunistic: a certificate that signs itself is no authority
  const socket = connect({
    port: dns.tlsPort,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    ALPNProtocols: ['dot'],
    ...more,
  })
  await once(socket, 'secureConnect')
  return socket
}

test('queries sent together, and in pieces, are answered on one connection as over TCP (RFC 7858 §3.3)', async () => {
  const socket = await open()
  equal(socket.alpnProtocol, 'dot')
  const both = framed(QUERY, QUERY)
  socket.write(both.subarray(0, 7))
  socket.write(both.subarray(7))
  const [first, second] = await readFramed(socket, 2)
  deepEqual(first, second)
  match(readReply(first ?? Buffer.alloc(0)).regexps.join(), /rn=\+15559901/)
  ok(dns.counts().some(({ via, rcode, count }) => via === 'tls' && rcode === 'NOERROR' && count >= 2))
  socket.destroy()
})

test('what is no TLS is hung up on and harms nobody; TLS 1.1 is refused', async () => {
  const plain = connectTcp({ port: dns.tlsPort ?? 0, host: '127.0.0.1' })
  plain.on('error', () => {}) // a reset is an end as well
  plain.write(framed(QUERY))
  await once(plain, 'close')
  await rejects(open({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' }))
  const socket = await open()
  socket.write(framed(QUERY))
  equal((await readFramed(socket, 1)).length, 1)
  socket.destroy()
})

test('a renewed certificate is taken without a restart, and one without its key is not', async () => {
  const nameOf = async () => {
    const socket = await open()
    const { subject } = socket.getPeerCertificate()
    socket.destroy()
    return subject.CN
  }
  equal(await nameOf(), 'one.dns.example')
  copyFileSync(join(IDENTITIES, 'two.key.pem'), tls.keyFile)
  equal(await nameOf(), 'one.dns.example')
  become('two')
  await until('the new certificate', async () => (await nameOf()) === 'two.dns.example')
})

test('kdig +tls gets the answer', { skip: existsSync(KDIG) ? false : `${KDIG} is not installed` }, async () => {
  const words = ['@127.0.0.1', '-p', String(dns.tlsPort), '+tls', '+short', '0.0.1.0.5.5.5.1.e164.arpa', 'NAPTR']
  const child = spawn(KDIG, words)
  let text = ''
  child.stdout.on('data', (more) => {
    text += more
  })
  await once(child, 'close')
  match(text, /rn=\+15559901/)
})

test('files that are missing or do not belong together stop the start by their names', async () => {
  const start = (certificateFile: string) =>
    startDns({ host: '127.0.0.1', port: 0, config: DOC, table: world().table, log, tls: { ...tls, certificateFile } })
  await rejects(start(join(folder, 'none.pem')), /none\.pem/)
  await rejects(start(join(IDENTITIES, 'one.cert.pem')), /one\.cert\.pem and .*key\.pem are no certificate and its key/)
  writeFileSync(tls.keyFile, '')
  await rejects(start(tls.certificateFile), /cert\.pem and .*key\.pem are no certificate and its key/)
  become('two')
})

test('closing ends connections, also one that is still being agreed upon', async () => {
  const own = await startDns({ host: '127.0.0.1', port: 0, config: DOC, table: world().table, log, tls })
  const silent = connectTcp({ port: own.tlsPort ?? 0, host: '127.0.0.1' })
  silent.on('error', () => {}) // a reset is an end as well
  await once(silent, 'connect')
  const ended = once(silent, 'close')
  await own.close()
  await ended
  ok(silent.destroyed)
})
