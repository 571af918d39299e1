import { decodePxs } from '../src/clearinghouses/pxs/pxs.codec.ts'
import type { Entry, Said, World } from './world.ts'

/** Where the client hears us, and how we say who we are. */
export type Receiver = { readonly url: string; readonly username: string; readonly key: string }

export type Sending = {
  /** Starts what is due and not under way; an attempt that ends calls `onEnd`, so that the next can start. */
  start(nowMs: number): void
  /** When the next attempt is due, if nothing else happens before. */
  nextMs(): number | undefined
  /** Gives up what is under way; it will be sent again after the next start, as after a crash. */
  stop(): void
}

/** Attempts under way at once. */
const LANES = 16
const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 2_000
const ATTEMPT_SECONDS = 10

/** Delivers the queue, each message again until it is acknowledged, those of one port in order. */
export function openSending(
  receiver: Receiver,
  world: World,
  commit: (entries: readonly Entry[]) => void,
  clock: { readonly nowMs: () => number; readonly onEnd: () => void; readonly isLost: (msgtype: string) => boolean },
): Sending {
  const underWay = new Set<string>()
  const failures = new Map<string, { readonly count: number; readonly nextMs: number }>()
  const stopping = new AbortController()

  const attempt = async (said: Said) => {
    const { isDone, note } = await post(receiver, said, stopping.signal)
    underWay.delete(said.msgid)
    if (stopping.signal.aborted) return
    const nowMs = clock.nowMs()
    const failed = failures.get(said.msgid)?.count ?? 0
    if (isDone) failures.delete(said.msgid)
    else
      failures.set(said.msgid, {
        count: failed + 1,
        nextMs: nowMs + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failed),
      })
    // Only the first of many failures is told, or a night without the client would fill the log.
    const lines: readonly Entry[] = isDone || failed === 0 ? [{ kind: 'log', line: lineOf(said, nowMs, note) }] : []
    commit([...lines, ...(isDone ? [{ kind: 'delivered', msgid: said.msgid } as const] : [])])
    clock.onEnd()
  }

  /** The first message of each port in the queue: the next one waits for it. */
  const heads = () => {
    const ports = new Set<string>()
    return [...world.queue.values()].filter(({ msgid }) => {
      const port = world.said.get(msgid)?.msgidentifier ?? msgid
      if (ports.has(port)) return false
      ports.add(port)
      return true
    })
  }
  const dueMs = ({ msgid, dueMs }: { readonly msgid: string; readonly dueMs: number }) =>
    failures.get(msgid)?.nextMs ?? dueMs

  return {
    start(nowMs) {
      if (underWay.size >= LANES) return
      for (const queued of heads()) {
        if (underWay.size >= LANES) return
        const said = world.said.get(queued.msgid)
        if (!said || underWay.has(queued.msgid) || dueMs(queued) > nowMs) continue
        if (clock.isLost(said.msgtype)) {
          const line = lineOf(said, nowMs, 'lost by a fault switch')
          commit([
            { kind: 'log', line },
            { kind: 'delivered', msgid: said.msgid },
          ])
          continue
        }
        underWay.add(queued.msgid)
        void attempt(said)
      }
    },
    nextMs() {
      if (underWay.size >= LANES) return undefined
      const waiting = heads().filter(({ msgid }) => !underWay.has(msgid))
      return waiting.length === 0 ? undefined : waiting.map(dueMs).reduce((a, b) => Math.min(a, b))
    },
    stop: () => stopping.abort(),
  }
}

function lineOf({ msgid, msgidentifier, msgtype, xml }: Said, nowMs: number, note: string) {
  const at = Temporal.Instant.fromEpochMilliseconds(nowMs).toString()
  return {
    at,
    direction: 'sent',
    msgid,
    ...(msgidentifier !== undefined && { msgidentifier }),
    msgtype,
    note,
    xml,
  } as const
}

async function post({ url, username, key }: Receiver, { msgid, xml, tries }: Said, signal: AbortSignal) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${username}:${key}`).toString('base64')}`,
        'content-type': 'application/xml',
      },
      body: xml,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_SECONDS * 1000)]),
    })
    const answer = decodePxs(await response.bytes())
    const isTaken = response.status === 200 && answer.kind === 'ack' && answer.ack.msgid === msgid
    if (!isTaken) return { isDone: tries === 'once', note: `HTTP ${response.status} without an acknowledgement of it` }
    return { isDone: true, note: `${answer.ack.result}ed${answer.ack.isDuplicate ? ' as a duplicate' : ''}` }
  } catch (error) {
    // Whatever the network does, the message is sent again; the log says why.
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return { isDone: false, note: cause instanceof Error ? cause.message : 'the attempt failed' }
  }
}
