import type { Socket } from 'node:net'

/** What Node refuses before there is a request for a surface to answer, by the code of its error. */
// biome-ignore format: a table
const REFUSALS: Readonly<Record<string, readonly [status: string, reason: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout',                 'the request did not come whole in time: send it again, in at most 30 seconds'],
  HPE_HEADER_OVERFLOW:      ['431 Request Header Fields Too Large', 'the headers of the request are too large'],
}
const NOT_HTTP = ['400 Bad Request', 'the request is not valid HTTP'] as const

/** The bytes of such an answer, in the shape that np_api has for all its errors (contract O-17). */
export function clientErrorAnswer(code: string | undefined): string {
  const [status, reason] = REFUSALS[code ?? ''] ?? NOT_HTTP
  const body = JSON.stringify({ result: 'Exception raised in server', Reason: reason })
  const headers = [
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ]
  return [`HTTP/1.1 ${status}`, ...headers, '', body].join('\r\n')
}

/** Answers on a socket on which no request could be read, and ends it. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  if (socket.writable) socket.end(clientErrorAnswer(error.code))
  // whoever does not read the answer is cut all the same
  socket.destroySoon()
}
