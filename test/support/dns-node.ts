import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'

/** How a further DNS node behaves: it answers as the one it follows, too late, not at all, with REFUSED, from an old copy, or no DNS. */
export type DnsNodeMood = 'right' | 'slow' | 'silent' | 'refusing' | 'stale' | 'garbage'

export type DnsNodeStandIn = {
  /** `host:port`, as PORTOLAN_DNS_NODES has it. */
  readonly address: string
  /** Says which port of 127.0.0.1 it follows. */
  follow(port: number): void
  behave(mood: DnsNodeMood): void
  close(): void
}

const REFUSED = 5
/** Longer than anybody waits for an answer. */
const SLOW_MS = 1500

/** A DNS node on loopback that hands every question on, and spoils the answers as it is told. */
export async function startDnsNode(stale: { readonly from: string; readonly to: string }): Promise<DnsNodeStandIn> {
  let mood: DnsNodeMood = 'right'
  let followed = 0
  const socket = createSocket('udp4')
  const upstreams = new Set<ReturnType<typeof createSocket>>()
  const answer = (bytes: Buffer, asker: RemoteInfo) => socket.send(bytes, asker.port, asker.address)
  const spoilt = (bytes: Buffer) =>
    mood === 'stale' ? Buffer.from(bytes.toString('latin1').replaceAll(stale.from, stale.to), 'latin1') : bytes
  socket.on('message', (question: Buffer, asker) => {
    if (mood === 'silent' || followed === 0) return
    if (mood === 'refusing') {
      const refusal = Buffer.from(question)
      refusal.writeUInt16BE(0x8000 | REFUSED, 2)
      refusal.writeUInt16BE(0, 10)
      return answer(refusal, asker)
    }
    if (mood === 'garbage') return answer(Buffer.from('<html>not what you asked for</html>'), asker)
    const delayMs = mood === 'slow' ? SLOW_MS : 0
    const upstream = createSocket('udp4')
    upstreams.add(upstream)
    upstream.once('message', async (reply: Buffer) => {
      await wait(delayMs)
      // the stand-in may have been closed meanwhile, and this with it
      if (!upstreams.delete(upstream)) return
      upstream.close()
      answer(spoilt(reply), asker)
    })
    upstream.send(question, followed, '127.0.0.1')
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    follow: (port) => {
      followed = port
    },
    behave: (next) => {
      mood = next
    },
    close: () => {
      socket.close()
      for (const upstream of upstreams) upstream.close()
      upstreams.clear()
    },
  }
}
