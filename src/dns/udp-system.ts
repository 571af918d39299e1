import { isIPv6 } from 'node:net'
import { arch, platform } from 'node:process'
import koffi from 'koffi'
import { addressOctets } from './address.ts'
import type { Responder } from './respond.ts'

/**
 * UDP by batched system calls (Linux, 64 bits): the only file with memory that JavaScript does not look after. Everything is
 * laid out once; serving allocates nothing. What it costs and gains is measured in docs/bench-dns.md.
 *
 * Structures as <bits/socket.h> of glibc and musl have them on x86-64 and arm64: little endian, pointers of 8 octets.
 */
const BATCH = 64
const SLOT_OCTETS = 2048
const NAME_OCTETS = 32
/** The third word of a mapped address, as it lies in memory. */
const MAPPED = 0xffff_0000
const MESSAGE_OCTETS = 64
const CONTROL_OCTETS = 24

// biome-ignore format: a table
const C = {
  AF_INET: 2, AF_INET6: 10, SOCK_DGRAM: 2, SOL_SOCKET: 1, SO_SNDBUF: 7, SO_RCVBUF: 8, SO_REUSEPORT: 15, SO_RCVTIMEO: 20,
  IPPROTO_IPV6: 41, IPV6_V6ONLY: 26, SOL_UDP: 17, UDP_SEGMENT: 103, MSG_WAITFORONE: 0x10000, EINTR: 4, EAGAIN: 11,
} as const
const BUFFER_OCTETS = 8 * 1024 * 1024
/** How often a loop without queries looks whether it is to stop. */
const RECEIVE_TIMEOUT_MICROS = 200_000
/** So many groups in a row that go out only one by one: the kernel or the card has no segments, and none is tried any more. */
const REFUSALS_MAX = 100
/** A segmented message holds 64 replies and 64 KiB at most (udp(7)). */
const SEGMENTED_OCTETS_MAX = 65_000

/** @throws Error where this way is not open: another system, or a C library that cannot be loaded */
function loadC() {
  if (platform !== 'linux' || (arch !== 'x64' && arch !== 'arm64'))
    throw new Error(`no batched UDP on ${platform} ${arch}`)
  const library = koffi.load(null)
  return {
    socket: library.func('int socket(int, int, int)'),
    setsockopt: library.func('int setsockopt(int, int, int, void *, uint32_t)'),
    bind: library.func('int bind(int, void *, uint32_t)'),
    getsockname: library.func('int getsockname(int, void *, void *)'),
    close: library.func('int close(int)'),
    recvmmsg: library.func('int recvmmsg(int, uint64_t, uint32_t, int, uint64_t)'),
    sendmmsg: library.func('int sendmmsg(int, uint64_t, uint32_t, int)'),
  }
}
type SystemCalls = ReturnType<typeof loadC>
let loaded: SystemCalls | undefined
function system(): SystemCalls {
  loaded ??= loadC()
  return loaded
}

/** @throws Error that says why this way is not open here */
export function checkSystem(): void {
  system()
}

export type UdpHandle = { readonly fd: number; readonly port: number }

/**
 * Opens a socket that others in this process may share its address with (SO_REUSEPORT). It outlives the thread that serves
 * it, so that no query is lost while a thread is replaced.
 *
 * @throws Error when the address is taken or this way is not open
 */
export function openUdp(host: string, port: number): UdpHandle {
  const { socket, setsockopt, bind, getsockname, close } = system()
  const family = isIPv6(host) ? C.AF_INET6 : C.AF_INET
  const fd: number = socket(family, C.SOCK_DGRAM, 0)
  if (fd < 0) throw new Error(`socket: errno ${koffi.errno()}`)
  const option = (level: number, name: number, ...values: number[]): void => {
    setsockopt(fd, level, name, Buffer.from(Int32Array.from(values).buffer), values.length * 4)
  }
  option(C.SOL_SOCKET, C.SO_REUSEPORT, 1)
  option(C.SOL_SOCKET, C.SO_RCVBUF, BUFFER_OCTETS)
  option(C.SOL_SOCKET, C.SO_SNDBUF, BUFFER_OCTETS)
  option(C.SOL_SOCKET, C.SO_RCVTIMEO, 0, 0, RECEIVE_TIMEOUT_MICROS, 0)
  // On :: both families are served, as by node:dgram and over TCP.
  if (family === C.AF_INET6) option(C.IPPROTO_IPV6, C.IPV6_V6ONLY, addressOctets(host)?.some(Boolean) ? 1 : 0)
  const name = socketAddress(host, port)
  if (bind(fd, name, name.length) !== 0) {
    const errno = koffi.errno()
    close(fd)
    throw new Error(`bind to ${host} port ${port}: errno ${errno}`)
  }
  const length = Buffer.from(Uint32Array.of(name.length).buffer)
  getsockname(fd, name, length)
  return { fd, port: name.readUInt16BE(2) }
}

export function closeUdp({ fd }: UdpHandle): void {
  system().close(fd)
}

/** A sockaddr_in or sockaddr_in6. */
function socketAddress(host: string, port: number): Buffer {
  const bytes = Buffer.alloc(isIPv6(host) ? 28 : 16)
  bytes.writeUInt16LE(isIPv6(host) ? C.AF_INET6 : C.AF_INET, 0)
  bytes.writeUInt16BE(port, 2)
  bytes.set(addressOctets(host) ?? [], isIPv6(host) ? 8 : 4)
  return bytes
}

/** What a loop serves with, and what tells it to stop. `begin` and `end` surround every batch, for the table's epochs. */
export type Serving = {
  readonly respond: Responder
  begin(): void
  end(): void
  isStopped(): boolean
}

/** Serves a socket until told to stop: the calling thread does nothing else meanwhile. */
export function serveUdp(fd: number, family: 4 | 6, { respond, begin, end, isStopped }: Serving): void {
  const { recvmmsg, sendmmsg } = system()
  const memory = layOut(family)
  const outbox = outboxOn(memory, (first, count) => sendmmsg(fd, memory.sendAddress + first * MESSAGE_OCTETS, count, 0))
  while (!isStopped()) {
    memory.resetReceive()
    const count: number = recvmmsg(fd, memory.receiveAddress, BATCH, C.MSG_WAITFORONE, 0)
    if (count <= 0) {
      const errno = koffi.errno()
      if (errno !== C.EAGAIN && errno !== C.EINTR) throw new Error(`recvmmsg: errno ${errno}`)
      continue
    }
    begin()
    for (let slot = 0; slot < count; slot++) {
      const length = respond(
        memory.octets,
        slot * SLOT_OCTETS,
        memory.receivedIn(slot),
        SLOT_OCTETS,
        memory.addressAt(slot),
        memory.addressOctets(slot),
      )
      if (length > 0 && memory.canAnswer(slot)) outbox.add(slot, length)
    }
    end()
    outbox.send()
  }
}

type Memory = ReturnType<typeof layOut>

/** For a socket of IPv4 or IPv6. One block: slots | peers' names | received messages | their vectors | sent messages | their vectors | control. */
export function layOut(family: 4 | 6) {
  const namesAt = BATCH * SLOT_OCTETS
  const receiveAt = namesAt + BATCH * NAME_OCTETS
  const receiveVectorsAt = receiveAt + BATCH * MESSAGE_OCTETS
  const sendAt = receiveVectorsAt + BATCH * 16
  const sendVectorsAt = sendAt + BATCH * MESSAGE_OCTETS
  const spareVectorAt = sendVectorsAt + BATCH * 16
  const controlAt = spareVectorAt + 16
  const size = controlAt + BATCH * CONTROL_OCTETS
  const pointer = koffi.alloc('uint8_t', size)
  // User space fits 47 bits, so an address is exact as a number.
  const base = Number(koffi.address(pointer))
  const buffer = koffi.view(pointer, size)
  const octets = new Uint8Array(buffer)
  const words = new Uint32Array(buffer)
  octets.fill(0)
  const putAddress = (at: number, offset: number): void => {
    words[at >>> 2] = (base + offset) % 2 ** 32
    words[(at >>> 2) + 1] = Math.floor((base + offset) / 2 ** 32)
  }
  for (let slot = 0; slot < BATCH; slot++) {
    const message = receiveAt + slot * MESSAGE_OCTETS
    const vector = receiveVectorsAt + slot * 16
    putAddress(message, namesAt + slot * NAME_OCTETS)
    putAddress(message + 16, vector)
    words[(message + 24) >>> 2] = 1
    putAddress(vector, slot * SLOT_OCTETS)
    words[(vector + 8) >>> 2] = SLOT_OCTETS
    const control = (controlAt + slot * CONTROL_OCTETS) >>> 2
    words.set([18, 0, C.SOL_UDP, C.UDP_SEGMENT], control)
  }
  /** Whether a peer of IPv4 is shown as `::ffff:192.0.2.1`: ten octets of 0 and two of 255, before its own four. */
  const isMapped = (slot: number): boolean => {
    const at = (namesAt + slot * NAME_OCTETS + 8) >>> 2
    return words[at] === 0 && words[at + 1] === 0 && words[at + 2] === MAPPED
  }
  return {
    octets,
    words,
    putAddress,
    namesAt,
    sendAt,
    sendVectorsAt,
    spareVectorAt,
    controlAt,
    receiveAddress: base + receiveAt,
    sendAddress: base + sendAt,
    /** The kernel overwrites the room for a name with its length, so it is set again before every call. */
    resetReceive(): void {
      for (let slot = 0; slot < BATCH; slot++) words[(receiveAt + slot * MESSAGE_OCTETS + 8) >>> 2] = NAME_OCTETS
    },
    receivedIn: (slot: number): number => words[(receiveAt + slot * MESSAGE_OCTETS + 56) >>> 2]!,
    nameOctets: (slot: number): number => words[(receiveAt + slot * MESSAGE_OCTETS + 8) >>> 2]!,
    addressAt: (slot: number): number => namesAt + slot * NAME_OCTETS + (family === 4 ? 4 : isMapped(slot) ? 20 : 8),
    addressOctets: (slot: number): number => (family === 4 || isMapped(slot) ? 4 : 16),
    /** Nothing can be sent to port 0. */
    canAnswer: (slot: number): boolean =>
      octets[namesAt + slot * NAME_OCTETS + 2] !== 0 || octets[namesAt + slot * NAME_OCTETS + 3] !== 0,
  }
}

/** A batch's replies: those of one size to one peer make a group, the others groups of one, in the order they came. */
function groupsOf(memory: Memory) {
  const { words, namesAt } = memory
  const groups = {
    count: 0,
    lengths: new Uint16Array(BATCH),
    /** The next slot of the same group; -1 ends it. */
    nextOf: new Int8Array(BATCH),
    firstOf: new Int8Array(BATCH),
    sizeOf: new Uint8Array(BATCH),
  }
  const lastOf = new Int8Array(BATCH)
  const isSamePeer = (a: number, b: number): boolean => {
    const [left, right] = [(namesAt + a * NAME_OCTETS) >>> 2, (namesAt + b * NAME_OCTETS) >>> 2]
    const nameWords = memory.nameOctets(a) >>> 2
    for (let word = 0; word < nameWords; word++) if (words[left + word] !== words[right + word]) return false
    return true
  }
  const fits = (group: number, slot: number): boolean => {
    const length = groups.lengths[slot]!
    const first = groups.firstOf[group]!
    return (
      groups.lengths[first] === length &&
      (groups.sizeOf[group]! + 1) * length <= SEGMENTED_OCTETS_MAX &&
      isSamePeer(first, slot)
    )
  }
  const add = (slot: number, length: number, isSegmenting: boolean): void => {
    groups.lengths[slot] = length
    groups.nextOf[slot] = -1
    for (let group = groups.count - 1; isSegmenting && group >= 0; group--) {
      if (!fits(group, slot)) continue
      groups.nextOf[lastOf[group]!] = slot
      lastOf[group] = slot
      groups.sizeOf[group]!++
      return
    }
    groups.firstOf[groups.count] = slot
    lastOf[groups.count] = slot
    groups.sizeOf[groups.count] = 1
    groups.count++
  }
  return { groups, add }
}

/**
 * Sends a batch's replies, each group as one segmented message. One that does not go out so is sent singly; that alone does not
 * mean that none would: a peer behind a narrow path, or one that is made up, must not cost all others their segments.
 */
export function outboxOn(memory: Memory, sendmmsg: (first: number, count: number) => number) {
  const { words, putAddress, namesAt, sendAt, sendVectorsAt, spareVectorAt, controlAt } = memory
  const { groups, add } = groupsOf(memory)
  const { lengths, nextOf, firstOf, sizeOf } = groups
  let refusals = 0

  const putVector = (at: number, slot: number): void => {
    putAddress(at, slot * SLOT_OCTETS)
    words[(at + 8) >>> 2] = lengths[slot]!
  }
  const layGroup = (group: number, firstVector: number): number => {
    const slot = firstOf[group]!
    const message = sendAt + group * MESSAGE_OCTETS
    const control = controlAt + group * CONTROL_OCTETS
    putAddress(message, namesAt + slot * NAME_OCTETS)
    words[(message + 8) >>> 2] = memory.nameOctets(slot)
    putAddress(message + 16, sendVectorsAt + firstVector * 16)
    words[(message + 24) >>> 2] = sizeOf[group]!
    putAddress(message + 32, control)
    words[(control + 16) >>> 2] = lengths[slot]!
    words[(message + 40) >>> 2] = sizeOf[group]! > 1 ? CONTROL_OCTETS : 0
    let vector = firstVector
    for (let at = slot; at >= 0; at = nextOf[at]!, vector++) putVector(sendVectorsAt + vector * 16, at)
    return vector
  }
  const sendSingly = (group: number): void => {
    let sent = 0
    const message = sendAt + group * MESSAGE_OCTETS
    words[(message + 24) >>> 2] = 1
    words[(message + 40) >>> 2] = 0
    putAddress(message + 16, spareVectorAt)
    for (let at = firstOf[group]!; at >= 0; at = nextOf[at]!) {
      putVector(spareVectorAt, at)
      sent += Math.max(sendmmsg(group, 1), 0)
    }
    // Where none goes, it is the peer.
    if (sent > 0) refusals++
  }
  return {
    add: (slot: number, length: number): void => add(slot, length, refusals < REFUSALS_MAX),
    send(): void {
      let vector = 0
      for (let group = 0; group < groups.count; group++) vector = layGroup(group, vector)
      for (let done = 0; done < groups.count; ) {
        const sent = Math.max(sendmmsg(done, groups.count - done), 0)
        for (let group = done; group < done + sent; group++) if (sizeOf[group]! > 1) refusals = 0
        done += sent
        if (done === groups.count) break
        // The kernel stops at the first that it cannot send: as segments, where it or the card has none, or not at all.
        if (sizeOf[done]! > 1) sendSingly(done)
        done++
      }
      groups.count = 0
    },
  }
}
