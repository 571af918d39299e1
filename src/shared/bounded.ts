type Body = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** All bytes of an answer. Throws where there are more than `most`: a peer that has gone wrong must not fill our memory. */
export async function bytesWithin(body: Body, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > most) throw new Error(`the answer is longer than ${most} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The same as the UTF-8 text that it is. */
export async function textWithin(body: Body, most: number): Promise<string> {
  return (await bytesWithin(body, most)).toString('utf8')
}

/** The first bytes of an answer, at most so many; the rest is not read. */
export async function startOf(body: Body, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= most) break
  }
  return Buffer.concat(chunks).subarray(0, most)
}
