import { deepEqual } from 'node:assert/strict'
import test from 'node:test'
import { eventsOf } from './live.ts'

async function read(...pieces: string[]) {
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece))
      controller.close()
    },
  })
  return await Array.fromAsync(eventsOf(body))
}

test('events come whole however the bytes were cut, comments have no data, and what is unfinished is no event', async () => {
  const told = await read(
    'retry: 2000\n: open\n\nid: 4',
    '2\nevent: port_in.ported\ndata: {"a"',
    ':1}\n\n: still here\n\r\n\nid: 43\ndata: cut',
  )
  deepEqual(
    told.filter(({ data }) => data !== ''),
    [{ id: '42', data: '{"a":1}' }],
  )
})
