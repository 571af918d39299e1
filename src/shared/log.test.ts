import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import test from 'node:test'
import { loggedError } from './log.ts'

test('of a failed statement the log has code and constraint, and no word of the row', () => {
  const failed = Object.assign(new Error('duplicate key value violates unique constraint "port_pk"'), {
    code: '23505',
    constraint: 'port_pk',
    detail: 'Failing row contains (ops@example.com, +15551234).',
    where: 'COPY port, line 1: "ops@example.com"',
    client: { secretKey: 'k' },
  })
  const logged = loggedError(new Error('saving the port', { cause: failed }))
  deepEqual([logged.message, logged.cause?.code, logged.cause?.constraint], ['saving the port', '23505', 'port_pk'])
  match(logged.cause?.stack ?? '', /log\.test\.ts/)
  doesNotMatch(JSON.stringify(logged), /ops@example\.com|15551234|secretKey/)
})

test('what was thrown and is no error, a circle of causes and a failure of several are told all the same', () => {
  deepEqual(loggedError('odd'), { type: 'string', message: 'odd' })
  const circle = new Error('round')
  circle.cause = circle
  equal(JSON.stringify(loggedError(circle)).split('"message":"round"').length - 1, 6)
  const several = Object.assign(new AggregateError([new Error('no v4'), new Error('no v6')], ''), {
    code: 'ECONNREFUSED',
  })
  deepEqual([loggedError(several).message, loggedError(several).code], ['no v4; no v6', 'ECONNREFUSED'])
})
