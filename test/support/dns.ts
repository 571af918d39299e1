import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import packet from 'dns-packet'

export type DnsAnswer = {
  readonly rcode: string
  /** The regexp of each NAPTR of the answer. */
  readonly regexps: readonly string[]
  readonly authority: readonly string[]
}

const TIMEOUT_MS = 3000

/** One question over UDP to 127.0.0.1. */
export async function ask(port: number, name: string, type: packet.RecordType): Promise<DnsAnswer> {
  const socket = createSocket('udp4')
  try {
    const id = 1 + Math.floor(Math.random() * 65_000)
    const edns: packet.OptAnswer = {
      type: 'OPT',
      name: '.',
      udpPayloadSize: 1232,
      extendedRcode: 0,
      ednsVersion: 0,
      flags: 0,
      flag_do: false,
      options: [],
    }
    socket.send(
      packet.encode({ type: 'query', id, flags: 0, questions: [{ type, name }], additionals: [edns] }),
      port,
      '127.0.0.1',
    )
    const [bytes] = (await once(socket, 'message', { signal: AbortSignal.timeout(TIMEOUT_MS) })) as [Buffer] // node:dgram
    const reply = packet.decode(bytes)
    return {
      rcode: 'rcode' in reply ? String(reply.rcode) : '',
      regexps: (reply.answers ?? []).flatMap((answer) => (answer.type === 'NAPTR' ? [answer.data.regexp] : [])),
      authority: (reply.authorities ?? []).map(({ type: kind }) => kind),
    }
  } finally {
    socket.close()
  }
}
