import { randomInt } from 'node:crypto'
import { createSocket, type RemoteInfo } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Log } from '../shared/log.ts'
import { peerOctets } from './address.ts'
import type { DnsState } from './answer.ts'
import { SYSTEM_CLOCK } from './clock.ts'
import { FLAGS, OPCODES } from './message.codec.ts'
import { type DnsName, writeName } from './name.codec.ts'
import type { Secondary } from './policy.ts'
import { CLASSES, type ResourceRecord, TYPES, writeRecord } from './record.codec.ts'
import { tsigSigner } from './tsig.codec.ts'
import { put16, writerOn } from './writer.ts'
import type { ZoneClaims } from './zone-claims.ts'
import type { StaticZone } from './zone-static.ts'

/** How often we look for a new generation; changes in between are told of together. */
const LOOK_MS = 100
/** A secondary that does not answer is told again after these waits, then left to its refresh timer (RFC 1996 §3.6). */
const RETRIES_MS = [500, 1000, 2000, 4000, 8000]

export type NotifierOptions = {
  readonly state: DnsState
  readonly fixedZones: readonly StaticZone[]
  readonly heldSince?: ZoneClaims['heldSince'] | undefined
  readonly log: Log
  readonly retriesMs?: readonly number[]
}

/** Tells the secondaries of each zone when it has changed, and once at the start (RFC 1996). */
export function startNotifier({
  state,
  fixedZones,
  heldSince = () => 0,
  log,
  retriesMs = RETRIES_MS,
}: NotifierOptions): { close(): void } {
  const fixedApexes = new Set(fixedZones.map(({ apex }) => apex))
  const told = new Map<DnsName, number>()
  const tellers = [...state.policy.secondaries].flatMap(([apex, secondaries]) => {
    const zone = state.zones.all.find((each) => each.apex === apex)
    if (zone === undefined) return []
    return [{ apex, each: secondaries.map((secondary) => teller(zone.soa, secondary, { log, retriesMs })) }]
  })
  const look = (): void => {
    for (const { apex, each } of tellers) {
      const generation = fixedApexes.has(apex) ? 0 : state.plan.table.generation
      // Whoever came now would get nothing.
      if (told.get(apex) === generation || heldSince(apex) === undefined) continue
      told.set(apex, generation)
      for (const { tell } of each) tell()
    }
  }
  if (tellers.length === 0) return { close() {} }
  const timer = setInterval(look, LOOK_MS)
  return {
    close() {
      clearInterval(timer)
      for (const { close } of tellers.flatMap(({ each }) => each)) close()
    },
  }
}

/**
 * Tells one secondary of one zone. While it has not answered nothing new is begun, however often the zone changes: what is sent
 * again is the newest, and what changed since is told after its answer.
 */
function teller(
  soa: () => ResourceRecord,
  { address, octets, port, key }: Secondary,
  { log, retriesMs }: Required<Pick<NotifierOptions, 'log' | 'retriesMs'>>,
): { tell(): void; close(): void } {
  const facts = { zone: soa().name, secondary: address }
  let end: (() => void) | undefined
  let isStale = false
  /** What the secondary did last, so that only what is new is logged. */
  let said: number | 'silence' = 0

  const hear = (did: number | 'silence'): void => {
    if (did !== said && did === 'silence') log.warn(facts, 'a secondary does not answer NOTIFY')
    else if (did !== said && did !== 0) log.warn({ ...facts, rcode: did }, 'a secondary refuses NOTIFY')
    else if (did !== said) log.info(facts, 'a secondary takes NOTIFY again')
    said = did
  }
  const begin = (): void => {
    isStale = false
    const id = randomInt(65_536)
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
    let timer: NodeJS.Timeout | undefined
    end = () => {
      end = undefined
      clearTimeout(timer)
      socket.close()
    }
    const send = (attempt: number): void => {
      const message = tsigSigner(key, new Uint8Array(0))(notifyMessage(id, soa()), SYSTEM_CLOCK.nowSeconds())
      socket.send(message, port, address, () => {})
      timer = setTimeout(() => {
        if (attempt < retriesMs.length) return send(attempt + 1)
        end?.()
        hear('silence')
      }, retriesMs[attempt] ?? retriesMs.at(-1))
    }
    socket.on('message', (reply, peer) => {
      if (!isFrom(peer, octets, port) || !isAnswer(reply, id)) return
      end?.()
      hear(reply[3]! & 15)
      if (isStale) begin()
    })
    // Nobody listens there yet: the retries go on.
    socket.on('error', () => {})
    send(0)
  }
  return {
    tell() {
      if (end === undefined) begin()
      else isStale = true
    },
    close: () => end?.(),
  }
}

function isFrom(peer: RemoteInfo, octets: Uint8Array, port: number): boolean {
  return peer.port === port && Buffer.compare(peerOctets(peer.address), octets) === 0
}

function isAnswer(reply: Buffer, id: number): boolean {
  return reply.length >= 12 && reply.readUInt16BE(0) === id && (reply[2]! & 0xf8) === 0x80 + (OPCODES.NOTIFY << 3)
}

function notifyMessage(id: number, soa: ResourceRecord): Uint8Array {
  const writer = writerOn(new Uint8Array(1024))
  put16(writer, id)
  put16(writer, (OPCODES.NOTIFY << 11) | FLAGS.AA)
  for (const count of [1, 1, 0, 0]) put16(writer, count)
  writeName(writer, soa.name, 'compressed')
  put16(writer, TYPES.SOA)
  put16(writer, CLASSES.IN)
  writeRecord(writer, soa)
  return writer.bytes.slice(0, writer.at)
}
