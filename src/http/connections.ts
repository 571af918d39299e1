import type { Server } from 'node:http'
import { networkOf } from '../accounts/network.ts'

/** Of one address: whoever holds so many must not keep the others out. A BSS in bulk opens one for each request that is under way. */
export const CONNECTIONS_OF_ONE_MAX = 4_000

/** Cuts the connections of an address beyond so many, before anything is read of them. */
export function limitConnections(server: Server, most: number): void {
  const open = new Map<string, number>()
  server.on('connection', (socket) => {
    const who = networkOf(socket.remoteAddress ?? '')
    const count = (open.get(who) ?? 0) + 1
    if (count > most) return void socket.destroy()
    open.set(who, count)
    socket.once('close', () => {
      const left = (open.get(who) ?? 0) - 1
      if (left > 0) open.set(who, left)
      else open.delete(who)
    })
  })
}
