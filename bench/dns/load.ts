import koffi from 'koffi'
import { ownerOf, portedNumbers } from './numbers.ts'

/**
 * The load: so many queries in flight over so many sockets, for so many seconds; every reply is checked. It sends in batches
 * too, or it would be slower than what it measures.
 *
 *     node bench/dns/load.ts PORT NUMBERS SECONDS [SOCKETS] [IN_FLIGHT]     prints one line of JSON
 */
const library = koffi.load(null)
const socketCall = library.func('int socket(int, int, int)')
const connectCall = library.func('int connect(int, void *, uint32_t)')
const setsockopt = library.func('int setsockopt(int, int, int, void *, uint32_t)')
const recvmmsg = library.func('int recvmmsg(int, uint64_t, uint32_t, int, uint64_t)')
const sendmmsg = library.func('int sendmmsg(int, uint64_t, uint32_t, int)')

const [port, numbers, seconds, sockets = 1, inFlight = 64] = process.argv.slice(2).map(Number)
if (port === undefined || numbers === undefined || seconds === undefined) throw new Error('PORT NUMBERS SECONDS')
const window = Math.floor(inFlight / sockets)
const SLOT = 1024
const QUERY_POOL = 200_000
const MSG_WAITFORONE = 0x10000
const TIMEOUT_MICROS = 500_000

const pool = queryPool()
const peers = Array.from({ length: sockets }, () => peerOn(port))
const latencies = new Float64Array(4_000_000)
let answered = 0
let lost = 0
let wrong = 0
let next = 0
const started = performance.now()
for (const peer of peers) peer.fill()
while (performance.now() - started < seconds * 1000) for (const peer of peers) peer.turn()
const elapsed = (performance.now() - started) / 1000
const sorted = latencies.subarray(0, Math.min(answered, latencies.length)).sort()
const at = (part: number): number => Math.round((sorted[Math.floor(sorted.length * part)] ?? 0) * 1000)
console.log(
  JSON.stringify({
    answered,
    lost,
    wrong,
    perSecond: Math.round(answered / elapsed),
    p50Micros: at(0.5),
    p99Micros: at(0.99),
  }),
)

/** Queries with EDNS for numbers chosen at random, laid one after the other. */
function queryPool(): { readonly octets: Uint8Array; readonly length: number } {
  const all = Float64Array.from(portedNumbers(numbers!))
  const queries: Buffer[] = []
  let state = 1
  for (let index = 0; index < Math.min(QUERY_POOL, all.length); index++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    queries.push(queryFor(all[Math.floor((state / 2 ** 32) * all.length)]!))
  }
  return { octets: Buffer.concat(queries), length: queries[0]!.length }
}

function queryFor(number: number): Buffer {
  const labels = [...ownerOf(number).split('.'), 'e164', 'arpa'].flatMap((label) => [
    label.length,
    ...Buffer.from(label),
  ])
  const header = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]
  const opt = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]
  return Buffer.from([...header, ...labels, 0, 0, 35, 0, 1, ...opt])
}

function peerOn(listenPort: number) {
  const fd: number = socketCall(2, 2, 0)
  const address = Buffer.alloc(16)
  address.writeUInt16LE(2, 0)
  address.writeUInt16BE(listenPort, 2)
  address.set([127, 0, 0, 1], 4)
  setsockopt(fd, 1, 8, Buffer.from(Int32Array.of(4 << 20).buffer), 4)
  setsockopt(fd, 1, 20, Buffer.from(Int32Array.of(0, 0, TIMEOUT_MICROS, 0).buffer), 16)
  if (connectCall(fd, address, 16) !== 0) throw new Error(`connect: errno ${koffi.errno()}`)
  const size = window * (2 * SLOT + 2 * 64 + 2 * 16)
  const pointer = koffi.alloc('uint8_t', size)
  const base = Number(koffi.address(pointer))
  const octets = new Uint8Array(koffi.view(pointer, size)).fill(0)
  const words = new Uint32Array(octets.buffer, octets.byteOffset, size / 4)
  const [sendSlots, receiveSlots] = [0, window * SLOT]
  const sendAt = 2 * window * SLOT
  const receiveAt = sendAt + window * 64
  const vectorsAt = receiveAt + window * 64
  const putAddress = (where: number, offset: number): void => {
    words[where >>> 2] = (base + offset) % 2 ** 32
    words[(where >>> 2) + 1] = Math.floor((base + offset) / 2 ** 32)
  }
  for (let slot = 0; slot < window; slot++) {
    for (const [messages, slots, vectors, length] of [
      [sendAt, sendSlots, vectorsAt, pool.length],
      [receiveAt, receiveSlots, vectorsAt + window * 16, SLOT],
    ] as const) {
      putAddress(messages + slot * 64 + 16, vectors + slot * 16)
      words[(messages + slot * 64 + 24) >>> 2] = 1
      putAddress(vectors + slot * 16, slots + slot * SLOT)
      words[(vectors + slot * 16 + 8) >>> 2] = length
    }
  }
  const sentAt = new Float64Array(65_536)
  let id = 0
  let open = 0
  const send = (count: number): void => {
    const now = performance.now()
    for (let slot = 0; slot < count; slot++) {
      const query = (next++ % (pool.octets.length / pool.length)) * pool.length
      octets.set(pool.octets.subarray(query, query + pool.length), sendSlots + slot * SLOT)
      id = (id + 1) & 0xffff
      octets[sendSlots + slot * SLOT] = id >>> 8
      octets[sendSlots + slot * SLOT + 1] = id & 255
      sentAt[id] = now
    }
    open += count
    for (let sent = 0; sent < count; ) sent += Math.max(1, sendmmsg(fd, base + sendAt + sent * 64, count - sent, 0))
  }
  return {
    fill: (): void => send(window),
    /** Takes what has come, waiting for one, and sends as many again. */
    turn(): void {
      const count: number = recvmmsg(fd, base + receiveAt, window, MSG_WAITFORONE, 0)
      if (count <= 0) {
        lost += open
        open = 0
        send(window)
        return
      }
      const now = performance.now()
      for (let slot = 0; slot < count; slot++) {
        const reply = receiveSlots + slot * SLOT
        if ((octets[reply + 3]! & 15) !== 0 || octets[reply + 7] !== 1) wrong++
        if (answered < latencies.length) latencies[answered] = now - sentAt[(octets[reply]! << 8) | octets[reply + 1]!]!
        answered++
      }
      open -= count
      send(count)
    },
  }
}
