import { once } from 'node:events'
import { createServer, connect as dial, type Server, type Socket } from 'node:net'
import { until } from './until.ts'

/** A TCP port of 127.0.0.1 that leads to another one, and can be taken away and brought back. */
export type Relay = {
  readonly url: string
  away(): Promise<void>
  back(): Promise<void>
  /** From now on nothing passes the connections that there are, and nobody is told: as where a machine has lost its power. */
  silence(): void
}

/** Stands before the server of a database's address. */
export async function startRelay(databaseUrl: string): Promise<Relay> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let listenPort = 0
  const back = async () => {
    const made = createServer((near) => {
      const far = dial(Number(target.port), target.hostname)
      for (const [from, to] of [[near, far] as const, [far, near] as const]) {
        sockets.add(from)
        from.pipe(to)
        from.on('error', () => to.destroy())
        from.on('close', () => {
          sockets.delete(from)
          to.destroy()
        })
      }
    })
    // while it was away its number may have been given to a connection of somebody else, which ends some time
    await until('its port is free', () => listens(made, listenPort))
    server = made
    const address = made.address()
    if (typeof address === 'object' && address !== null) listenPort = address.port
  }
  await back()
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String(listenPort)
  return {
    url: url.href,
    back,
    silence() {
      for (const socket of sockets) socket.unpipe().pause()
    },
    async away() {
      if (!server?.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

async function listens(server: Server, port: number): Promise<boolean> {
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false
    throw error
  }
}
