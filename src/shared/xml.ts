import {
  XmlElement as LibElement,
  ParseOption,
  XmlCData,
  XmlDocument,
  XmlLibError,
  XmlText,
  XsdValidator,
} from 'libxml2-wasm'

/** An element as plain values: no parser memory behind it. `text` is what stands directly in it, CDATA included. */
export type XmlElement = {
  readonly name: string
  /** Empty when the element is in no namespace. */
  readonly namespace: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  readonly text: string
}

/** Either a document with what its schema has against it (empty: valid), or why it cannot be read at all. */
export type XmlReading =
  | { readonly kind: 'document'; readonly root: XmlElement; readonly violations: readonly string[] }
  | { readonly kind: 'unreadable'; readonly reason: string }

export type XmlSchema = { readonly validator: XsdValidator }

export type XmlLimits = { readonly maxBytes: number; readonly maxDepth: number }

/** No message of ours comes near these; libxml2 itself stops at depth 256. */
export const XML_LIMITS: XmlLimits = { maxBytes: 256 * 1024, maxDepth: 64 }

const OPTIONS = ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NO_SYS_CATALOG

/**
 * Reads XML that a stranger sent. Never throws: size, encoding, declarations and depth are judged on the text before
 * libxml2 sees it, so neither an entity nor an external reference can be declared at all.
 */
export function parseXml(bytes: Uint8Array, schema?: XmlSchema, limits: XmlLimits = XML_LIMITS): XmlReading {
  if (bytes.length > limits.maxBytes) return unreadable(`longer than ${limits.maxBytes} bytes`)
  const text = utf8Of(bytes)
  if (text === undefined) return unreadable('not UTF-8')
  const objection = objectionTo(text, limits.maxDepth)
  if (objection !== undefined) return unreadable(objection)
  try {
    using document = XmlDocument.fromString(text, { option: OPTIONS })
    return { kind: 'document', root: plain(document.root), violations: schema ? violationsOf(document, schema) : [] }
  } catch (error) {
    // What libxml2 refuses is the sender's fault, not ours: it becomes the reason.
    return unreadable(error instanceof Error ? firstLine(error.message) : 'refused by the parser')
  }
}

/** Compiles an XSD once, for the life of the process. Throws when the schema itself is wrong: a mistake found at start. */
export function compileSchema(xsd: string): XmlSchema {
  // The compiled schema points into this document, which is therefore never disposed.
  return { validator: XsdValidator.fromDoc(XmlDocument.fromString(xsd, { option: OPTIONS })) }
}

// biome-ignore format: a table
const ESCAPES: Record<string, string> = {
  '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;',
  // A parser turns a bare carriage return into a line feed (XML 1.0 §2.11).
  '\r': '&#13;',
}

/** Text as it may stand in an element or a quoted attribute. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"'\r]/g, (character) => ESCAPES[character] ?? character)
}

/** Whether XML 1.0 §2.2 has a way to write the text at all: it has none for most control characters. */
export function isXmlText(text: string): boolean {
  return /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(text)
}

const unreadable = (reason: string): XmlReading => ({ kind: 'unreadable', reason })

const firstLine = (message: string): string => message.trim().split('\n')[0] ?? ''

const strict = new TextDecoder('utf-8', { fatal: true })

function utf8Of(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes)
  } catch {
    return undefined // what is not UTF-8 is answered with a reason
  }
}

/**
 * One pass over the text: an encoding other than UTF-8, a declaration (`<!DOCTYPE`, `<!ENTITY`) or an instruction (`<?`)
 * outside comments and CDATA, or tags nested too deep. What else is wrong with the text is the parser's to say.
 */
function objectionTo(text: string, maxDepth: number): string | undefined {
  const encoding = /^<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']/.exec(text)?.[1]
  if (encoding !== undefined && !/^(utf-8|us-ascii)$/i.test(encoding)) return 'encoding is not UTF-8'
  let depth = 0
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at)) {
    const mark = markAt(text, at)
    if (mark.kind === 'declaration') return 'a document type declaration is not allowed'
    if (mark.kind === 'instruction') return 'a processing instruction is not allowed'
    if (mark.kind === 'open') depth += 1
    if (mark.kind === 'close') depth -= 1
    if (depth > maxDepth) return `nested deeper than ${maxDepth} elements`
    at = mark.end
  }
  return undefined
}

type Mark = {
  readonly kind: 'open' | 'close' | 'empty' | 'other' | 'declaration' | 'instruction'
  readonly end: number
}

function markAt(text: string, at: number): Mark {
  const after = (end: string, from: number): number => {
    const found = text.indexOf(end, from)
    return found === -1 ? text.length : found + end.length
  }
  if (text.startsWith('<!--', at)) return { kind: 'other', end: after('-->', at + 4) }
  if (text.startsWith('<![CDATA[', at)) return { kind: 'other', end: after(']]>', at + 9) }
  if (text.startsWith('<?xml ', at) && at === 0) return { kind: 'other', end: after('?>', at + 2) }
  if (text.startsWith('<?', at)) return { kind: 'instruction', end: text.length }
  if (text.startsWith('<!', at)) return { kind: 'declaration', end: text.length }
  if (text.startsWith('</', at)) return { kind: 'close', end: after('>', at + 2) }
  const end = tagEnd(text, at + 1)
  return { kind: text[end - 2] === '/' ? 'empty' : 'open', end }
}

/** The place after the `>` that ends a start tag; a `>` inside a quoted value does not. */
function tagEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const character = text[at]
    if (character === '>') return at + 1
    if (character === '"' || character === "'") {
      const quote = text.indexOf(character, at + 1)
      if (quote === -1) break
      at = quote
    }
  }
  return text.length
}

function plain(element: LibElement): XmlElement {
  const children: XmlElement[] = []
  let text = ''
  for (let node = element.firstChild; node; node = node.next) {
    if (node instanceof LibElement) children.push(plain(node))
    else if (node instanceof XmlText || node instanceof XmlCData) text += node.content
  }
  const attributes = new Map(element.attrs.map((attribute) => [attribute.name, attribute.value]))
  return { name: element.name, namespace: element.namespaceUri, attributes, children, text }
}

function violationsOf(document: XmlDocument, { validator }: XmlSchema): string[] {
  try {
    validator.validate(document)
    return []
  } catch (error) {
    if (!(error instanceof XmlLibError)) throw error
    return error.details.map((detail) => firstLine(detail.message))
  }
}
