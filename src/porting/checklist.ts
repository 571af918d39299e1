import type { Reader, Tx } from '../db/db.ts'
import { appendAudit } from '../events/audit.store.ts'
import { findWanted } from '../events/outbox.store.ts'
import { type NumberRange, sizeOf } from '../numbers/range.ts'
import { findRoutedRuns } from '../routing/route.store.ts'
import { counted } from '../shared/count.ts'
import { Fault } from '../shared/fault.ts'
import {
  findSteps,
  hastenSteps,
  insertSteps,
  lockStep,
  type NewStep,
  retrySoon,
  reviveDeliveries,
} from './checklist.store.ts'
import { findPort } from './port.store.ts'
import type { Port } from './port.ts'
import type { Porting } from './porting.ts'
import { routesTo } from './serving.ts'

/** What must be confirmed after a port, in the order in which it is shown (contract O-09). */
export const STEPS = ['route', 'dns', 'bss', 'charging', 'hss', 'crm', 'welcome'] as const
export type StepName = (typeof STEPS)[number]

/** The last of all: nobody is welcomed to a service that does not work yet. */
export const LAST_STEP = 'welcome' satisfies StepName

/** `waiting`: nothing is wrong, not yet. `failed`: the last attempt said why; it is tried again by itself. */
export type StepState = 'waiting' | 'failed' | 'confirmed' | 'not_required'

/** What it means, in which directions it makes sense, and the event whose delivery confirms it. */
type Step = {
  readonly title: string
  readonly directions: readonly Port['direction'][]
  readonly event?: Readonly<Partial<Record<Port['direction'], string>>>
}

// biome-ignore format: a table
export const STEP_TABLE: Readonly<Record<StepName, Step>> = {
  route:    { title: 'Route written',               directions: ['in', 'out'] },
  dns:      { title: 'DNS answers on every node',   directions: ['in', 'out'] },
  bss:      { title: 'BSS told',                    directions: ['in', 'out'], event: { in: 'port_in.ported', out: 'port_out.ported' } },
  charging: { title: 'Charging',                    directions: ['in', 'out'] },
  hss:      { title: 'HSS has the subscription',    directions: ['in'] },
  crm:      { title: 'CRM',                         directions: ['in', 'out'] },
  welcome:  { title: 'Welcome notice',              directions: ['in'],        event: { in: 'port_in.welcome' } },
}

/** What one attempt at a step came to: what confirms it, or why it is asked for no longer; or why not yet. */
export type Verdict =
  | { readonly kind: 'confirmed' | 'not_required'; readonly by: string }
  | { readonly kind: 'waiting' | 'failed'; readonly reason: string }

/** A port whose numbers have moved, and when they did. */
export type MovedPort = Port & { readonly movedAt: Temporal.Instant }

/** Looks whether a step is true, and makes it true where that is ours. May be called again after it has succeeded. */
export type Check = (port: MovedPort) => Promise<Verdict>
/** The steps that this deployment has; handed over by `main.ts`. */
export type Checks = Readonly<Partial<Record<StepName, Check>>>

/** Writes the checklists of ports that have just been ported, in that transaction. */
export async function beginChecks(porting: Porting, tx: Tx, ports: readonly Port[]): Promise<void> {
  if (ports.length === 0) return
  const asked = STEPS.flatMap((step) => Object.values(STEP_TABLE[step].event ?? {}))
  const wanted = await findWanted(tx, asked)
  const steps = ports.flatMap((port) =>
    STEPS.map((step, position): NewStep => {
      const state = isRequired(porting, port, { step, wanted }) ? 'waiting' : 'not_required'
      return { portId: port.id, step, position, state, at: port.updatedAt }
    }),
  )
  await insertSteps(tx, steps)
}

/** A step that is done by telling somebody is required where somebody wants to be told. */
function isRequired(
  { requiredSteps, ownSteps = [] }: Porting,
  { direction }: Port,
  { step, wanted }: { readonly step: StepName; readonly wanted: ReadonlySet<string> },
): boolean {
  const { directions, event } = STEP_TABLE[step]
  if (!directions.includes(direction) || !requiredSteps.includes(step)) return false
  const type = event?.[direction]
  return type === undefined || ownSteps.includes(step) || wanted.has(type)
}

/** Whether every number of the port has the route that the port gave it, or none where it came home. */
export async function routeVerdict(
  porting: Pick<Porting, 'db' | 'market'>,
  port: Pick<Port, 'direction' | 'counterparty' | 'range' | 'numberType'>,
): Promise<Verdict> {
  const gaining = port.direction === 'in' ? porting.market.operator : port.counterparty
  const wanted = routesTo(porting.market, gaining, port, undefined)
  const away = wanted.filter(({ route }) => route !== undefined).map(({ range }) => range)
  const home = wanted.filter(({ route }) => route === undefined).map(({ range }) => range)
  const routed = await findRoutedRuns(porting.db, away)
  const strange = await findRoutedRuns(porting.db, home)
  const right = countIn(routed.filter(({ operator }) => operator === gaining).map(({ range }) => range))
  if (right < countIn(away))
    return {
      kind: 'failed',
      reason: `${right} of ${counted(countIn(away), 'number is', 'numbers are')} routed to ${gaining}`,
    }
  if (strange.length > 0) {
    const wrong = countIn(strange.map(({ range }) => range))
    return {
      kind: 'failed',
      reason: `${wrong} of ${counted(countIn(home), 'number is', 'numbers are')} still routed elsewhere`,
    }
  }
  const by = [
    away.length > 0 && `${counted(countIn(away), 'route')} to ${gaining}`,
    home.length > 0 && `${counted(countIn(home), 'number is', 'numbers are')} back in the block of ${gaining}`,
  ]
  return { kind: 'confirmed', by: by.filter(Boolean).join(', ') }
}

const countIn = (ranges: readonly NumberRange[]) => ranges.reduce((sum, range) => sum + sizeOf(range), 0)

/** A line of a port's checklist. */
export type ChecklistStep = {
  readonly step: StepName
  readonly title: string
  readonly state: StepState
  readonly attempts: number
  readonly lastError: string | null
  readonly nextAttemptAt: Temporal.Instant | null
  readonly confirmedAt: Temporal.Instant | null
  /** What was asked and what it said. */
  readonly confirmedBy: string | null
}

/**
 * `none`: its numbers have not moved. `open`: something is still to be confirmed. `done`: nothing is. `imported`: it was taken over as
 * ported already, so that nothing of it was ever to be proved here.
 */
export const CHECKLIST_STATES = ['none', 'open', 'done', 'imported'] as const
export type Checklist = {
  readonly state: (typeof CHECKLIST_STATES)[number]
  readonly steps: readonly ChecklistStep[]
}

/** The checklist of exactly this port. Fault: port_not_found. */
export async function checklistOf({ db }: Pick<Porting, 'db'>, msgidentifier: string): Promise<Checklist> {
  return findChecklist(db, await portOf({ db }, msgidentifier))
}

export async function findChecklist(reader: Reader, { id, state }: Pick<Port, 'id' | 'state'>): Promise<Checklist> {
  const steps = (await findSteps(reader, id)).map((row) => ({ ...row, title: STEP_TABLE[row.step].title }))
  const isOpen = steps.some((step) => step.state === 'waiting' || step.state === 'failed')
  if (steps.length > 0) return { state: isOpen ? 'open' : 'done', steps }
  const hasMoved = state === 'Number_Ported' || state === 'Number_Ported_Complete'
  return { state: hasMoved ? 'imported' : 'none', steps }
}

/** The steps that a delivery confirms, by the type of its event. */
const STEP_OF_EVENT: ReadonlyMap<string, StepName> = new Map(
  STEPS.flatMap((step) => Object.values(STEP_TABLE[step].event ?? {}).map((type) => [type, step] as const)),
)

/** Has the steps looked at that wait for one of these deliveries: each has just been tried. */
export async function deliveriesTried(
  { db, now }: Pick<Porting, 'db' | 'now'>,
  tried: readonly { readonly type: string; readonly subject: string }[],
): Promise<void> {
  const awaited = tried.filter(({ type }) => STEP_OF_EVENT.has(type))
  if (awaited.length === 0) return
  const steps = new Set(awaited.flatMap(({ type }) => STEP_OF_EVENT.get(type) ?? []))
  const wish = { msgidentifiers: awaited.map(({ subject }) => subject), steps: [...steps], at: now() }
  await db.tx((tx) => hastenSteps(tx, wish))
}

/**
 * Has a step tried again at once, because somebody mended what it failed for.
 *
 * Faults: port_not_found, field_invalid (no such step), illegal_transition (nothing is left to do).
 */
export async function retryStep(
  porting: Pick<Porting, 'db' | 'now'>,
  msgidentifier: string,
  step: string,
  by: string,
): Promise<void> {
  const port = await portOf(porting, msgidentifier)
  const name = STEPS.find((one) => one === step)
  if (!name) throw new Fault('field_invalid', `${step} is no step; one of ${STEPS.join(', ')}`, 'step')
  await porting.db.tx(async (tx) => {
    const state = await lockStep(tx, port.id, name)
    if (state !== 'waiting' && state !== 'failed') {
      const why = state === undefined ? 'has no checklist' : `has the step ${name} ${state.replace('_', ' ')} already`
      throw new Fault('illegal_transition', `${msgidentifier} ${why}; nothing is to be tried again`, 'step')
    }
    const at = porting.now()
    const event = STEP_TABLE[name].event?.[port.direction]
    if (event) await reviveDeliveries(tx, { subject: msgidentifier, type: event, at })
    await retrySoon(tx, port.id, name, at)
    const action = `port_${port.direction}.step_retried`
    await appendAudit(tx, [
      { at, actor: by, surface: 'native', action, subject: msgidentifier, detail: { step: name } },
    ])
  })
}

async function portOf({ db }: Pick<Porting, 'db'>, msgidentifier: string): Promise<Port> {
  const port = await findPort(db, msgidentifier)
  if (!port) throw new Fault('port_not_found', `no port ${msgidentifier}; an identifier looks like XX202501-CARR-00001`)
  return port
}
