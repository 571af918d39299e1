import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import { type Answer, ask, type Target } from './api.ts'
import { wholeNumber } from './arguments.ts'
import { group, present, serverCommand } from './commands.ts'
import { printLine, rowsOf } from './print.ts'

const LOOK_EVERY_MS = 200

type Flags = Target & { readonly email: string; readonly seconds: number }

/**
 * `portolan simulate port-in`: plays one port-in on the running server from the request to its end, instructing when the donor has
 * agreed. What the donor does is the simulator's choice by the number (docs/simulator.md).
 */
export const simulateCommand = (): Command =>
  group('simulate', 'play a story on a running server and its simulator', [
    serverCommand('port-in <number>', 'a port-in from the request to its end')
      .option('--email <address>', 'of the contact', 'ops@example.com')
      .option('--seconds <count>', 'how long to watch', wholeNumber, 60)
      .action(play),
  ])

async function play(number: string, flags: Flags): Promise<void> {
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
  let id = String(msgidentifier)
  let told = 0
  const until = performance.now() + flags.seconds * 1000
  for (;;) {
    const port = await ask(flags, 'GET', `/v1/ports/${id}`)
    if (!flags.json) told = tell(id, port, told)
    if (typeof port.superseded_by === 'string') {
      id = port.superseded_by
      told = 0
      continue
    }
    const actions = Array.isArray(port.actions) ? port.actions : []
    if (actions.includes('instruct')) await ask(flags, 'POST', `/np_api/PortIn/${id}`)
    if (isOver(port)) return present(flags, port, ({ state }) => printLine(`${id} has ended in ${state}`))
    if (performance.now() > until) throw new Error(`${id} is still in ${port.state} after ${flags.seconds} seconds`)
    await wait(LOOK_EVERY_MS)
  }
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
