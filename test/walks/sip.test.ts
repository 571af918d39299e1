import { equal, match } from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import test from 'node:test'
import { testPortolan } from '../support/portolan.ts'
import { until } from '../support/until.ts'

/** No clearinghouse is needed: nothing is sent in this walk. */
const NOBODY = {
  PORTOLAN_PXS_URL: 'http://127.0.0.1:9',
  PORTOLAN_PXS_USERNAME: 'nobody',
  PORTOLAN_PXS_PASSWORD: 'nobody',
}

test('a switch without ENUM is redirected to what DNS answers, before and after a push', async () => {
  const portolan = await testPortolan({ ...NOBODY, PORTOLAN_SIP_PORT: '0' })
  const socket = createSocket('udp4')
  try {
    const contactOf = async (digits: string) => {
      const signal = AbortSignal.timeout(20_000)
      const request = [
        `INVITE sip:+${digits}@127.0.0.1;user=phone SIP/2.0`,
        'Via: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bK1',
        'From: <sip:a@127.0.0.1>;tag=1',
        `To: <sip:+${digits}@127.0.0.1>`,
        'Call-ID: 1',
        'CSeq: 1 INVITE',
        '',
        '',
      ]
      socket.send(request.join('\r\n'), portolan.sipPort ?? 0, '127.0.0.1')
      const [bytes] = await once(socket, 'message', { signal })
      const text = String(bytes)
      return /^Contact: <(.*)>\r$/m.exec(text)?.[1] ?? text.slice(0, 11)
    }
    const best = async (digits: string) => (await portolan.enum(digits)).regexps[0]
    equal(`!^.*$!${await contactOf('15550300')}!`, await best('15550300'))
    await portolan.api('POST', '/route/15550300/CARR/mobile')
    const contact = await until('the push is followed', async () => {
      const found = await contactOf('15550300')
      return found.includes('rn=') && found
    })
    equal(`!^.*$!${contact}!`, await best('15550300'))
    equal(await contactOf('15559990'), 'SIP/2.0 404')
    const metrics = await (await fetch(`${portolan.url}/metrics`)).text()
    match(metrics, /^portolan_sip_messages\{status="404"\} 1$/m)
  } finally {
    socket.close()
    await portolan.close()
  }
})
