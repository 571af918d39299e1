import { strict as assert } from 'node:assert'
import { escapeXml, parseXml, type XmlElement } from '../../shared/xml.ts'
import { type Content, childrenOf, type Fields, record, Unreadable, writeElement } from './content.codec.ts'
import {
  PXS_ACK,
  PXS_BODIES,
  PXS_HEADER,
  type PxsAck,
  type PxsBody,
  type PxsHeader,
  type PxsKind,
  type PxsMessage,
} from './messages.codec.ts'
import { PXS_PROFILE, type PxsProfile } from './profile.ts'
import { objectionToMessage } from './rules.ts'

/** What some bytes turned out to be. `msgid` of a malformed message is there when at least that could be read. */
export type PxsDecoded =
  | { readonly kind: 'message'; readonly message: PxsMessage }
  | { readonly kind: 'ack'; readonly ack: PxsAck }
  | { readonly kind: 'unknown'; readonly header: PxsHeader }
  | { readonly kind: 'malformed'; readonly reason: string; readonly msgid: string | undefined }

/** The message as XML, valid by the profile's XSD and by its rules; a message that is not is a bug and throws. */
export function encodePxs(message: PxsMessage, profile: PxsProfile = PXS_PROFILE): Buffer {
  const { body, ...envelope } = message
  const objection = objectionToMessage(message, profile)
  assert.equal(objection, undefined)
  const header = { ...envelope, msgtype: profile.names[body.kind] }
  const parts = [
    `  ${writeElement('header', PXS_HEADER, header, profile, '  ')}`,
    `  <${profile.names.body}>`,
    `    ${writeElement(body.kind, BODIES[body.kind], body, profile, '    ')}`,
    `  </${profile.names.body}>`,
  ]
  return document('message', ` version="${escapeXml(profile.version)}"`, `\n${parts.join('\n')}\n`, profile)
}

export function encodePxsAck(ack: PxsAck, profile: PxsProfile = PXS_PROFILE): Buffer {
  return document('ack', '', PXS_ACK.write(ack, profile, ''), profile)
}

/** Reads what the other side sent. Never throws, whatever the bytes. */
export function decodePxs(bytes: Uint8Array, profile: PxsProfile = PXS_PROFILE): PxsDecoded {
  const reading = parseXml(bytes, profile.schema)
  if (reading.kind === 'unreadable') return { kind: 'malformed', reason: reading.reason, msgid: undefined }
  const { root, violations } = reading
  try {
    if (root.namespace === profile.namespace && root.name === profile.names.ack) {
      refuse(violations)
      return { kind: 'ack', ack: PXS_ACK.read(root, profile) }
    }
    if (root.namespace !== profile.namespace || root.name !== profile.names.message) {
      throw new Unreadable(
        `the root is {${root.namespace}}${root.name}, not {${profile.namespace}}${profile.names.message}`,
      )
    }
    return decodeMessage(root, violations, profile)
  } catch (error) {
    // What the readers refuse is the sender's fault and becomes the reason; anything else is a bug of ours.
    if (!(error instanceof Unreadable)) throw error
    return { kind: 'malformed', reason: error.message, msgid: msgidOf(root, profile) }
  }
}

const KINDS = Object.keys(PXS_BODIES) as readonly PxsKind[] // the keys of the table are the kinds

const BODIES = Object.fromEntries(
  Object.entries<Fields>(PXS_BODIES).map(([kind, fields]) => [kind, record(fields)]),
) as Record<PxsKind, Content<object>> // one content for each key of the table

function decodeMessage(root: XmlElement, violations: readonly string[], profile: PxsProfile): PxsDecoded {
  const header = PXS_HEADER.read(only(childrenOf(root, profile, 'header'), 'header'), profile)
  const element = only(only(childrenOf(root, profile, 'body'), 'body').children, 'inside the body')
  const kind = element.namespace === profile.namespace ? kindOf(element.name, profile) : undefined
  const { msgtype, ...envelope } = header
  if (kind === undefined || kindOf(msgtype, profile) === undefined) {
    refuse(tooLong(header, profile))
    return { kind: 'unknown', header }
  }
  refuse(violations)
  if (msgtype !== profile.names[kind]) throw new Unreadable(`msgtype ${msgtype} with a body ${element.name}`)
  const body = { kind, ...BODIES[kind].read(element, profile) } as PxsBody // read by the table that the union is inferred from
  const message: PxsMessage = { ...envelope, body }
  const objection = objectionToMessage(message, profile)
  if (objection !== undefined) throw new Unreadable(objection)
  return { kind: 'message', message }
}

/** The whole document, read once more and held against the XSD before anybody else sees it. */
function document(root: 'message' | 'ack', attributes: string, inside: string, profile: PxsProfile): Buffer {
  const name = profile.names[root]
  const bytes = Buffer.from(`<${name} xmlns="${escapeXml(profile.namespace)}"${attributes}>${inside}</${name}>\n`)
  const reading = parseXml(bytes, profile.schema)
  assert(reading.kind === 'document', reading.kind === 'unreadable' ? reading.reason : '')
  assert(reading.violations.length === 0, reading.violations.join('; '))
  return bytes
}

function refuse(objections: readonly string[]): void {
  if (objections.length > 0) throw new Unreadable(objections.slice(0, 3).join('; '))
}

/**
 * Of a type that the XSD does not know its violations say nothing, but the words of its header are kept as those of any message, under
 * indexes: none is longer than the XSD's `Token` lets it be.
 */
function tooLong(header: PxsHeader, { longestToken, names }: PxsProfile): string[] {
  const { msgid, msgidentifier = '', msgtype, sender, receiver } = header
  const words = [
    [names.msgid, msgid],
    [names.msgidentifier, msgidentifier],
    [names.msgtype, msgtype],
    [names.sender, sender.operator],
    [names.receiver, receiver.operator],
  ] as const
  return words
    .filter(([, word]) => [...word].length > longestToken)
    .map(([name]) => `${name} is longer than ${longestToken} characters`)
}

/** The kind that the profile spells so. */
function kindOf(wire: string, profile: PxsProfile): PxsKind | undefined {
  return KINDS.find((kind) => profile.names[kind] === wire)
}

function only(found: readonly XmlElement[], what: string): XmlElement {
  const [element] = found
  if (element === undefined || found.length > 1)
    throw new Unreadable(`${found.length} elements where one is expected: ${what}`)
  return element
}

/** The msgid of a message that could not be read further, so that its sender learns which one it was. */
function msgidOf(root: XmlElement, profile: PxsProfile): string | undefined {
  const text = childrenOf(root, profile, 'header')
    .flatMap((header) => childrenOf(header, profile, 'msgid'))[0]
    ?.text.trim()
  return text || undefined
}
