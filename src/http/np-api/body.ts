import type { FastifyInstance } from 'fastify'
import type { TObject, TSchema } from 'typebox'
import { Fault } from '../../shared/fault.ts'
import { BODY_LIMIT_BYTES } from '../body-limit.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The header Content-Type as it was sent, empty when it was not. */
    sentContentType: string
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Keeps Fastify from refusing a request for a content type that it cannot read: whether that matters is for the readers
 * below to say, in the words of this surface.
 */
export function takeAnyContentType(app: FastifyInstance): void {
  app.decorateRequest('sentContentType', '')
  app.addHook('onRequest', async (request) => {
    request.sentContentType = request.headers['content-type'] ?? ''
    delete request.raw.headers['content-type']
  })
}

/**
 * Reads a body as JSON where the route takes one, and leaves it alone where the route takes none: clients send
 * `Content-Type: application/json` with nothing behind it, or a form header with an empty body.
 */
export function readJsonBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    if (!request.routeOptions.schema?.body) return done(null, undefined)
    if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(request.sentContentType)) {
      return done(new Fault('body_invalid', 'the body must be JSON, with the header Content-Type: application/json'))
    }
    const text = decode(Buffer.from(body))
    if (text === undefined) return done(new Fault('body_invalid', 'the body is not valid UTF-8'))
    parseJson(request, text, (error, value) => {
      done(error && new Fault('body_invalid', 'the body is not valid JSON'), value)
    })
  })
}

/** A body as the bytes that came: the first `BODY_LIMIT_BYTES` of it where it is longer. */
export type RawBody = { readonly bytes: Buffer; readonly isTruncated: boolean }

/**
 * Reads every body as bytes, whatever its content type says. What is beyond the limit is read and forgotten, so that the sender
 * gets to see the answer; how long it may send is limited by the time of a request.
 */
export function readRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', async (_request: unknown, payload: AsyncIterable<Buffer>): Promise<RawBody> => {
    const parts: Buffer[] = []
    let length = 0
    for await (const part of payload) {
      if (length < BODY_LIMIT_BYTES) parts.push(part)
      length += part.length
    }
    const bytes = Buffer.concat(parts).subarray(0, BODY_LIMIT_BYTES)
    return { bytes, isTruncated: length > BODY_LIMIT_BYTES }
  })
}

function decode(bytes: Buffer): string | undefined {
  try {
    return UTF8.decode(bytes)
  } catch {
    return undefined // not UTF-8: the caller says so
  }
}

/**
 * Any case of an enum's words and of true and false becomes the printed one (contract O-34), text loses the space around
 * it. What does not match is left for the validator to refuse.
 */
export function foldingCase(schema: TObject): (request: { body: unknown }) => Promise<void> {
  return async (request) => {
    request.body = foldCase(schema, request.body)
  }
}

function foldCase(schema: TObject, body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  return Object.fromEntries(
    Object.entries(body).map(([field, value]) => {
      const property = Object.hasOwn(schema.properties, field) ? schema.properties[field] : undefined
      return [field, typeof value === 'string' && property ? fold(property, value.trim()) : value]
    }),
  )
}

/** `enum` and `type` are JSON Schema's own words, which TypeBox's general type does not list. */
function fold(property: TSchema & { enum?: readonly unknown[]; type?: unknown }, text: string): unknown {
  if (property.type === 'boolean') return text.toLowerCase()
  const word = property.enum?.find((one) => String(one).toLowerCase() === text.toLowerCase())
  return word ?? text
}
