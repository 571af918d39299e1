import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { authorisation } from './client.ts'

/**
 * How the screens learn of changes: told by the server, or by asking every two seconds while somebody looks; `lost`: the server
 * does not answer, and what is shown may be old.
 */
export type LiveState = 'off' | 'told' | 'asking' | 'lost'

const EVENTS_PATH = '/v1/events'
const ASK_EVERY_MS = 2_000
/** Even when told, ask now and then: a lost event must not leave a screen wrong for long. */
const ASK_ANYWAY_MS = 30_000
const AGAIN_AFTER_MS = 3_000
/** Many events in a row are one change of the screen. */
const GATHER_MS = 150

let state: LiveState = 'off'
const listeners = new Set<() => void>()

function become(next: LiveState): void {
  if (next === state) return
  state = next
  for (const listener of listeners) listener()
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => state,
  )
}

/** For `refetchInterval` of whatever shows ports. TanStack Query itself rests while the page is hidden. */
export function liveInterval(): number {
  return state === 'told' ? ASK_ANYWAY_MS : ASK_EVERY_MS
}

/**
 * Follows the server's events with the key in a header, which EventSource cannot send, and asks anew for what is on
 * screen whenever something happened. A hidden page lets go of its connection: a browser has six for one server.
 *
 * @returns ends it
 */
export function follow(queries: QueryClient): () => void {
  let gathering: ReturnType<typeof setTimeout> | undefined
  let following: AbortController | undefined
  let lastId: string | undefined
  const changed = (id: string | undefined) => {
    lastId = id ?? lastId
    gathering ??= setTimeout(() => {
      gathering = undefined
      void queries.invalidateQueries({ queryKey: ['ports'] })
    }, GATHER_MS)
  }
  const attend = () => {
    following?.abort()
    following = undefined
    if (document.visibilityState === 'hidden') return
    following = new AbortController()
    void keepFollowing({ signal: following.signal, changed, lastId: () => lastId })
  }
  document.addEventListener('visibilitychange', attend)
  attend()
  return () => {
    document.removeEventListener('visibilitychange', attend)
    following?.abort()
    clearTimeout(gathering)
    become('off')
  }
}

type Following = {
  readonly signal: AbortSignal
  readonly changed: (id: string | undefined) => void
  readonly lastId: () => string | undefined
}

async function keepFollowing({ signal, changed, lastId }: Following): Promise<void> {
  while (!signal.aborted) {
    const began = performance.now()
    let without: LiveState = 'asking'
    try {
      const from = lastId()
      const response = await fetch(EVENTS_PATH, {
        headers: { ...authorisation(), accept: 'text/event-stream', ...(from && { 'last-event-id': from }) },
        credentials: 'omit',
        signal,
      })
      const isStream = response.ok && /^text\/event-stream\b/.test(response.headers.get('content-type') ?? '')
      if (!isStream || !response.body) {
        await response.body?.cancel()
        become('asking')
        // refused for good: a server without events, or a key that may not follow them
        if (response.status >= 400 && response.status < 500) return
      } else {
        become('told')
        for await (const { id, data } of eventsOf(response.body)) if (data !== '') changed(id)
      }
    } catch {
      // the connection ended: the pause and the state below are all that there is to do about it
      without = 'lost'
    }
    if (signal.aborted) return
    // the server ends every stream after a while; one that did not last is not asked for again at once
    const hasLasted = performance.now() - began > AGAIN_AFTER_MS
    if (!hasLasted) become(without)
    await pause(hasLasted ? 0 : AGAIN_AFTER_MS, signal)
  }
}

type ServerEvent = { readonly id: string | undefined; readonly data: string }

/** The events of a stream (HTML standard, "Interpreting an event stream"), as far as we need them: id and data. */
export async function* eventsOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<ServerEvent> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const blocks = `${rest}${value}`.replaceAll('\r\n', '\n').split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = block.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line))
      const named = (name: string) => fields.filter((field) => field?.[1] === name).map((field) => field?.[2] ?? '')
      yield { id: named('id').at(-1), data: named('data').join('\n') }
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
