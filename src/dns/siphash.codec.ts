/** SipHash-2-4 (Aumasson, Bernstein 2012) with a key of 16 octets, in halves of 32 bits. @returns 8 octets, little endian */
export function sipHash24(key: Uint8Array, message: Uint8Array): Uint8Array {
  const state = new Uint32Array(8)
  const k = wordsOf(key)
  // v0..v3 as pairs low, high: the constants spell "somepseudorandomlygeneratedbytes".
  state.set([0x70736575, 0x736f6d65, 0x6e646f6d, 0x646f7261, 0x6e657261, 0x6c796765, 0x79746573, 0x74656462])
  for (let word = 0; word < 8; word++) state[word]! ^= k[word & 3]!
  const padded = new Uint8Array((Math.floor(message.length / 8) + 1) * 8)
  padded.set(message)
  padded[padded.length - 1] = message.length
  const words = wordsOf(padded)
  for (let at = 0; at < words.length; at += 2) {
    state[6]! ^= words[at]!
    state[7]! ^= words[at + 1]!
    round(state)
    round(state)
    state[0]! ^= words[at]!
    state[1]! ^= words[at + 1]!
  }
  state[4]! ^= 0xff
  for (let rounds = 0; rounds < 4; rounds++) round(state)
  const low = state[0]! ^ state[2]! ^ state[4]! ^ state[6]!
  const high = state[1]! ^ state[3]! ^ state[5]! ^ state[7]!
  return Uint8Array.from({ length: 8 }, (_, at) => ((at < 4 ? low : high) >>> ((at & 3) * 8)) & 255)
}

function wordsOf(octets: Uint8Array): Uint32Array {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  return Uint32Array.from({ length: octets.length >>> 2 }, (_, word) => view.getUint32(word * 4, true))
}

function round(v: Uint32Array): void {
  half(v, 0, 2, 13, 'swap')
  half(v, 4, 6, 16, 'keep')
  half(v, 0, 6, 21, 'keep')
  half(v, 4, 2, 17, 'swap')
}

/** a += b; b = (b <<< by) ^ a; and, for two of the four, a <<<= 32, which swaps its halves. */
function half(v: Uint32Array, a: number, b: number, by: number, turn: 'swap' | 'keep'): void {
  const low = v[a]! + v[b]!
  v[a + 1] = v[a + 1]! + v[b + 1]! + (low > 0xffffffff ? 1 : 0)
  v[a] = low
  const [bLow, bHigh] = [v[b]!, v[b + 1]!]
  v[b] = ((bLow << by) | (bHigh >>> (32 - by))) ^ v[a]!
  v[b + 1] = ((bHigh << by) | (bLow >>> (32 - by))) ^ v[a + 1]!
  if (turn === 'keep') return
  const lower = v[a]!
  v[a] = v[a + 1]!
  v[a + 1] = lower
}
