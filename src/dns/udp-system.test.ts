import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'

const HAS_BATCHED = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)
const skip = HAS_BATCHED ? false : 'not on this platform'

/** Where a message's vectors and its control record are counted (struct mmsghdr). */
const [VECTORS, CONTROL] = [24, 40]
const MESSAGE_OCTETS = 64
const REPLY_OCTETS = 100

/** An outbox whose system call takes no segments while it is told so; what it was given, by how many replies each. */
async function outbox() {
  const { layOut, outboxOn } = await import('./udp-system.ts')
  const memory = layOut(4)
  const world = { takesSegments: true, takesAny: true }
  const sent: number[] = []
  const box = outboxOn(memory, (first, count) => {
    for (let done = 0; done < count; done++) {
      const message = memory.sendAt + (first + done) * MESSAGE_OCTETS
      const isSegmented = memory.words[(message + CONTROL) >>> 2] !== 0
      if (!world.takesAny || (isSegmented && !world.takesSegments)) return done === 0 ? -1 : done
      sent.push(memory.words[(message + VECTORS) >>> 2]!)
    }
    return count
  })
  const batch = (replies: number): number[] => {
    sent.length = 0
    for (let slot = 0; slot < replies; slot++) box.add(slot, REPLY_OCTETS)
    box.send()
    return [...sent]
  }
  return { batch, world }
}

test('replies of one size to one peer are one message; where that does not go, each is one, and the next are tried again', {
  skip,
}, async () => {
  const { batch, world } = await outbox()
  deepEqual(batch(3), [3])
  world.takesSegments = false
  deepEqual(batch(3), [1, 1, 1], 'none is lost')
  world.takesSegments = true
  deepEqual(batch(4), [4])
})

test('a peer that nothing can be sent to costs the others nothing', { skip }, async () => {
  const { batch, world } = await outbox()
  world.takesAny = false
  for (let at = 0; at < 1000; at++) deepEqual(batch(2), [])
  world.takesAny = true
  deepEqual(batch(2), [2])
})

test('where no segments ever go, they are given up', { skip }, async () => {
  const { batch, world } = await outbox()
  world.takesSegments = false
  for (let at = 0; at < 200; at++) equal(batch(2).length, 2)
  world.takesSegments = true
  deepEqual(batch(2), [1, 1])
})
