import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import type { DnsName } from './name.codec.ts'
import { type DnsNode, encodeQuestion, type ProbeAnswer, readNaptrReply } from './probe.codec.ts'

const TIMEOUT_MS = 1000

/** Asks a node for the NAPTR records of a name, once, over UDP. Never throws: a node that is down is an answer. */
export function askNaptr(node: DnsNode, name: DnsName): Promise<ProbeAnswer> {
  return askNode(node, name, 'NAPTR')
}

/** Asks a node for the SOA record of a zone: its serial is the generation that the node answers from. */
export function askSoa(node: DnsNode, apex: DnsName): Promise<ProbeAnswer> {
  return askNode(node, apex, 'SOA')
}

async function askNode({ host, port }: DnsNode, name: DnsName, type: 'NAPTR' | 'SOA'): Promise<ProbeAnswer> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const id = Math.floor(Math.random() * 65_536)
  try {
    // connected, so that a port where nobody listens says so at once, and nobody else can answer
    socket.connect(port, host)
    await once(socket, 'connect', { signal })
    socket.send(encodeQuestion(id, name, type))
    for (;;) {
      const [bytes] = (await once(socket, 'message', { signal })) as [Buffer] // node:dgram
      const reply = readNaptrReply(bytes)
      if (reply?.id === id) return { kind: 'answer', reply }
    }
  } catch (error) {
    const reason = signal.aborted
      ? `no answer within ${TIMEOUT_MS} ms`
      : error instanceof Error
        ? error.message
        : 'no answer'
    return { kind: 'silent', reason }
  } finally {
    socket.close()
  }
}
