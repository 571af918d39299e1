import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Log } from '../shared/log.ts'
import type { DnsState } from './answer.ts'
import { SYSTEM_CLOCK } from './clock.ts'
import { FLAGS, OPCODES } from './message.codec.ts'
import { type DnsName, writeName } from './name.codec.ts'
import type { Secondary } from './policy.ts'
import { CLASSES, type ResourceRecord, TYPES, writeRecord } from './record.codec.ts'
import { tsigSigner } from './tsig.codec.ts'
import { put16, writerOn } from './writer.ts'
import type { StaticZone } from './zone-static.ts'

/** How often we look for a new generation; changes in between are told of together. */
const LOOK_MS = 100
/** A secondary that does not answer is told again after these waits, then left to its refresh timer (RFC 1996 §3.6). */
const RETRIES_MS = [500, 1000, 2000, 4000, 8000]

export type NotifierOptions = {
  readonly state: DnsState
  readonly fixedZones: readonly StaticZone[]
  readonly log: Log
}

/** Tells the secondaries of each zone when it has changed, and once at the start (RFC 1996). */
export function startNotifier({ state, fixedZones, log }: NotifierOptions): { close(): void } {
  const pending = new Map<string, { cancel(): void }>()
  const told = new Map<DnsName, number>()
  const fixedApexes = new Set(fixedZones.map(({ apex }) => apex))
  const look = (): void => {
    for (const [apex, secondaries] of state.policy.secondaries) {
      const generation = fixedApexes.has(apex) ? 0 : state.plan.table.generation
      if (told.get(apex) === generation) continue
      told.set(apex, generation)
      const soa = state.zones.all.find((zone) => zone.apex === apex)?.soa()
      for (const secondary of soa === undefined ? [] : secondaries) {
        const name = `${apex} ${secondary.address} ${secondary.port}`
        pending.get(name)?.cancel()
        pending.set(name, tell(soa!, secondary, log))
      }
    }
  }
  if (state.policy.secondaries.size === 0) return { close() {} }
  const timer = setInterval(look, LOOK_MS)
  return {
    close() {
      clearInterval(timer)
      for (const each of pending.values()) each.cancel()
    },
  }
}

/** Sends a NOTIFY until it is answered, from a socket of its own. */
function tell(soa: ResourceRecord, { address, port, key }: Secondary, log: Log): { cancel(): void } {
  const id = randomInt(65_536)
  const message = tsigSigner(key, new Uint8Array(0))(notifyMessage(id, soa), SYSTEM_CLOCK.nowSeconds())
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const cancel = (): void => {
    if (isOver) return
    isOver = true
    clearTimeout(timer)
    socket.close()
  }
  const send = (attempt: number): void => {
    socket.send(message, port, address, () => {})
    timer = setTimeout(() => {
      if (attempt < RETRIES_MS.length) return send(attempt + 1)
      log.warn({ zone: soa.name, secondary: address }, 'a secondary does not answer NOTIFY')
      cancel()
    }, RETRIES_MS[attempt] ?? 8000)
  }
  socket.on('message', (reply) => {
    if (reply.length < 12 || reply.readUInt16BE(0) !== id || (reply[2]! & 0xf8) !== 0x80 + (OPCODES.NOTIFY << 3)) return
    cancel()
  })
  // Nobody listens there yet: the retries go on.
  socket.on('error', () => {})
  send(0)
  return { cancel }
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
