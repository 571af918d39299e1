import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test from 'node:test'
import { signatureOf } from '../../src/integrations/webhook.ts'
import { askedFor, messageFrom, outReaches, requestFor, saidIn, withoutSimulator } from '../support/port-out.ts'
import { type TestPortolan, testPortolan } from '../support/portolan.ts'
import { answering, type Receiver, startReceiver } from '../support/receiver.ts'
import { until } from '../support/until.ts'

const SECRET = 'walk-bss-secret-of-at-least-32-characters'
const A_DAY_SECONDS = 24 * 3600

type Stage = { readonly portolan: TestPortolan; readonly bss: Receiver; readonly guard: ReturnType<typeof guardOver> }

/** A deployment with a BSS that says yes until told otherwise. */
async function stage(settings: Record<string, string>, work: (stage: Stage) => Promise<void>): Promise<void> {
  const bss = await startReceiver()
  bss.behave(answering(200, '{"eligible":true}'))
  const asked = {
    PORTOLAN_BSS_ELIGIBILITY_URL: bss.url,
    PORTOLAN_BSS_SECRET: SECRET,
    PORTOLAN_BSS_TIMEOUT_SECONDS: '3',
  }
  const portolan = await testPortolan({ ...asked, ...settings })
  try {
    await work({ portolan, bss, guard: guardOver(portolan) })
    await holdsInvariants(portolan)
  } finally {
    await portolan.close()
    await bss.close()
  }
}

/** Locks and secrets by the native API, as an operator sets them. */
function guardOver({ url, keys }: TestPortolan) {
  const ask = async (method: string, path: string, body?: object) => {
    const headers = { 'x-api-key': keys.pxs ?? '', ...(body && { 'content-type': 'application/json' }) }
    const response = await fetch(`${url}/v1${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    return { status: response.status, json: response.status === 200 ? await response.json() : undefined }
  }
  const idOf = async (path: string, body: object) => {
    const { status, json } = await ask('POST', path, body)
    const [line] = (json as { lines: { id: string | null }[] } | undefined)?.lines ?? [] // shaped by the surface's own schema
    if (!line?.id) throw new Error(`POST ${path}: ${status} ${JSON.stringify(json)}`)
    return line.id
  }
  return {
    lock: (numbers: object, why: string) => idOf('/number-locks', { numbers: [numbers], reason: why }),
    lift: async (id: string) => (await ask('DELETE', `/number-locks/${id}`)).status,
    set: (kind: 'pin' | 'account', numbers: object) => idOf('/number-secrets', { kind, numbers: [numbers] }),
    remove: async (id: string) => (await ask('DELETE', `/number-secrets/${id}`)).status,
  }
}

async function holdsInvariants({ db }: TestPortolan): Promise<void> {
  const baseless = await db.sql(
    `select e.port_id from port_event e join port p on p.id = e.port_id and p.direction = 'out'
     where e.to_state = 2 and not exists (select 1 from port_out o where o.port_id = e.port_id and o.basis is not null)`,
  )
  deepEqual(baseless, [], 'I20: nothing is authorised without a basis')
  const secrets = await db.sql(
    "select port_id from port_check where inputs::text ~ '4711|ACC-77' or said ~ '4711|ACC-77'",
  )
  deepEqual(secrets, [], 'I17: no check keeps a PIN or an account number')
}

const verdictsOf = async ({ db }: TestPortolan, id: string) =>
  (
    await db.sql<{ name: string; verdict: string }>(
      'select c.name, c.verdict from port_check c join port p on p.id = c.port_id where p.msgidentifier = $1 order by c.number',
      [id],
    )
  ).map(({ name, verdict }) => `${name} ${verdict}`)
const decisionOf = async ({ db }: TestPortolan, id: string) => {
  const [row] = await db.sql<{
    guard_state: string
    held_because: string | null
    basis: string | null
    decided_by: string | null
  }>(
    'select o.guard_state, o.held_because, o.basis, o.decided_by from port_out o join port p on p.id = o.port_id where p.msgidentifier = $1',
    [id],
  )
  return row
}
const isHeld = (portolan: TestPortolan, id: string) =>
  until(`${id} held`, async () => {
    const decision = await decisionOf(portolan, id)
    return decision?.guard_state === 'held' && decision
  })
/** What ended it: of what comes after the end the log says that it had no effect. */
const lastOf = async (portolan: TestPortolan, id: string, state: number) =>
  (await outReaches(portolan, id, state)).events.findLast(({ eventlog }) => !eventlog.endsWith('no effect'))
    ?.eventlog ?? ''
const reason = (text: string) => (JSON.parse(text) as { Reason: string }).Reason // the printed body of every refusal

test('policy approve: what passes every check is authorised, what fails one is rejected with its reason', () =>
  stage(
    { PORTOLAN_PORT_OUT_POLICY: 'approve', PORTOLAN_BSS_ATTEMPTS: '2', PORTOLAN_BSS_NO_ANSWER: 'hold' },
    async ({ portolan, bss, guard }) => {
      const agreed = await askedFor(portolan, '5550200', '5550209')
      const record = await outReaches(portolan, agreed, 20)
      equal(saidIn(record)[1], '> AuthorisationResponse')
      deepEqual(await verdictsOf(portolan, agreed), [
        'ours pass',
        'lock pass',
        'proof skipped',
        'risk pass',
        'eligibility pass',
        'notice skipped',
      ])
      const { basis, decided_by, guard_state } = (await decisionOf(portolan, agreed)) ?? {}
      deepEqual([basis, decided_by, guard_state], ['policy', 'guard', 'settled'])
      const [question] = bss.received
      const { id, answer_due_at, ...asked } = JSON.parse(question?.body ?? '{}') as Record<string, unknown>
      deepEqual(asked, {
        msgidentifier: agreed,
        first_number: '+15550200',
        last_number: '+15550209',
        number_type: 'mobile',
        account_type: 'Prepaid',
        recipient: 'DONOR',
      })
      match(String(answer_due_at), /Z$/)
      equal(question?.headers['portolan-event-id'], id)
      const [, seconds, given] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(String(question?.headers['portolan-signature'])) ?? []
      equal(given, signatureOf(SECRET, Number(seconds), question?.body ?? ''))

      // the BSS says no: its code where it is legitimate, never its own words
      bss.behave(answering(200, '{"eligible":false,"code":33,"reason":"owes 12.50 since May"}'))
      const owing = await askedFor(portolan, '5550210')
      match(await lastOf(portolan, owing, 99), /code 33 Bill Problem: outstanding balance$/)
      const file = await portolan.api('GET', `/PortIn/get_xml/output_XML/${owing}_002_AuthorisationResponse.xml`)
      ok(file.text.includes('outstanding balance') && !file.text.includes('12.50'))
      bss.behave(answering(200, '{"eligible":false,"code":38}'))
      const odd = await askedFor(portolan, '5550211')
      match(await lastOf(portolan, odd, 99), /code 99 General Rejection/)

      // slow, then sick, then mad: no answer, asked twice, and a person decides
      for (const [number, behaviour] of [
        ['5550212', () => {}],
        ['5550213', answering(503)],
        ['5550214', answering(200, '{"eligible":"yes"}')],
      ] as const) {
        bss.behave(behaviour)
        const before = bss.received.length
        const unsaid = await askedFor(portolan, number)
        const { held_because } = await isHeld(portolan, unsaid)
        match(held_because ?? '', /^eligibility: the BSS did not answer, asked 2 times/)
        equal(bss.received.length - before, 2)
        equal((await portolan.api('POST', `/PortOut/${unsaid}`)).status, 200)
        await outReaches(portolan, unsaid, 20)
        equal((await decisionOf(portolan, unsaid))?.basis, 'operator')
      }
      bss.behave(answering(200, '{"eligible":true}'))

      // locked, until the lock is lifted
      const lock = await guard.lock({ first_number: '5550215', last_number: '5550219' }, 'court order 7')
      const locked = await askedFor(portolan, '5550216', '5550220')
      match(await lastOf(portolan, locked, 99), /code 37 Special: the number is locked$/)
      equal(await guard.lift(lock), 204)
      equal(await guard.lift(lock), 404)
      await outReaches(portolan, await askedFor(portolan, '5550216', '5550220'), 20)
    },
  ))

test('a PIN or an account number: wrong, absent and too often are answered alike', () =>
  stage({ PORTOLAN_PORT_OUT_POLICY: 'approve' }, async ({ portolan, guard }) => {
    const number = '5550230'
    const range = { first_number: number, last_number: '5550239' }
    await guard.set('pin', { ...range, secret: '1111' })
    const pin = await guard.set('pin', { ...range, secret: '4711' })
    await guard.set('account', { first_number: '5550231', secret: 'ACC-77' })
    let asked = 800
    const ask = async (customer: object | undefined, first = number) => {
      asked += 1
      const id = `XX202501-DONOR-00${asked}`
      await portolan.deliver(messageFrom('DONOR', id, requestFor(first, first, customer && { customer })))
      return id
    }
    await withoutSimulator(portolan, async () => {
      const told = new Set<string>()
      const wrong = [
        undefined,
        { idType: 'PIN', idNumber: '1111' },
        { idType: 'passport', idNumber: '4711' },
        { accountNumber: '4711' },
      ]
      for (const customer of wrong) told.add(await lastOf(portolan, await ask(customer), 99))
      deepEqual([...told], ['Rejected by rule with code 32 Account Problem: account mismatch'])
    })
    await withoutSimulator(portolan, async () => {
      for (const [customer, first] of [
        [{ idType: 'pin', idNumber: '4711' }, '5550232'],
        [{ accountNumber: 'ACC-77' }, '5550231'],
      ] as const) {
        const id = await ask(customer, first)
        await outReaches(portolan, id, 2)
        await portolan.deliver(messageFrom('DONOR', id, { kind: 'abort', reasonCode: 0 }))
      }
      // one more wrong one, and then not even the right one is compared
      await outReaches(portolan, await ask(undefined), 99)
      const late = await ask({ idType: 'PIN', idNumber: '4711' })
      match(await lastOf(portolan, late, 99), /code 32 Account Problem: account mismatch$/)
      const [check] = await portolan.db.sql<{ said: string }>(
        "select c.said from port_check c join port p on p.id = c.port_id where p.msgidentifier = $1 and c.name = 'proof'",
        [late],
      )
      equal(check?.said, 'too many wrong proofs in a day; not compared')
    })
    equal(await guard.remove(pin), 204)
    equal(await guard.remove(pin), 404)
  }))

test('who knows the PIN of one number does not take another one with it: each number that has a secret must be shown one', () =>
  stage({ PORTOLAN_PORT_OUT_POLICY: 'approve' }, async ({ portolan, guard }) => {
    await guard.set('pin', { first_number: '5550250', secret: '2468' })
    await guard.set('account', { first_number: '5550251', secret: 'ACC-99' })
    let asked = 900
    const ask = async (customer: object, [first, last]: readonly [string, string]) => {
      asked += 1
      const id = `XX202501-DONOR-00${asked}`
      await portolan.deliver(messageFrom('DONOR', id, requestFor(first, last, { customer })))
      return id
    }
    const own = { idType: 'PIN', idNumber: '2468' }
    await withoutSimulator(portolan, async () => {
      for (const [customer, range] of [
        [own, ['5550250', '5550251']],
        [{ ...own, accountNumber: 'ACC-98' }, ['5550249', '5550252']],
      ] as const)
        match(await lastOf(portolan, await ask(customer, range), 99), /code 32 Account Problem: account mismatch$/)
      await outReaches(portolan, await ask({ ...own, accountNumber: 'ACC-99' }, ['5550249', '5550252']), 2)
    })
  }))

test('policy hold: everything is checked and shown, and a person decides; a lock binds that person too', () =>
  stage({ PORTOLAN_PORT_OUT_POLICY: 'hold' }, async ({ portolan, bss, guard }) => {
    const passed = await askedFor(portolan, '5550240')
    match((await isHeld(portolan, passed)).held_because ?? '', /every check is passed; the policy hold leaves/)
    bss.behave(answering(200, '{"eligible":false,"code":33}'))
    const failed = await askedFor(portolan, '5550241')
    match((await isHeld(portolan, failed)).held_because ?? '', /^eligibility failed/)
    const lock = await guard.lock({ first_number: '5550241' }, 'stolen phone')
    const refused = await portolan.api('POST', `/PortOut/${failed}`)
    deepEqual([refused.status, reason(refused.text).includes('are locked: stolen phone')], [409, true])
    equal(await guard.lift(lock), 204)
    equal((await portolan.api('POST', `/PortOut/${failed}`)).status, 200)
    await outReaches(portolan, failed, 20)
    equal((await portolan.api('DELETE', `/PortOut/${passed}`, { reason: 37 })).status, 200)
    await outReaches(portolan, passed, 99)
    // numbers that are not ours are no question of policy
    const foreign = 'XX202501-DONOR-00901'
    await portolan.deliver(messageFrom('DONOR', foreign, requestFor('5553000')))
    match(await lastOf(portolan, foreign, 99), /code 31 Account Suspended: number not active/)
    equal((await decisionOf(portolan, foreign))?.basis, 'rule')
  }))

test('a customer is told first, and nobody authorises before the time to object is over (I20)', async () => {
  const crm = await startReceiver()
  crm.behave(answering(503))
  const webhook = {
    PORTOLAN_WEBHOOK_URL: crm.url,
    PORTOLAN_WEBHOOK_SECRET: SECRET,
    PORTOLAN_PORT_OUT_NOTICE_MINUTES: '60',
  }
  try {
    await stage({ PORTOLAN_PORT_OUT_POLICY: 'approve', ...webhook }, async ({ portolan }) => {
      const id = await askedFor(portolan, '5550250')
      await until('waiting for the notice', async () => (await verdictsOf(portolan, id)).includes('notice wait'))
      const untold = await portolan.api('POST', `/PortOut/${id}`)
      deepEqual([untold.status, reason(untold.text).includes('has not been told yet')], [409, true])
      crm.behave(answering(204))
      await portolan.advance(20, 'ours')
      const running = await until('the time to object', async () => {
        const answer = await portolan.api('POST', `/PortOut/${id}`)
        return reason(answer.text).includes('may object until') && answer
      })
      equal(running.status, 409)
      await portolan.advance(3601, 'ours')
      await outReaches(portolan, id, 20)
      equal((await verdictsOf(portolan, id)).at(-1), 'notice pass')
      equal((await verdictsOf(portolan, id)).filter((one) => one.startsWith('eligibility')).length, 1)
      deepEqual(
        await until('every event', () => {
          const types = crm.received.map(({ headers }) => String(headers['portolan-event']))
          return types.includes('port_out.ported') && [...new Set(types)]
        }),
        ['port_out.requested', 'port_out.authorised', 'port_out.instructed', 'port_out.ported'],
      )
    })
  } finally {
    await crm.close()
  }
})

test('our silence where it ends a port: TimeOut, by the request’s own deadline', () =>
  stage({}, async ({ portolan }) => {
    const id = 'XX202501-DONOR-00902'
    const authorisationDeadline = Temporal.Now.instant().add({ minutes: 7 })
    await portolan.deliver(messageFrom('DONOR', id, requestFor('5550251', '5550251', { authorisationDeadline })))
    await outReaches(portolan, id, 1)
    await portolan.advance(6 * 60, 'ours')
    equal((await outReaches(portolan, id, 1)).PortingState, 1)
    await portolan.advance(61, 'ours')
    match(await lastOf(portolan, id, 97), /No answer of ours in time: authorisation deadline of the request/)
  }))

test('our silence where the market goes on without us: authorised on that basis, instructed and ported (I20)', () =>
  stage({ PORTOLAN_MARKET: 'jm' }, async ({ portolan }) => {
    const id = await askedFor(portolan, '8762101250', '8762101250', { recipient: 'DIGI' })
    await outReaches(portolan, id, 1)
    await portolan.advance(7 * A_DAY_SECONDS, 'both')
    const record = await outReaches(portolan, id, 20)
    // what the recipient said may have come before our own clock struck, and has waited
    deepEqual(
      saidIn(record).filter((said) => said.startsWith('>')),
      ['> Progress', '> InstructionResponse'],
    )
    equal(saidIn(record).at(-1), 'ported')
    const { basis, decided_by } = (await decisionOf(portolan, id)) ?? {}
    deepEqual([basis, decided_by], ['silence', 'clock'])
  }))

test('cool-off: a number that came stays for the lock, but may go back in the return window, or where it is waived (O-54, O-59)', () =>
  stage({ PORTOLAN_MARKET: 'jm', PORTOLAN_PORT_OUT_POLICY: 'reject' }, async ({ portolan }) => {
    const inward = await portolan.create('8762900010')
    await portolan.reaches(inward, 2)
    await portolan.api('POST', `/PortIn/${inward}`)
    await portolan.reaches(inward, 20)
    const riskOf = async (id: string) => {
      const [row] = await portolan.db.sql<{ said: string }>(
        "select c.said from port_check c join port p on p.id = c.port_id where p.msgidentifier = $1 and c.name = 'risk'",
        [id],
      )
      return row?.said ?? ''
    }
    const back = await askedFor(portolan, '8762900010', '8762900010', { recipient: 'DIGI' })
    await isHeld(portolan, back)
    match(await riskOf(back), /^cool-off until \d{4}-\d\d-\d\d, but goes back within the return window$/)
    await portolan.api('DELETE', `/PortOut/${back}`)
    await outReaches(portolan, back, 99)
    const isSent = async () =>
      (await portolan.db.sql("select message_id from outbound where state = 'queued' limit 1")).length === 0
    await until('our rejection has arrived', isSent)

    await portolan.advance(15 * A_DAY_SECONDS, 'both')
    const late = await askedFor(portolan, '8762900010', '8762900010', { recipient: 'DIGI' })
    match(await lastOf(portolan, late, 99), /code 38 No Cooling Off \(Repatriation\): cool-off until \d{4}-\d\d-\d\d$/)
    const waived = 'JM202501-DIGI-00903'
    const jamaican = { recipient: 'DIGI', donor: 'FLOW', isCoolOffOverridden: true }
    await portolan.deliver(messageFrom('DIGI', waived, requestFor('8762900010', '8762900010', jamaican)))
    await isHeld(portolan, waived)
    match(await riskOf(waived), /waived in the request$/)

    // the other way: what left us comes back only after the lock, or with the waiver of who gave it
    const outward = await askedFor(portolan, '8762101260', '8762101260', { recipient: 'DIGI' })
    await isHeld(portolan, outward)
    await portolan.api('POST', `/PortOut/${outward}`)
    await outReaches(portolan, outward, 20)
    await portolan.advance(15 * A_DAY_SECONDS, 'both')
    const early = await portolan.create('8762101260').catch((error: Error) => error.message)
    match(
      early,
      /409 .*was ported lately: cool-off until \d{4}-\d\d-\d\d; overridecooloff is for a customer who has waived it/,
    )
    const again = await portolan.create('8762101260', '8762101260', { overridecooloff: true })
    await portolan.reaches(again, 2)
    const [waiver] = await portolan.db.sql<{ actor: string }>(
      "select actor from audit where action = 'port_in.cool_off_waived' and subject = $1",
      [again],
    )
    equal(waiver?.actor, 'admin')
  }))
