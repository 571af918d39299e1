import { pino } from 'pino'

export type Log = pino.Logger

/** Secrets never reach a log line, whatever object a caller hands over. */
const REDACTED = ['authorization', 'password', 'secret', 'apiKey', 'key', 'pin', 'token'].flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
])

/** The process's logger; each room takes a child with `room` set. */
export function createLog(level: string): Log {
  return pino({
    level,
    base: null,
    redact: { paths: [...REDACTED, 'req.headers.authorization', 'req.headers["x-api-key"]'], censor: '[redacted]' },
  })
}

/** A number as it may stand in a log above debug: the last four digits hidden. */
export function masked(number: string): string {
  return `${number.slice(0, -4)}****`
}
