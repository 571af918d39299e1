import { until } from './until.ts'

export type StreamEvent = {
  readonly id: number
  readonly event: string
  readonly data: Readonly<Record<string, unknown>>
}

export type EventStream = {
  readonly status: number
  readonly headers: Headers
  readonly events: readonly StreamEvent[]
  /** Comments, such as heartbeats. */
  readonly comments: readonly string[]
  /** Whether the server has ended it. */
  readonly isEnded: () => boolean
  /** Waits for so many events. */
  count(number: number): Promise<readonly StreamEvent[]>
  close(): void
}

/** Reads server-sent events until it is closed. */
export async function openEvents(url: string, headers: Record<string, string>): Promise<EventStream> {
  const ending = new AbortController()
  const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: ending.signal })
  const events: StreamEvent[] = []
  const comments: string[] = []
  let isEnded = false
  const read = async () => {
    let rest = ''
    for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = `${rest}${text}`.split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) take(block, events, comments)
    }
  }
  read()
    .catch(() => {}) // the connection was cut: by us, or as the test wants it
    .finally(() => {
      isEnded = true
    })
  return {
    status: response.status,
    headers: response.headers,
    events,
    comments,
    isEnded: () => isEnded,
    count: (number) => until(`${number} events`, () => events.length >= number && events),
    close: () => ending.abort(),
  }
}

function take(block: string, events: StreamEvent[], comments: string[]): void {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  const data = field('data')
  if (data !== undefined) events.push({ id: Number(field('id')), event: field('event') ?? '', data: JSON.parse(data) })
  else comments.push(block)
}
