import { deepEqual, equal, match } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { answering, type Behaviour, type Receiver, startReceiver } from '../../../test/support/receiver.ts'
import { parseE164 } from '../../numbers/e164.ts'
import { signatureOf } from '../webhook.ts'
import { type BssClient, bssClient, type EligibilityAnswer } from './bss.client.ts'

const secret = 'a-secret-of-at-least-thirty-two-characters'
const at = Temporal.Instant.from('2025-01-15T10:30:00Z')
const number = parseE164('+15550200')!
const QUESTION = {
  id: '019b76da-a800-7000-8000-000000000001',
  msgidentifier: 'XX202501-DONOR-00001',
  range: { first: number, last: number },
  numberType: 'mobile',
  accountType: 'Prepaid',
  recipient: 'DONOR',
  answerDueAt: at.add({ hours: 2 }),
  attempt: 2,
} as const

let bss: Receiver
let client: BssClient
let hurried: BssClient
before(async () => {
  bss = await startReceiver()
  client = bssClient({ url: bss.url, secret, timeoutSeconds: 10, now: () => at })
  hurried = bssClient({ url: bss.url, secret, timeoutSeconds: 0.3, now: () => at })
})
after(async () => {
  await Promise.all([client.close(), hurried.close()])
  await bss.close()
})

const silent = (detail: RegExp) => detail

// biome-ignore format: a table
const ANSWERS: readonly [what: string, behaviour: Behaviour, answer: EligibilityAnswer | RegExp][] = [
  ['yes',                       answering(200, '{"eligible":true}'),                             { kind: 'eligible', reason: undefined }],
  ['yes, in words',             answering(200, '{"eligible":true,"reason":"paid up","more":1}'), { kind: 'eligible', reason: 'paid up' }],
  ['no',                        answering(200, '{"eligible":false,"code":33,"reason":"owes"}'),  { kind: 'ineligible', code: 33, reason: 'owes' }],
  ['no, without a code',        answering(200, '{"eligible":false}'),                            { kind: 'ineligible', code: undefined, reason: undefined }],
  ['another status',            answering(404, '{"eligible":true}'),                             silent(/^HTTP 404: \{"eligible":true\}$/)],
  ['a redirection',             (_, response) => response.writeHead(302, { location: bss.url }).end(), silent(/^HTTP 302$/)],
  ['no JSON',                   answering(200, '<html>'),                                        silent(/something else than a verdict/)],
  ['JSON that is no verdict',   answering(200, '{"eligible":"true"}'),                           silent(/something else than a verdict/)],
  ['a book',                    answering(200, `{"eligible":true,"reason":"${'x'.repeat(70_000)}"}`), silent(/longer than/)],
  ['nothing at all',            () => {},                                                        silent(/^no answer within 0.3 s$/)],
  ['a hang-up',                 (_, response) => response.destroy(),                             silent(/./)],
]
for (const [what, behaviour, expected] of ANSWERS) {
  test(`the BSS answers ${what}`, async () => {
    bss.behave(behaviour)
    const answer = await (what === 'nothing at all' ? hurried : client).ask(QUESTION)
    if (!(expected instanceof RegExp)) return deepEqual(answer, expected)
    equal(answer.kind, 'silent')
    match(answer.kind === 'silent' ? answer.detail : '', expected)
  })
}

test('the question says what is asked, under one id, signed over its bytes', async () => {
  bss.behave(answering(200, '{"eligible":true}'))
  await client.ask(QUESTION)
  const { headers, body } = bss.received.at(-1) ?? { headers: {}, body: '' }
  deepEqual(JSON.parse(body), {
    id: QUESTION.id,
    msgidentifier: 'XX202501-DONOR-00001',
    first_number: '+15550200',
    last_number: '+15550200',
    number_type: 'mobile',
    account_type: 'Prepaid',
    recipient: 'DONOR',
    answer_due_at: '2025-01-15T12:30:00Z',
  })
  deepEqual(
    [headers['portolan-event'], headers['portolan-event-id'], headers['portolan-attempt']],
    ['port_out.eligibility', QUESTION.id, '2'],
  )
  const seconds = at.epochMilliseconds / 1000
  equal(headers['portolan-signature'], `t=${seconds},v1=${signatureOf(secret, seconds, body)}`)
})

test('a BSS that is not there is silent', async () => {
  const nobody = bssClient({ url: 'http://127.0.0.1:1/', secret, timeoutSeconds: 10, now: () => at })
  equal((await nobody.ask(QUESTION)).kind, 'silent')
  await nobody.close()
})
