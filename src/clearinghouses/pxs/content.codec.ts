import { escapeXml, type XmlElement } from '../../shared/xml.ts'
import type { PxsName, PxsProfile } from './profile.ts'
import { instantOf, stampOf } from './stamp.codec.ts'

/** What can stand in an element: how it is read and written. Reading trusts the XSD for order and number. */
export type Content<T> = {
  read(element: XmlElement, profile: PxsProfile): T
  /** The inside of the element; `indent` is that of its own line. */
  write(value: T, profile: PxsProfile, indent: string): string
}

/** one: exactly one · maybe: none or one · some: one or more · any: none or more. */
export type Presence = 'one' | 'maybe' | 'some' | 'any'

export type Field<T, P extends Presence> = { readonly presence: P; readonly content: Content<T>; readonly fallback?: T }

/** The fields of an element in the order of the wire. A key is our word; the profile knows its spelling. */
export type Fields = { readonly [Name in PxsName]?: Field<unknown, Presence> }

type ValueOf<F> = F extends Field<infer T, infer P> ? (P extends 'some' | 'any' ? readonly T[] : T) : never
type OptionalKeys<F> = { [K in keyof F]: F[K] extends Field<unknown, 'maybe'> ? K : never }[keyof F]

/** The value that a table of fields describes. */
export type ValueOfFields<F> = { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: ValueOf<F[K]> } & {
  readonly [K in OptionalKeys<F>]?: ValueOf<F[K]>
}

/** Thrown by readers and caught by `decodePxs`, which makes it the reason of a malformed message. */
export class Unreadable extends Error {}

export const one = <T>(content: Content<T>): Field<T, 'one'> => ({ presence: 'one', content })
export const maybe = <T>(content: Content<T>): Field<T, 'maybe'> => ({ presence: 'maybe', content })
export const some = <T>(content: Content<T>): Field<T, 'some'> => ({ presence: 'some', content })
export const any = <T>(content: Content<T>): Field<T, 'any'> => ({ presence: 'any', content })
/** Always there for us; on the wire it may be left out, or empty, to mean `fallback`. */
export const orElse = <T>(fallback: T, content: Content<T>): Field<T, 'one'> => ({ presence: 'one', content, fallback })

/** An element of elements. */
export function record<F extends Fields>(fields: F): Content<ValueOfFields<F>> {
  // The keys of the table are the only keys there are.
  const table = Object.entries(fields) as [PxsName, Field<unknown, Presence>][]
  return {
    read(element, profile) {
      const value = table.flatMap(([name, field]) => {
        const read = readField(childrenOf(element, profile, name), field, profile, name)
        return read === undefined ? [] : [[name, read]]
      })
      // Read by the table from which the type is inferred.
      return Object.fromEntries(value) as ValueOfFields<F>
    },
    write(value, profile, indent) {
      const inner = `${indent}  `
      const lines = table.flatMap(([name, { presence, content }]) => {
        const said = (value as { readonly [name: string]: unknown })[name]
        const items =
          presence === 'some' || presence === 'any' ? (said as readonly unknown[]) : said === undefined ? [] : [said]
        return items.map((item) => inner + writeElement(name, content, item, profile, inner))
      })
      return lines.length === 0 ? '' : `\n${lines.join('\n')}\n${indent}`
    },
  }
}

/** An element that only wraps a list of `item` elements. */
export function listOf<T>(item: PxsName, content: Content<T>): Content<readonly T[]> {
  return {
    read: (element, profile) => childrenOf(element, profile, item).map((child) => content.read(child, profile)),
    write(values, profile, indent) {
      const inner = `${indent}  `
      return `\n${values.map((value) => `${inner}${writeElement(item, content, value, profile, inner)}\n`).join('')}${indent}`
    },
  }
}

/** Text with its spaces collapsed, as `xs:token` says. */
export const TOKEN: Content<string> = {
  read: ({ text, name }) => {
    const token = text.trim().replace(/\s+/g, ' ')
    if (token === '') throw new Unreadable(`${name} is empty`)
    return token
  },
  write: escapeXml,
}

/** Text as it stands. */
export const TEXT: Content<string> = { read: ({ text }) => text, write: escapeXml }

export const INTEGER: Content<number> = {
  read: (element, profile) => Number(TOKEN.read(element, profile)),
  write: String,
}

export const BOOLEAN: Content<boolean> = {
  read: (element, profile) => ['true', '1'].includes(TOKEN.read(element, profile)),
  write: String,
}

/** A moment, to the second. */
export const STAMP: Content<Temporal.Instant> = {
  read(element, profile) {
    const at = instantOf(TOKEN.read(element, profile), profile.timestamps)
    if (at === undefined) throw new Unreadable(`${element.name} ${element.text.trim()} is not a moment in time`)
    return at
  },
  write: (at, { timestamps }) => stampOf(at, timestamps),
}

/** One of a few words; which ones, the XSD has checked. */
export function word<W extends string>(...words: readonly W[]): Content<W> {
  return {
    read(element, profile) {
      const text = TOKEN.read(element, profile)
      const found = words.find((candidate) => candidate === text)
      if (found === undefined) throw new Unreadable(`${element.name} is not one of ${words.join(', ')}`)
      return found
    },
    write: escapeXml,
  }
}

export function childrenOf(element: XmlElement, profile: PxsProfile, name: PxsName): XmlElement[] {
  const wire = profile.names[name]
  return element.children.filter((child) => child.name === wire && child.namespace === profile.namespace)
}

export function writeElement<T>(
  name: PxsName,
  content: Content<T>,
  value: T,
  profile: PxsProfile,
  indent: string,
): string {
  const wire = profile.names[name]
  return `<${wire}>${content.write(value, profile, indent)}</${wire}>`
}

function readField(
  found: readonly XmlElement[],
  field: Field<unknown, Presence>,
  profile: PxsProfile,
  name: PxsName,
): unknown {
  const { presence, content, fallback } = field
  if (presence === 'some' || presence === 'any') return found.map((element) => content.read(element, profile))
  const [element] = found
  if (element && !(fallback !== undefined && element.text.trim() === '')) return content.read(element, profile)
  if (presence === 'maybe' || fallback !== undefined) return fallback
  throw new Unreadable(`${profile.names[name]} is missing`)
}
