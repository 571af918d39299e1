import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below those that the system gives away by itself: what others ask for meanwhile is never one of these. */
const [FROM, TO] = [20_000, 32_000]

/** A free port of 127.0.0.1, for TCP and UDP, that a program may take a while later. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FROM, TO)
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const [tcp, udp] = [createServer(), createSocket('udp4')]
  try {
    tcp.listen(port, '127.0.0.1')
    await once(tcp, 'listening')
    udp.bind(port, '127.0.0.1')
    await once(udp, 'listening')
    return true
  } catch {
    return false // taken: another one is tried
  } finally {
    tcp.close()
    udp.close()
  }
}
