import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import { digitsOfProfileId, isSafeRule, readProcessEvent, readReply } from './cgrates.codec.ts'

// biome-ignore format: a table
const REPLIES: [body: unknown, kind: string, reason: string][] = [
  [{ id: 1, result: 'OK', error: null },                              'ok',        'success has no jsonrpc member'],
  [{ id: 1, result: null, error: 'NOT_FOUND' },                       'not_found', 'a bare text under HTTP 200'],
  [{ id: 1, result: null, error: { code: -32000, message: 'NOT_FOUND' } }, 'not_found', 'an error object is read as well'],
  [{ id: 1, result: null, error: 'SERVER_ERROR: ACCOUNT_NOT_FOUND' }, 'not_found', 'the family of NOT_FOUND'],
  [{ id: 1, result: null, error: 'RATING_PLAN_NOT_FOUND' },           'permanent', 'what we name is missing there: a person must add it'],
  [{ id: 1, result: null, error: 'MAX_CONCURRENT_RPC_EXCEEDED' },     'retry',     'overload'],
  [{ id: 1, result: null, error: 'DISCONNECTED' },                    'retry',     'its back end is away'],
  [{ id: 1, result: null, error: 'MANDATORY_IE_MISSING: [ID]' },      'permanent', 'the same call fails again'],
  [{ id: 1, result: null, error: { odd: true } },                     'permanent', 'an error without words'],
  ['<html>',                                                          'retry',     'not JSON-RPC at all'],
  [{ message: 'hello' },                                              'retry',     'JSON, but not RPC'],
]
for (const [body, kind, reason] of REPLIES) {
  test(`the answer ${JSON.stringify(body)} is ${kind}: ${reason}`, () => equal(readReply(body).kind, kind))
}

test('a flat answer is handed on untouched, members that we do not know included', () => {
  const result = { MatchedProfiles: ['a:b'], Event: { NAPTRAddress: 'x', NAPTRFlags: 'u' }, Later: 1 }
  equal(readProcessEvent(result), result)
})

test('an answer without an event is none', () => {
  for (const result of [null, 'OK', {}, { CGREvent: {} }, { Event: [] }]) equal(readProcessEvent(result), undefined)
})

test('only profiles of our own name are ours', () => {
  deepEqual(
    ['ATTR_ENUM_15550100', 'cgrates.org:ATTR_ENUM_15550100', 'ATTR_ENUM_', 'ATTR_ENUM_x', 'ATTR_15550100'].map(
      digitsOfProfileId,
    ),
    ['15550100', '15550100', undefined, undefined, undefined],
  )
})

test('what CGrateS would evaluate is not safe, an ENUM address is', () => {
  equal(isSafeRule('sip:+15550100;npdi;rn=D003;rn-context=+1@ims.one.net;user=phone'), true)
  for (const text of ['~*req.X', 'a{*len}', 'a<b>', '`a`']) equal(isSafeRule(text), false)
})
