import type { Brand } from '../shared/brand.ts'
import type { Writer } from './writer.ts'
import { put8, put16 } from './writer.ts'

/**
 * A domain name as master files write it, absolute and in lower case: `0.0.1.0.5.5.5.1.e164.arpa.`; the root is `.`.
 * Octets other than letters, digits, `-`, `_` and `*` stand as `\DDD` (RFC 1035 §5.1), so equal names are equal text.
 */
export type DnsName = Brand<string, 'DnsName'>

/** What every name ends in. */
export const ROOT = '.' as DnsName

const PLAIN = /^[a-z0-9_*-]$/

/** @returns undefined for text that is no domain name: empty or long labels, broken escapes, over 255 octets */
export function parseDnsName(text: string): DnsName | undefined {
  if (text === '.' || text === '') return text === '.' ? ROOT : undefined
  const labels: number[][] = [[]]
  for (let at = 0; at < text.length; at++) {
    const label = labels.at(-1)!
    if (text[at] === '.') {
      if (label.length === 0) return undefined
      labels.push([])
    } else if (text[at] === '\\') {
      const digits = /^[0-9]{3}/.exec(text.slice(at + 1, at + 4))?.[0]
      const octet = digits === undefined ? text.charCodeAt(at + 1) : Number(digits)
      if (!(octet <= 255)) return undefined
      label.push(octet)
      at += digits === undefined ? 1 : 3
    } else {
      const octet = text.charCodeAt(at)
      if (octet > 126 || octet < 33) return undefined
      label.push(octet)
    }
  }
  if (labels.at(-1)!.length === 0) labels.pop()
  const octets = labels.reduce((sum, label) => sum + label.length + 1, 1)
  if (octets > 255 || labels.some((label) => label.length > 63)) return undefined
  return labels.map((label) => `${labelText(label)}.`).join('') as DnsName
}

/**
 * Reads a name at `at`, following compression pointers, which may only point backwards (RFC 1035 §4.1.4).
 *
 * @returns the name and the offset after it; undefined when it is cut off, loops, or is over 255 octets
 */
export function readName(bytes: Uint8Array, at: number): { readonly name: DnsName; readonly next: number } | undefined {
  let text = ''
  let octets = 1
  let next = -1
  let jumps = 0
  for (let here = at; ; ) {
    const length = bytes[here]
    if (length === undefined) return undefined
    if (length === 0) return { name: (text || '.') as DnsName, next: next < 0 ? here + 1 : next }
    if (length >= 0xc0) {
      const low = bytes[here + 1]
      if (low === undefined) return undefined
      if (next < 0) next = here + 2
      const target = ((length & 0x3f) << 8) | low
      if (target >= here || ++jumps > 127) return undefined
      here = target
      continue
    }
    octets += length + 1
    if (length > 63 || octets > 255 || here + 1 + length > bytes.length) return undefined
    text += `${labelText(bytes.subarray(here + 1, here + 1 + length))}.`
    here += length + 1
  }
}

/** The offset after the name at `at`, its pointers not followed; undefined when it is cut off or has a reserved label type. */
export function skipName(bytes: Uint8Array, at: number): number | undefined {
  for (let here = at; here < bytes.length; ) {
    const length = bytes[here]!
    if (length === 0) return here + 1
    if (length >= 0xc0) return here + 2
    if (length > 63) return undefined
    here += length + 1
  }
  return undefined
}

/** Writes a name; `compressed` points at an earlier spelling of its end, which RFC 3597 §4 allows in old types only. */
export function writeName(writer: Writer, name: DnsName, form: 'compressed' | 'plain'): void {
  let rest: string = name === '.' ? '' : name
  while (rest !== '') {
    const earlier = form === 'compressed' ? writer.names.get(rest) : undefined
    if (earlier !== undefined) {
      put16(writer, 0xc000 | earlier)
      return
    }
    if (writer.at < 0x3fff && !writer.names.has(rest)) writer.names.set(rest, writer.at)
    const end = labelEnd(rest)
    const octets = labelOctets(rest.slice(0, end))
    put8(writer, octets.length)
    for (const octet of octets) put8(writer, octet)
    rest = rest.slice(end + 1)
  }
  put8(writer, 0)
}

/** The name without its first label; the parent of the root is the root. */
export function parentOf(name: DnsName): DnsName {
  return (name.slice(labelEnd(name) + 1) || '.') as DnsName
}

/** Whether `name` is `apex` or lies below it. */
export function isWithin(name: DnsName, apex: DnsName): boolean {
  return name === apex || apex === '.' || name.endsWith(`.${apex}`)
}

/** How many octets the name takes uncompressed (RFC 1035 §3.1). */
export function octetsOf(name: DnsName): number {
  let octets = 1
  for (let rest = name === '.' ? '' : (name as string); rest !== ''; rest = rest.slice(labelEnd(rest) + 1)) {
    octets += labelOctets(rest.slice(0, labelEnd(rest))).length + 1
  }
  return octets
}

function labelText(octets: ArrayLike<number>): string {
  let text = ''
  for (let at = 0; at < octets.length; at++) {
    const character = String.fromCharCode(octets[at]!).toLowerCase()
    const isPlain = octets[at]! < 128 && PLAIN.test(character)
    text += isPlain ? character : `\\${String(octets[at]).padStart(3, '0')}`
  }
  return text
}

function labelOctets(label: string): number[] {
  const octets: number[] = []
  for (let at = 0; at < label.length; at++) {
    const isEscaped = label[at] === '\\'
    octets.push(isEscaped ? Number(label.slice(at + 1, at + 4)) : label.charCodeAt(at))
    if (isEscaped) at += 3
  }
  return octets
}

/** A dot inside a label is written `\046`, so the first dot always ends the label. */
function labelEnd(name: string): number {
  return name.indexOf('.')
}
