import assert from 'node:assert/strict'
import { parentPort, workerData } from 'node:worker_threads'
import { dnsState } from './answer.ts'
import { SYSTEM_CLOCK } from './clock.ts'
import { responderFor } from './respond.ts'
import { beginReading, openMemory, rest } from './table-memory.ts'
import { tableReader } from './table-reader.ts'
import { guarded, type UdpThread } from './udp.ts'
import { serveUdp } from './udp-system.ts'

/** The whole life of a serving thread: it blocks in system calls and is told to stop through shared memory. */
assert(parentPort, 'runs as a worker of udp.ts')
// Written by `startThreads` alone.
const { fd, family, memory: buffer, reader, config, policy, fixedZones, counts, stop } = workerData as UdpThread
const memory = openMemory(buffer)
const stopWord = new Int32Array(stop)
const respond = responderFor(dnsState(config, tableReader(memory), policy, fixedZones), SYSTEM_CLOCK)
serveUdp(fd, family, {
  // The thread has no event loop to log on; the count of silence tells.
  respond: guarded(respond, new Int32Array(counts), () => {}),
  begin: () => beginReading(memory, reader),
  end: () => rest(memory, reader),
  isStopped: () => Atomics.load(stopWord, 0) !== 0,
})
