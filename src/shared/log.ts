import { pino } from 'pino'

export type Log = pino.Logger

/** Secrets never reach a log line, whatever object a caller hands over. */
const REDACTED = ['authorization', 'password', 'secret', 'apiKey', 'key', 'pin', 'token'].flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
])

/** An error as a log has it, its causes after it. */
export type LoggedError = {
  readonly type: string
  readonly message: string
  readonly code?: string
  readonly constraint?: string
  readonly stack?: string
  readonly cause?: LoggedError
}

const MOST_CAUSES = 5

/**
 * Of an error only what tells where and why. Drivers hang more on theirs, and PostgreSQL's `detail` and `where` quote the row that
 * failed, with a customer's numbers and e-mail address.
 */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) }
  const { name, stack, cause } = error
  const word = (key: 'code' | 'constraint') => {
    const value: unknown = Reflect.get(error, key)
    return typeof value === 'string' ? { [key]: value } : {}
  }
  // what failed to connect to any of several addresses says so only inside
  const inside =
    error instanceof AggregateError ? error.errors.map((each) => loggedError(each, MOST_CAUSES).message) : []
  return {
    type: name,
    message: [error.message, ...inside].filter((text) => text !== '').join('; '),
    ...word('code'),
    ...word('constraint'),
    ...(stack !== undefined && { stack }),
    ...(cause !== undefined && depth < MOST_CAUSES && { cause: loggedError(cause, depth + 1) }),
  }
}

/** The process's logger; each room takes a child with `room` set. */
export function createLog(level: string): Log {
  return pino({
    level,
    base: null,
    serializers: { err: (error: unknown) => loggedError(error) },
    redact: { paths: [...REDACTED, 'req.headers.authorization', 'req.headers["x-api-key"]'], censor: '[redacted]' },
  })
}

/** A number as it may stand in a log above debug: the last four digits hidden. */
export function masked(number: string): string {
  return `${number.slice(0, -4)}****`
}
