import { Client, escapeIdentifier } from 'pg'
import type { Log } from '../shared/log.ts'
import type { Channel } from './db.ts'

const FIRST_WAIT_MILLIS = 50
const LONGEST_WAIT_MILLIS = 5_000
const CONNECT_SECONDS = 10
/** It only waits: without being asked for, the loss of the other end would never be seen. */
const KEEP_ALIVE_SECONDS = 30

type Listening = {
  readonly url: string
  readonly channel: Channel
  readonly hear: (payload: string) => void
  readonly log: Log
}

/** Listens until the returned function is called; a lost connection is made again, after longer and longer waits. */
export function startListening({ url, channel, hear, log }: Listening): () => void {
  let client: Client | undefined
  let clock: NodeJS.Timeout | undefined
  let failures = 0
  let isStopped = false

  async function connect(): Promise<void> {
    const fresh = new Client({
      connectionString: url,
      application_name: `portolan ${channel}`,
      connectionTimeoutMillis: CONNECT_SECONDS * 1000,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_SECONDS * 1000,
    })
    client = fresh
    let isOver = false
    const onEnd = (error?: Error) => {
      if (isOver) return
      isOver = true
      end(fresh)
      if (!isStopped) comeBack(error)
    }
    fresh.on('error', onEnd)
    fresh.on('end', onEnd)
    fresh.on('notification', ({ payload }) => tell(payload ?? ''))
    try {
      await fresh.connect()
      await fresh.query(`listen ${escapeIdentifier(channel)}`)
    } catch (error) {
      onEnd(error instanceof Error ? error : new Error(String(error)))
      return
    }
    if (isStopped || isOver) return
    failures = 0
    tell('')
  }

  function comeBack(error: Error | undefined): void {
    const longest = Math.min(FIRST_WAIT_MILLIS * 2 ** failures, LONGEST_WAIT_MILLIS)
    failures += 1
    log.warn({ channel, failures, err: error }, 'lost the connection that listens for changes')
    clock = setTimeout(connect, longest * (0.5 + Math.random() / 2))
  }

  function tell(payload: string): void {
    if (isStopped) return
    try {
      hear(payload)
    } catch (error) {
      // A notification is a hint; whoever failed to take it polls anyway, and the other listeners go on.
      log.error({ channel, err: error }, 'a listener failed')
    }
  }

  void connect()
  return () => {
    isStopped = true
    clearTimeout(clock)
    if (client) end(client)
  }
}

function end(client: Client): void {
  client.on('error', () => {}) // it is being closed; nothing is left to lose
  client.end().catch(() => {})
}
