import { deepEqual, equal, ok } from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { decode } from 'dns-packet'
import { dnsState } from '../../../src/dns/answer.ts'
import { startNotifier } from '../../../src/dns/notify.ts'
import { routeTable } from '../../../src/dns/table.ts'
import { createLog } from '../../../src/shared/log.ts'
import { until } from '../../support/until.ts'
import { KEY } from '../signed.ts'
import { DOC, POLICY } from '../world.ts'

/** Where the answer comes, no repetition may overtake it: on a busy machine it may take a while. */
const PATIENT_MS = [600_000]
const RETRIES_MS = [20, 40, 80, 80, 80]

/** A secondary that keeps what it is sent, and answers with an rcode while it is told to. */
async function secondary(
  rcode: number | 'silence',
  { isWithheld = false, retriesMs = PATIENT_MS }: { isWithheld?: boolean; retriesMs?: readonly number[] } = {},
) {
  const socket = createSocket('udp4')
  const heard: Buffer[] = []
  const world = { rcode, isWithheld, looks: 0 }
  socket.on('message', (bytes, peer) => {
    heard.push(bytes)
    if (world.rcode === 'silence') return
    const reply = Buffer.from(bytes.subarray(0, 12))
    reply[2]! |= 0x80
    reply[3] = world.rcode
    reply.fill(0, 4)
    socket.send(reply, peer.port, peer.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const table = routeTable(1000)
  table.setGeneration(7)
  const policy = {
    ...POLICY,
    transfers: {
      keys: [KEY],
      secondaries: { 'e164.arpa': [{ address: '127.0.0.1', port: socket.address().port, key: KEY.name }] },
    },
  }
  const lines: string[] = []
  const log = createLog('silent')
  /** How many messages had come at each line. */
  const heardBy: number[] = []
  log.warn = (_facts: object, message?: string) => {
    lines.push(message ?? '')
    heardBy.push(heard.length)
  }
  log.info = log.warn
  const notifier = startNotifier({
    state: dnsState(DOC, table, policy),
    fixedZones: [],
    heldSince() {
      world.looks++
      return world.isWithheld ? undefined : 7
    },
    log,
    retriesMs,
  })
  const close = (): void => {
    notifier.close()
    socket.close()
  }
  return { heard, heardBy, world, table, lines, close }
}
const serialIn = (bytes: Buffer): number | undefined => {
  const [record] = decode(bytes).answers ?? []
  return record?.type === 'SOA' ? record.data.serial : undefined
}

test('§3.7: opcode NOTIFY, AA, the zone and SOA as the question, and the new SOA as a hint in the answer section', async () => {
  const { heard, table, close } = await secondary(0)
  try {
    await until('the start is told', () => heard.length === 1)
    const packet = decode(heard[0]!)
    deepEqual(
      [(packet.flags ?? 0) & 0x7c00, packet.questions?.map(({ name, type }) => `${name} ${type}`)],
      [0x2400, ['e164.arpa SOA']],
    )
    table.setGeneration(8)
    await until('the change is told', () => heard.length === 2)
    deepEqual(heard.map(serialIn), [7, 8])
  } finally {
    close()
  }
})

test('of a zone that it would not get nobody is told; once it would, it is', async () => {
  const { heard, table, world, close } = await secondary(0, { isWithheld: true })
  try {
    table.setGeneration(8)
    await until('it has looked a few times', () => world.looks > 3)
    equal(heard.length, 0)
    world.isWithheld = false
    await until('the zone is told of', () => heard.length === 1)
    deepEqual(heard.map(serialIn), [8])
  } finally {
    close()
  }
})

test('§3.6: it is sent again until it is answered or the retries are used up, and is then left to the refresh of the zone', async () => {
  const { heard, table, lines, world, close } = await secondary('silence', { retriesMs: RETRIES_MS })
  try {
    await until('the retries are used up', () => lines.length === 1 && heard.length === 6)
    deepEqual([heard.length, lines], [6, ['a secondary does not answer NOTIFY']])
    equal(new Set(heard.map((bytes) => bytes.readUInt16BE(0))).size, 1, 'one id')
    world.rcode = 0
    table.setGeneration(8)
    await until('it answers again', () => lines.length === 2)
    equal(lines[1], 'a secondary takes NOTIFY again')
    deepEqual(heard.slice(6).map(serialIn), Array(heard.length - 6).fill(8))
    ok(heard.length > 6)
  } finally {
    close()
  }
})

test('§4.3: a zone that changes all the time is not told of more often than a secondary answers', async () => {
  const { heard, heardBy, table, lines, world, close } = await secondary('silence', { retriesMs: RETRIES_MS })
  try {
    const clock = setInterval(() => table.setGeneration(table.generation + 1), 5)
    await until('the retries are used up although the zone changes', () => lines.length === 1)
    clearInterval(clock)
    ok(heardBy[0]! > 1 && heardBy[0]! <= 6, `${heardBy[0]} messages`)
    const [first, last] = [heard[0], heard[heardBy[0]! - 1]].map((bytes) => serialIn(bytes!))
    ok(last! > first!, 'what is sent again is the newest')
    world.rcode = 0
    table.setGeneration(1_000_000)
    await until('the newest is told', () => heard.some((bytes) => serialIn(bytes) === 1_000_000))
  } finally {
    close()
  }
})

test('§3.11: a secondary that refuses is asked no further, and is named once in the log', async () => {
  const { heard, table, lines, close } = await secondary(9)
  try {
    await until('it is named', () => lines.length === 1)
    table.setGeneration(8)
    await until('it is told again', () => heard.length === 2)
    table.setGeneration(9)
    await until('and again', () => heard.length === 3)
    deepEqual(lines, ['a secondary refuses NOTIFY'])
  } finally {
    close()
  }
})
