import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { Worker } from 'node:worker_threads'
import type { Log } from '../shared/log.ts'
import { peerOctets } from './address.ts'
import { type DnsState, dnsState } from './answer.ts'
import { SYSTEM_CLOCK } from './clock.ts'
import { newCounts, RCODE_COUNTS, SILENCE_COUNT } from './counts.ts'
import type { DnsPolicy } from './policy.ts'
import { type Responder, responderFor } from './respond.ts'
import { addReader, rest } from './table-memory.ts'
import type { TableReader } from './table-reader.ts'
import type { UdpHandle } from './udp-system.ts'
import type { ZoneConfig } from './zone-config.schema.ts'
import type { StaticZone } from './zone-static.ts'

/** How datagrams come and go: `batched` by system calls of our own in worker threads, `dgram` by Node's sockets. */
export type UdpKind = 'batched' | 'dgram'

export type UdpService = {
  readonly kind: UdpKind
  readonly port: number
  /** Replies by rcode, and silence last (counts.ts). */
  counts(): readonly Int32Array[]
  close(): Promise<void>
}

export type UdpOptions = {
  readonly host: string
  readonly port: number
  readonly config: ZoneConfig
  readonly policy: DnsPolicy
  readonly fixedZones: readonly StaticZone[]
  readonly table: TableReader
  readonly log: Log
  /** How many threads serve; each takes a core when there is much to do. */
  readonly threads: number
}

/**
 * Takes the fast way where it is open and says which one it is.
 *
 * @param kind - `auto`, or one of the two for tests and for operators who want it so
 * @throws Error when the address is taken, or the way that was named is not open
 */
export async function startUdp(options: UdpOptions, kind: UdpKind | 'auto'): Promise<UdpService> {
  if (kind === 'dgram') return startDgram(options)
  const system = await loadSystem()
  if (system instanceof Error) {
    if (kind === 'batched') throw system
    options.log.warn(
      { reason: system.message },
      'batched UDP is not available; node:dgram answers, at about a quarter of the rate',
    )
    return startDgram(options)
  }
  return startThreads(options, system)
}

type UdpSystem = typeof import('./udp-system.ts')

/** @returns why the fast way is closed, where it is: another platform, or the library is missing */
async function loadSystem(): Promise<UdpSystem | Error> {
  try {
    const system = await import('./udp-system.ts')
    system.checkSystem()
    return system
  } catch (error) {
    // Any reason is as good: the other way answers the same, and the caller says in the log which it was.
    return error instanceof Error ? error : new Error(String(error))
  }
}

async function startDgram({ host, port, config, policy, fixedZones, table, log }: UdpOptions): Promise<UdpService> {
  const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', recvBufferSize: 4 * 1024 * 1024 })
  const counts = newCounts()
  const reply = dgramReplies(dnsState(config, table, policy, fixedZones), counts, log)
  socket.on('message', (query, peer) => {
    // Nothing can be sent to port 0.
    const bytes = peer.port === 0 ? undefined : reply(query, peer.address)
    if (bytes !== undefined) socket.send(bytes, peer.port, peer.address, () => {})
  })
  socket.bind({ port, address: host })
  try {
    await once(socket, 'listening')
  } catch (error) {
    socket.close()
    throw error
  }
  socket.on('error', (error) => log.error({ err: error }, 'UDP socket failed'))
  return {
    kind: 'dgram',
    port: socket.address().port,
    counts: () => [counts],
    async close() {
      const closed = once(socket, 'close')
      socket.close()
      await closed
    },
  }
}

const SLOT_OCTETS = 2048

function dgramReplies(
  state: DnsState,
  counts: Int32Array,
  log: Log,
): (query: Buffer, address: string) => Uint8Array | undefined {
  const respond = guarded(responderFor(state, SYSTEM_CLOCK), counts, (error) =>
    log.error({ err: error }, 'a query could not be answered'),
  )
  return (query, text) => {
    const slot = Buffer.alloc(SLOT_OCTETS + 16)
    const address = peerOctets(text)
    slot.set(address, SLOT_OCTETS)
    const length = respond(slot, 0, query.copy(slot, 0, 0, SLOT_OCTETS), SLOT_OCTETS, SLOT_OCTETS, address.length)
    return length === 0 ? undefined : slot.subarray(0, length)
  }
}

/** Counts, and lets one query go unanswered if answering it throws: a mistake of ours must not stop the others. */
export function guarded(respond: Responder, counts: Int32Array, report: (error: unknown) => void): Responder {
  return (octets, at, length, room, addressAt, addressOctets) => {
    let reply = 0
    try {
      reply = respond(octets, at, length, room, addressAt, addressOctets)
    } catch (error) {
      report(error)
    }
    counts[reply === 0 ? SILENCE_COUNT : octets[at + 3]! & (RCODE_COUNTS - 1)]!++
    return reply
  }
}

/** What a serving thread is given. */
export type UdpThread = {
  readonly fd: number
  readonly family: 4 | 6
  readonly memory: SharedArrayBuffer
  readonly reader: number
  readonly config: ZoneConfig
  readonly policy: DnsPolicy
  readonly fixedZones: readonly StaticZone[]
  readonly counts: SharedArrayBuffer
  /** One word; not 0 tells the thread to stop. */
  readonly stop: SharedArrayBuffer
}

/** A thread that died is replaced after this long; its socket keeps what arrives meanwhile. */
const RESTART_MS = 50

async function startThreads(
  { host, port, config, policy, fixedZones, table, log, threads }: UdpOptions,
  system: UdpSystem,
): Promise<UdpService> {
  const stop = new SharedArrayBuffer(4)
  const family = isIPv6(host) ? 6 : 4
  const handles: UdpHandle[] = []
  for (let index = 0; index < threads; index++) handles.push(system.openUdp(host, handles[0]?.port ?? port))
  const counts = handles.map(() => newCounts())
  const isStopped = (): boolean => Atomics.load(new Int32Array(stop), 0) !== 0
  const ends = handles.map(async ({ fd }, index) => {
    const reader = addReader(table.memory)
    while (!isStopped()) {
      const given: UdpThread = {
        fd,
        family,
        memory: table.memory.buffer,
        reader,
        config,
        policy,
        fixedZones,
        counts: counts[index]!.buffer,
        stop,
      }
      const worker = new Worker(new URL('udp-thread.ts', import.meta.url), { workerData: given, name: `dns-${index}` })
      worker.on('error', (error) => log.error({ err: error }, 'a DNS thread failed'))
      await once(worker, 'exit').catch(() => once(worker, 'exit'))
      rest(table.memory, reader)
      if (isStopped()) break
      log.error({ thread: index }, 'a DNS thread ended and is replaced')
      await new Promise((resolve) => setTimeout(resolve, RESTART_MS))
    }
  })
  return {
    kind: 'batched',
    port: handles[0]!.port,
    counts: () => counts,
    async close() {
      Atomics.store(new Int32Array(stop), 0, 1)
      await Promise.all(ends)
      for (const handle of handles) system.closeUdp(handle)
    },
  }
}
