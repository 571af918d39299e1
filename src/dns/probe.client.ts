import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { isIP, isIPv6 } from 'node:net'
import type { DnsName } from './name.codec.ts'
import { type DnsNode, encodeQuestion, type ProbeAnswer, readNaptrReply, type SerialAnswer } from './probe.codec.ts'

const TIMEOUT_MS = 1000

/** Asks a node for the NAPTR records of a name, once, over UDP. Never throws: a node that is down is an answer. */
export function askNaptr(node: DnsNode, name: DnsName): Promise<ProbeAnswer> {
  return askNode(node, name, 'NAPTR')
}

/** Asks a node for the serial of a zone, which is the generation of its routes. Never throws either. */
export async function askSerial(node: DnsNode, apex: DnsName): Promise<SerialAnswer> {
  const answer = await askNode(node, apex, 'SOA')
  if (answer.kind === 'silent') return answer
  const { serial, rcode } = answer.reply
  if (serial !== undefined) return { kind: 'serial', serial }
  return { kind: 'silent', reason: `${rcode} without the SOA record of ${apex}` }
}

async function askNode({ host, port }: DnsNode, name: DnsName, type: 'NAPTR' | 'SOA'): Promise<ProbeAnswer> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const id = Math.floor(Math.random() * 65_536)
  let socket: ReturnType<typeof createSocket> | undefined
  try {
    const address = isIP(host) === 0 ? (await lookup(host)).address : host
    socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
    // connected, so that a port where nobody listens says so at once, and nobody else can answer
    socket.connect(port, address)
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
    socket?.close()
  }
}
