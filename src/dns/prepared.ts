import type { E164 } from '../numbers/e164.ts'
import { type EnumProfile, naptrsOf, type Target } from './enum-profile.ts'
import { parseDnsName } from './name.codec.ts'
import { writeRecord } from './record.codec.ts'
import { put8, writerOn } from './writer.ts'

/** The answer section of a target as it will be sent, but for the number's digits. */
export type Prepared = {
  readonly records: number
  readonly octets: Uint8Array
  /** Where the digits go, each time all of them. */
  readonly gaps: readonly number[]
}

/** Stands for a digit; no URI holds it. */
const GAP = 0xff
const OWNER = parseDnsName('owner.')!

/**
 * Writes the records for any number of so many digits. Their owner is a pointer to the question (offset 12), as `encodeReply`
 * compresses it, so the octets do not depend on the name either.
 */
export function prepare(
  profile: EnumProfile,
  length: number,
  target: Target,
  ttlSeconds: number,
  wording: 'literal' | 'reference' = 'literal',
): Prepared {
  // No real number: only this module makes it, and only to be written over.
  const blank = `+${String.fromCharCode(GAP).repeat(length)}` as E164
  const writer = writerOn(new Uint8Array(4096))
  for (let at = 0; at < 12; at++) put8(writer, 0)
  writer.names.set(OWNER, 12)
  const naptrs = naptrsOf(profile, wording === 'reference' ? 'any' : blank, target)
  for (const data of naptrs) writeRecord(writer, { name: OWNER, ttlSeconds, data })
  const octets = writer.bytes.slice(12, writer.at)
  return { records: naptrs.length, octets, gaps: gapsIn(octets, length) }
}

function gapsIn(octets: Uint8Array, length: number): number[] {
  const gaps: number[] = []
  for (let at = 0; at + length <= octets.length; at++) {
    if (octets.subarray(at, at + length).every((octet) => octet === GAP)) {
      gaps.push(at)
      at += length - 1
    }
  }
  return gaps
}
