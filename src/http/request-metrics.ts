import { Counter, Histogram, type Registry } from 'prom-client'

export type Answered = {
  readonly surface: string
  readonly operation: string
  readonly status: number
  readonly durationMs: number
}

/** Counts and times requests. Labels have few values: never a number, a name or an id. */
export function createRequestMetrics(registry: Registry): { answered(facts: Answered): void } {
  const total = new Counter({
    name: 'http_requests_total',
    help: 'HTTP requests answered, by surface, operation and status code',
    labelNames: ['surface', 'operation', 'status'],
    registers: [registry],
  })
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer, in seconds',
    labelNames: ['surface', 'operation'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  return {
    answered({ surface, operation, status, durationMs }) {
      total.inc({ surface, operation, status })
      duration.observe({ surface, operation }, durationMs / 1000)
    },
  }
}
