import { closeSync, openSync, readSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { setImmediate as turn } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import {
  HEADER,
  layoutOf,
  openMemory,
  PAGE_BOOK_WORDS,
  PAGE_UNITS,
  READERS_MAX,
  type TableMemory,
} from './table-memory.ts'
import type { ZoneConfig } from './zone-config.schema.ts'

/**
 * A snapshot file: one line of JSON, filled with blanks to 4 KiB or a multiple, then the parts of the table's memory that are
 * in use, as they lie there. Loading is reading: ten million numbers take well under half a second.
 */
const KIND = 'portolan routes '
const MAGIC = `${KIND}2`
const HEAD_OCTETS = 4096

type Head = {
  readonly magic: string
  readonly headOctets: number
  readonly octets: number
  readonly crc32: number
  readonly parts: readonly (readonly [at: number, length: number])[]
  readonly config: ZoneConfig
}

/** So much is summed up in one go: a few milliseconds. */
const SLICE_OCTETS = 4 * 1024 * 1024

/**
 * Writes beside the file and renames, so that a file of this name is always whole. What is in use is copied in one go, so that it is
 * of one moment; the copy is summed up and written piece by piece, while everything else goes on. Until the end it takes that much
 * memory more.
 */
export async function saveSnapshot(file: string, memory: TableMemory, config: ZoneConfig): Promise<void> {
  const parts = partsInUse(memory.words)
  const said = { octets: memory.buffer.byteLength, parts, config }
  const slices = copiesOf(memory, parts).flatMap(slicesOf)
  let checksum = checksumOf(said)
  for (const slice of slices) {
    await turn()
    checksum = crc32(slice, checksum)
  }
  const beside = `${file}.new`
  const handle = await open(beside, 'w', 0o640)
  try {
    await handle.writeFile(headOf({ magic: MAGIC, crc32: checksum, ...said }))
    for (const slice of slices) await handle.writeFile(slice)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(beside, file)
}

function copiesOf({ buffer }: TableMemory, parts: Head['parts']): Buffer[] {
  const [header, ...rest] = parts.map(([at, length]) => Buffer.from(Buffer.from(buffer, at, length)))
  // Other threads write their places in it at any moment, and mean nothing to who loads it.
  header?.fill(0, HEADER.readerCount * 4, (HEADER.readers + READERS_MAX) * 4)
  return header ? [header, ...rest] : rest
}

function slicesOf(octets: Buffer): Buffer[] {
  return Array.from({ length: Math.ceil(octets.length / SLICE_OCTETS) }, (_, at) =>
    octets.subarray(at * SLICE_OCTETS, (at + 1) * SLICE_OCTETS),
  )
}

/** Filled with blanks, so that a reader finds where it ends. */
function headOf(fields: Omit<Head, 'headOctets'>): Buffer {
  const headOctets = Math.ceil((JSON.stringify(fields).length * 2 + 64) / HEAD_OCTETS) * HEAD_OCTETS
  const head = Buffer.alloc(headOctets, ' ')
  head.write(`${JSON.stringify({ ...fields, headOctets })}\n`)
  return head
}

/** Of what the head says; the parts' own follows. */
function checksumOf({ octets, parts, config }: Pick<Head, 'octets' | 'parts' | 'config'>): number {
  return crc32(JSON.stringify([octets, parts, config]))
}

/** @throws Error when the file is cut off, changed, of another version, or no snapshot; nothing is loaded then */
export function loadSnapshot(file: string): { readonly memory: TableMemory; readonly config: ZoneConfig } {
  const fd = openSync(file, 'r')
  try {
    const head = readHead(fd, file)
    const buffer = new SharedArrayBuffer(head.octets)
    let position = head.headOctets
    let checksum = checksumOf(head)
    for (const [at, length] of head.parts) {
      const part = Buffer.from(buffer, at, length)
      readWhole(fd, part, position, file)
      checksum = crc32(part, checksum)
      position += length
    }
    if (checksum !== head.crc32) throw new Error(`${file} is damaged: its checksum does not fit`)
    return { memory: openMemory(buffer), config: head.config }
  } finally {
    closeSync(fd)
  }
}

/** Whether a file begins as snapshots do; any other is read as CSV. */
export function isSnapshot(file: string): boolean {
  const fd = openSync(file, 'r')
  const start = Buffer.alloc(KIND.length + 10)
  readSync(fd, start)
  closeSync(fd)
  return start.toString('latin1') === `{"magic":"${KIND}`
}

function partsInUse(words: Int32Array): [at: number, length: number][] {
  const pagesTaken = words[HEADER.pagesTaken]!
  const layout = layoutOf(words[HEADER.pageCount]!)
  return [
    [0, (layout.pageBookWord + pagesTaken * PAGE_BOOK_WORDS) * 4],
    [layout.valueOffsetsWord * 4, (words[HEADER.valueCount]! + 1) * 4],
    [layout.valueTextOctet, words[HEADER.valueTextEnd]!],
    [layout.pagesUnit * 2, pagesTaken * PAGE_UNITS * 2],
  ]
}

function readHead(fd: number, file: string): Head {
  const line = lineOf(fd)
  if (!line.startsWith(`{"magic":"${KIND}`)) throw new Error(`${file} is no snapshot of routes`)
  if (!line.startsWith(`{"magic":"${MAGIC}"`)) throw new Error(`${file} is a snapshot of another version, not ${MAGIC}`)
  try {
    // Written by saveSnapshot; the checksum stands for the rest of it.
    return JSON.parse(line) as Head
  } catch (error) {
    throw new Error(`${file} is damaged: its head cannot be read`, { cause: error })
  }
}

/** The first line, of at most 64 MiB: a market has thousands of blocks at most. */
function lineOf(fd: number): string {
  const chunks: Buffer[] = []
  for (let position = 0; position < 64 * 1024 * 1024; position += 65_536) {
    const chunk = Buffer.alloc(65_536)
    const length = readSync(fd, chunk, 0, chunk.length, position)
    const end = chunk.subarray(0, length).indexOf('\n')
    chunks.push(chunk.subarray(0, end < 0 ? length : end))
    if (end >= 0 || length === 0) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

function readWhole(fd: number, octets: Buffer, position: number, file: string): void {
  for (let at = 0; at < octets.length; ) {
    const length = readSync(fd, octets, at, octets.length - at, position + at)
    if (length === 0) throw new Error(`${file} is cut off`)
    at += length
  }
}
