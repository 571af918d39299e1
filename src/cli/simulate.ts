import { setTimeout as wait } from 'node:timers/promises'
import { type Command, Option } from 'commander'
import { type Answer, ask, Refusal, type Target } from './api.ts'
import { wholeNumber } from './arguments.ts'
import { group, present, serverCommand } from './commands.ts'
import { printLine, rowsOf } from './print.ts'

const LOOK_EVERY_MS = 200

type Flags = Target & { readonly seconds: number }
type InFlags = Flags & { readonly email: string }
type OutFlags = Flags & {
  readonly simulator: string
  readonly recipient?: string
  readonly decide: 'authorise' | 'reject' | 'wait'
}

/**
 * `portolan simulate`: plays one port on the running server from the request to its end. What the donor of a port-in does is the
 * simulator's choice by the number; a port-out is asked for by the simulator in another operator's name (docs/simulator.md).
 */
export const simulateCommand = (): Command =>
  group('simulate', 'play a story on a running server and its simulator', [
    story('port-in <number>', 'a port-in from the request to its end; it is instructed when the donor has agreed')
      .option('--email <address>', 'of the contact', 'ops@example.com')
      .action(playPortIn),
    story(
      'port-out <number>',
      'another operator asks for a number of ours; what the guard leaves to a person is decided',
    )
      .option('--recipient <operator>', 'code of who asks; the first other operator when absent')
      .addOption(
        new Option('--decide <word>', 'what the person does')
          .choices(['authorise', 'reject', 'wait'])
          .default('authorise'),
      )
      .option('--simulator <address>', 'where the simulator is', 'http://127.0.0.1:8081')
      .action(playPortOut),
  ])

const story = (usage: string, description: string) =>
  serverCommand(usage, description).option('--seconds <count>', 'how long to watch', wholeNumber, 60)

async function playPortIn(number: string, flags: InFlags): Promise<void> {
  const body = {
    telephonenumberseriestart: number,
    telephonenumberserieend: number,
    Type_of_Numbers: 'mobile',
    AccountType: 'Prepaid',
    email: flags.email,
    contacttelephonenumber: number,
    overridecooloff: false,
  }
  const { msgidentifier } = await ask(flags, 'POST', '/np_api/PortIn/create', { body })
  await watch(String(msgidentifier), flags, async (id, { actions }) => {
    if (has(actions, 'instruct')) await ask(flags, 'POST', `/np_api/PortIn/${id}`)
  })
}

async function playPortOut(number: string, { simulator, recipient, decide, ...flags }: OutFlags): Promise<void> {
  const body = { first: number, ...(recipient && { recipient }) }
  const { msgidentifier } = await ask({ url: simulator }, 'POST', '/sim/port-out', { body })
  await watch(String(msgidentifier), flags, async (id, { actions, guard_state: guard }) => {
    if (decide === 'wait' || guard !== 'held' || !has(actions, decide)) return
    await ask(flags, decide === 'reject' ? 'DELETE' : 'POST', `/np_api/PortOut/${id}`)
  })
}

const has = (actions: unknown, action: string) => Array.isArray(actions) && actions.includes(action)

/** Tells what happens to a port until it is over, and has the person at the desk act at each look. */
async function watch(first: string, flags: Flags, act: (id: string, port: Answer) => Promise<void>): Promise<void> {
  let id = first
  let told = 0
  const until = performance.now() + flags.seconds * 1000
  for (;;) {
    const port = await seen(flags, id)
    if (port) {
      if (!flags.json) told = tell(id, port, told)
      if (typeof port.superseded_by === 'string') {
        id = port.superseded_by
        told = 0
        continue
      }
      await act(id, port)
      if (isOver(port)) return present(flags, port, ({ state }) => printLine(`${id} has ended in ${state}`))
    }
    if (performance.now() > until)
      throw new Error(
        `${id} is still in ${port?.state ?? 'no state: it has not arrived'} after ${flags.seconds} seconds`,
      )
    await wait(LOOK_EVERY_MS)
  }
}

/** @returns undefined while a port-out has not arrived yet */
function seen(flags: Flags, id: string): Promise<Answer | undefined> {
  return ask(flags, 'GET', `/v1/ports/${id}`).catch((error: unknown) => {
    if (error instanceof Refusal && error.status === 404) return undefined
    throw error
  })
}

function tell(id: string, port: Answer, told: number): number {
  const events = rowsOf(port, 'events')
  for (const { at, msgtype, log } of events.slice(told)) printLine(`${at}  ${id}  ${msgtype}: ${log}`)
  return events.length
}

/** Ported, or nothing more will come of it. */
function isOver({ state_code: code }: Answer): boolean {
  return typeof code === 'number' && [20, 30, 97, 98, 99].includes(code)
}
