import { equal } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import fc from 'fast-check'
import type { PxsBody } from '../../src/clearinghouses/pxs/messages.codec.ts'
import { hearParked } from '../../src/clearinghouses/pxs/parked.ts'
import { encodePxs } from '../../src/clearinghouses/pxs/pxs.codec.ts'
import { parseRange } from '../../src/numbers/market.ts'
import { endOverdueTimers } from '../../src/porting/overdue.job.ts'
import { findNewest } from '../../src/porting/port.store.ts'
import { PORT_IN } from '../../src/porting/port-in.machine.ts'
import { portInService } from '../../src/porting/port-in.ts'
import { Fault } from '../../src/shared/fault.ts'
import { invariantsHold } from '../support/invariants.ts'
import { openTheatre, type Theatre } from '../support/replay.ts'

/** The whole test; what is left of a life when it is over is not lived. */
const TIME_LIMIT_MS = 8_000
const LIVES = 60
const A_WEEK_SECONDS = 7 * 24 * 3600
const AT = Temporal.Instant.from('2025-01-15T11:00:00Z')

let theatre: Theatre
before(async () => {
  theatre = await openTheatre()
})
after(() => theatre.database.close())

/** What the clearinghouse may say at any time, true or not, of a port about these digits. */
// biome-ignore format: a table
const SAYINGS: Record<string, (local: string, id: string) => PxsBody> = {
  authorised:        () => ({ kind: 'authorisation_response', result: 'accept', code: 0, donor: 'DIGI' }),
  'rejected with 31': () => ({ kind: 'authorisation_response', result: 'reject', code: 31, donor: 'DIGI' }),
  'rejected with 35': () => ({ kind: 'authorisation_response', result: 'reject', code: 35, donor: 'DIGI' }),
  instructed:        () => ({ kind: 'instruction_response', result: 'accept', code: 0 }),
  'not instructed':  () => ({ kind: 'instruction_response', result: 'reject', code: 99 }),
  ported:            (local) => ({ kind: 'ported', recipient: 'FLOW', donor: 'DIGI', numberType: 'mobile', actualAt: AT, series: [{ first: local, last: local }] }),
  'ported elsewhere': (local) => ({ kind: 'ported', recipient: 'DIGI', donor: 'FLOW', numberType: 'mobile', actualAt: AT, series: [{ first: local, last: local }] }),
  'timed out':       () => ({ kind: 'timedout', phase: 'porting', deadline: AT }),
  'refused':         (_, id) => ({ kind: 'error', erroredMsgid: `${id}-001`, errors: [{ errorCode: 'overlap', description: 'an open port' }] }),
}

/** A life is a list of these, each about one of two numbers. Messages of few msgids, so that many come twice. */
const deed = fc.record({
  number: fc.nat({ max: 1 }),
  does: fc.constantFrom('create', 'create', 'send', 'instruct', 'instruct', 'abort', 'wait', ...Object.keys(SAYINGS)),
  msgid: fc.nat({ max: 30 }),
})
type Deed = typeof deed extends fc.Arbitrary<infer Value> ? Value : never

let lives = 0

test('a port-in under any sequence of what people do and others say keeps the rules (I2, I6, I7, I8, I11, I21, I23)', async (context) => {
  const life = fc.array(deed, { minLength: 8, maxLength: 24 })
  await fc.assert(
    fc.asyncProperty(life, async (deeds) => {
      lives += 1
      const world = {
        locals: [0, 1].map((index) => `87624${String(lives * 2 + index).padStart(5, '0')}`),
        ids: ['', ''],
      }
      for (const one of deeds) {
        await act(world, one)
        await invariantsHold(theatre.database.db)
      }
    }),
    { numRuns: LIVES, interruptAfterTimeLimit: TIME_LIMIT_MS, seed: 20_250_115 },
  )
  context.diagnostic(`${lives} lives`)
  equal(lives > 0, true)
})

type World = { readonly locals: readonly string[]; readonly ids: string[] }

async function act(world: World, { number, does, msgid }: Deed): Promise<void> {
  const { porting } = theatre
  const local = world.locals[number] ?? ''
  const id = world.ids[number] ?? ''
  const saying = SAYINGS[does]
  if (does === 'create') return create(world, number, local)
  if (does === 'send') return void (await theatre.send())
  if (does === 'wait')
    return void (await endOverdueTimers({ ...porting, now: () => porting.now().add({ seconds: A_WEEK_SECONDS }) }))
  if (id === '') return
  if (does === 'instruct' || does === 'abort') return command(does, id)
  if (!saying) throw new Error(`nobody says ${does}`)
  const newest = await findNewest(porting.db, 'in', id)
  const about = newest?.msgidentifier ?? id
  await theatre.hear(
    encodePxs({
      msgid: `${about}-${msgid}`,
      msgidentifier: about,
      at: AT,
      sender: { operator: 'CRDB' },
      receiver: { operator: 'FLOW' },
      body: saying(local, about),
    }),
  )
  await hearParked(porting)
}

/** Is taken exactly when neither a live port nor our own route holds the number. */
async function create(world: World, number: number, local: string): Promise<void> {
  const { porting } = theatre
  const { db, market } = porting
  const range = parseRange(market, {
    first: local,
    last: local,
    numberType: 'mobile',
    fields: { first: 'a', last: 'b' },
  })
  const held = await db.sql(
    'select 1 from port where ended_at is null and first_number = $1 union all select 1 from route where e164 = $1 and operator = $2',
    [range.first, market.operator],
  )
  try {
    const request = { range, numberType: 'mobile', accountType: 'Prepaid', donor: undefined, email: 'a@b.cd' } as const
    const more = { contactNumber: local, isCoolOffOverridden: false, by: 'life' }
    world.ids[number] = (await portInService(porting).submit({ ...request, ...more })).msgidentifier
    equal(held.length, 0, 'a create was taken for a number that is held')
  } catch (refusal) {
    if (!(refusal instanceof Fault)) throw refusal
    equal(held.length > 0, true, `a create was refused for a free number: ${refusal.message}`)
  }
}

/** Is taken exactly when the table has the edge. */
async function command(does: 'instruct' | 'abort', id: string): Promise<void> {
  const { porting } = theatre
  const before = await findNewest(porting.db, 'in', id)
  const isOffered = before !== undefined && PORT_IN.next(before.state, `operator:${does}`) !== undefined
  const verdict = await portInService(porting)
    [does](id, 'life')
    .catch((refusal: unknown) => refusal)
  if (verdict instanceof Error && !(verdict instanceof Fault)) throw verdict
  equal(!(verdict instanceof Fault), isOffered, `${does} in ${before?.state}`)
}
