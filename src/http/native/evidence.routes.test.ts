import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { askedFor } from '../../../test/examples/asked-for.ts'
import { type TestNative, testNative } from '../../../test/support/native.ts'
import { rangeAt } from '../../../test/support/port-out.ts'
import { confirmer } from '../../porting/checklist.job.ts'
import { type Checks, routeVerdict, type Verdict } from '../../porting/checklist.ts'
import { portOutService } from '../../porting/port-out.ts'

let native: TestNative
before(async () => {
  native = await testNative({ requiredSteps: ['route', 'crm'] })
})
after(() => native.close())

type Step = {
  step: string
  state: string
  attempts: number
  last_error: string | null
  next_attempt_at: string | null
  confirmed_at: string | null
  confirmed_by: string | null
}
type Checklist = { state: string; steps: Step[] }

/** What the CRM says until it is told to say something else. */
let crmSays: Verdict = { kind: 'failed', reason: 'activate: HTTP 503 maintenance until 12:00' }
const confirm = async () => {
  const checks: Checks = { route: (port) => routeVerdict(native.porting, port), crm: async () => crmSays }
  const confirming = confirmer(native.porting, checks)
  const tried = await confirming.run()
  await confirming.stop()
  return tried
}

async function ported(first: string): Promise<string> {
  const { msgidentifier } = await native.create(first)
  await native.move(
    msgidentifier,
    ['pxs:acknowledged'],
    ['pxs:authorised'],
    ['operator:instruct'],
    ['pxs:instructed'],
    ['pxs:ported'],
  )
  return msgidentifier
}

const checklistOf = async (id: string) => {
  const { status, json, text } = await native.ask('GET', `/ports/${id}/checklist`, { tier: 'pxs' })
  equal(status, 200, text)
  return json as unknown as Checklist // the surface's own schema has shaped it
}
const stepOf = ({ steps }: Checklist, name: string) => steps.find(({ step }) => step === name)

test('the checklist says of each step how it stands, in the words of the peer, and a retry has it tried at once (O-09)', async () => {
  const id = await ported('5550100')
  await confirm()
  const open = await checklistOf(id)
  equal(open.state, 'open')
  deepEqual(
    open.steps.map(({ step, state }) => [step, state]),
    [
      ['route', 'confirmed'],
      ['dns', 'not_required'],
      ['bss', 'not_required'],
      ['charging', 'not_required'],
      ['hss', 'not_required'],
      ['crm', 'failed'],
      ['welcome', 'not_required'],
    ],
  )
  const { next_attempt_at, ...crm } = stepOf(open, 'crm') ?? {}
  ok((next_attempt_at ?? '') > '2025-01-15T10:30:00.987Z', 'later, by a span that chance lengthens')
  deepEqual(crm, {
    step: 'crm',
    title: 'CRM',
    state: 'failed',
    attempts: 1,
    last_error: 'activate: HTTP 503 maintenance until 12:00',
    confirmed_at: null,
    confirmed_by: null,
  })
  equal(stepOf(open, 'route')?.confirmed_by, '1 route to CARR')
  const { json: whole } = await native.ask('GET', `/ports/${id}`)
  deepEqual([whole.checklist, whole.failed_steps], [open, ['crm']])

  equal(await confirm(), 0, 'it is not due yet')
  crmSays = { kind: 'confirmed', by: 'CRM 4711' }
  const retry = `/ports/${id}/checklist/crm/retry`
  const headers = { 'idempotency-key': 'again-1' }
  const tried = await native.ask('POST', retry, { tier: 'pxs', headers })
  equal(tried.status, 200, tried.text)
  equal(stepOf(tried.json as unknown as Checklist, 'crm')?.next_attempt_at, '2025-01-15T10:30:00.987Z')
  equal(await confirm(), 1)
  const done = await checklistOf(id)
  deepEqual([done.state, stepOf(done, 'crm')?.confirmed_by], ['done', 'CRM 4711'])
  const complete = (await native.ask('GET', `/ports/${id}`)).json
  deepEqual([complete.state, complete.failed_steps], ['Number_Ported_Complete', []])

  const repeated = await native.ask('POST', retry, { tier: 'pxs', headers })
  deepEqual([repeated.status, repeated.headers.get('idempotent-replayed')], [200, 'true'])
  const late = await native.ask('POST', retry, { tier: 'pxs' })
  deepEqual([late.status, late.json.field], [409, 'step'])
  match(String(late.json.detail), /has the step crm confirmed already; nothing is to be tried again/)
  const rows = (await native.ask('GET', `/audit?subject=${id}&action=port_in.step_retried`)).json.items as object[]
  deepEqual(
    rows.map((row) => ({ ...row, at: '', position: 0, hash: '' })),
    [{ ...rows[0], at: '', position: 0, hash: '', actor: 'pxs-user', surface: 'native', detail: { step: 'crm' } }],
  )
})

// biome-ignore format: a table
const REFUSED: readonly [what: string, method: string, path: string, status: number, detail: RegExp][] = [
  ['the checklist of a port that is none', 'GET',  'XX202501-CARR-99999/checklist',             404, /no port XX202501-CARR-99999/],
  ['a retry for a port that is none',      'POST', 'XX202501-CARR-99999/checklist/crm/retry',   404, /no port XX202501-CARR-99999/],
  ['a retry of a step that is none',       'POST', 'XX202501-CARR-00001/checklist/party/retry', 400, /party is no step; one of route, dns/],
  ['the guard of a port that is none',     'GET',  'XX202501-DONOR-99999/guard',                404, /no port XX202501-DONOR-99999/],
  ['the guard of a port-in',               'GET',  'XX202501-CARR-00001/guard',                 404, /is a port-in: only a port-out is guarded/],
]
for (const [what, method, path, status, detail] of REFUSED) {
  test(`refused: ${what}`, async () => {
    const answer = await native.ask(method, `/ports/${path}`)
    equal(answer.status, status, answer.text)
    match(String(answer.json.detail), detail)
  })
}

test('a port that has not moved has no checklist, one that was imported as ported says so', async () => {
  const { msgidentifier } = await native.create('5550101')
  deepEqual(await checklistOf(msgidentifier), { state: 'none', steps: [] })
  const request = {
    range: rangeAt('+15550102'),
    numberType: 'mobile',
    accountType: 'Prepaid',
    donor: undefined,
    email: 'ops@example.com',
    contactNumber: '5550102',
    isCoolOffOverridden: false,
    by: 'admin-user',
  } as const
  const imported = await native.portIn.importPort(request, 'Number_Ported', 'taken over')
  deepEqual(await checklistOf(imported.msgidentifier), { state: 'imported', steps: [] })
  const page = await native.ask('GET', `/ports/${imported.msgidentifier}/dossier?format=html`)
  ok(page.text.includes('imported as ported: nothing was to be proved'))
})

const queued = async () => {
  const { json } = await native.ask('GET', '/queues')
  const queue = (json.queues as { name: string; ports: { msgidentifier: string; held_because: string }[] }[]).find(
    ({ name }) => name === 'to_decide',
  )
  return queue?.ports.map(({ msgidentifier, held_because }) => [msgidentifier, held_because])
}

test('the checks of a port-out stand with what they looked at, and why a person decides; a decision of ours says its basis (I20)', async () => {
  const id = 'XX202501-DONOR-00501'
  await askedFor(native.porting, '5550201', id)
  const because = 'eligibility: the BSS did not answer, asked once, last: HTTP 503; the rule for that is hold'
  const { status, json, text } = await native.ask('GET', `/ports/${id}/guard`, { tier: 'pxs' })
  equal(status, 200, text)
  const held = json as unknown as {
    state: string
    held_because: string
    basis: string | null
    checks: { name: string; verdict: string; inputs: object; at: string }[]
  }
  deepEqual([held.state, held.held_because, held.basis], ['held', because, null])
  deepEqual(
    held.checks.map(({ name, verdict }) => [name, verdict]),
    [
      ['ours', 'pass'],
      ['lock', 'pass'],
      ['proof', 'skipped'],
      ['risk', 'pass'],
      ['eligibility', 'unknown'],
    ],
  )
  deepEqual(held.checks[0]?.inputs, { server: 'CARR', isOfType: true, numberType: 'mobile' })
  equal(held.checks[0]?.at, '2025-01-15T10:30:00.987Z')
  deepEqual(await queued(), [[id, because]])
  const said = await native.database.db.sql<{ type: string }>(
    'select type from event where subject = $1 order by sequence',
    [id],
  )
  deepEqual(
    said.map(({ type }) => type),
    ['port_out.requested', 'port_out.held'],
  )

  await portOutService(native.porting, { noticeMinutes: 0 }).authorise(id, 'pxs-user')
  const decided = (await native.ask('GET', `/ports/${id}`)).json
  const guard = decided.guard as {
    state: string
    basis: string
    decided_by: string
    basis_detail: { checks: object[] }
  }
  deepEqual(
    [guard.state, guard.basis, guard.decided_by, guard.basis_detail.checks.length],
    ['settled', 'operator', 'pxs-user', 5],
  )
  deepEqual([decided.guard_state, decided.held_because], ['settled', null])
  deepEqual(await queued(), [])

  const dossier = (await native.ask('GET', `/ports/${id}/dossier`)).json as { port: { guard: object } }
  deepEqual(dossier.port.guard, guard)
  const page = (await native.ask('GET', `/ports/${id}/dossier?format=html`)).text
  for (const piece of ['operator', 'eligibility (rule 1)', 'the numbers are ours', because])
    ok(page.includes(piece), piece)
})

test('a port-out that the guard will decide by itself does not wait for a person', async () => {
  const id = 'XX202501-DONOR-00502'
  const rules = { policy: 'approve', noticeMinutes: 60, eligibilityAttempts: 1, onNoAnswer: 'hold' } as const
  await askedFor(native.porting, '5550202', id, { rules, eligibility: undefined })
  const { json } = await native.ask('GET', `/ports/${id}`)
  deepEqual([json.state, json.guard_state], ['Waiting_for_Authorisation_Response', 'due'])
  deepEqual(await queued(), [])
})
