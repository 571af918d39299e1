import { text } from 'node:stream/consumers'
import { type Command, Option } from 'commander'
import { type Answer, ask, type Target } from './api.ts'
import { group, present, serverCommand } from './commands.ts'
import { printLine, printTable, rowsOf } from './print.ts'

const showLocks = (answer: Answer) =>
  printTable(rowsOf(answer), [
    ['ID', 'id'],
    ['FIRST', 'first_number'],
    ['LAST', 'last_number'],
    ['UNTIL', 'until'],
    ['SET', 'created_at'],
    ['BY', 'created_by'],
    ['WHY', 'reason'],
  ])

const showSecrets = (answer: Answer) =>
  printTable(rowsOf(answer), [
    ['ID', 'id'],
    ['KIND', 'kind'],
    ['FIRST', 'first_number'],
    ['LAST', 'last_number'],
    ['SET', 'set_at'],
    ['BY', 'set_by'],
  ])

/** The verdict on the one line that was sent; a refusal ends with 2, as for a file. */
function showVerdict(answer: Answer): void {
  for (const { verdict, id, first_number, last_number, problem } of rowsOf(answer, 'lines')) {
    const why = typeof problem === 'object' && problem !== null && 'detail' in problem ? problem.detail : undefined
    printLine(why === undefined ? `${verdict}: ${first_number} to ${last_number}, id ${id}` : `${verdict}: ${why}`)
  }
}

async function send(flags: Target, path: string, body: object): Promise<void> {
  const answer = await ask(flags, 'POST', path, { body })
  present(flags, answer, showVerdict)
  if (Number(answer.refused) > 0) process.exitCode = 2
}

type ListFlags = Target & { readonly number?: string; readonly ended?: boolean; readonly limit: string }

const listCommand = (path: string, description: string, show: (answer: Answer) => void) =>
  serverCommand('list', description)
    .option('--number <number>', 'only what is on this number')
    .option('--limit <count>', 'at most so many, up to 200', '50')
    .action(async (flags: ListFlags) => {
      const query = new URLSearchParams({ limit: flags.limit })
      if (flags.number) query.set('number', flags.number)
      if (flags.ended) query.set('state', 'ended')
      present(flags, await ask(flags, 'GET', `${path}?${query}`), show)
    })

type AddFlags = Target & { readonly reason: string; readonly until?: string }
type LiftFlags = Target & { readonly reason?: string }
type SetFlags = Target & { readonly kind: string }

/** `portolan lock`: numbers that must not leave. */
export const lockCommand = (): Command =>
  group('lock', 'numbers that must not leave', [
    listCommand('/v1/number-locks', 'locks that stand, newest first', showLocks).option('--ended', 'those that do not'),
    serverCommand('add <first> [last]', 'lock a number, or a range')
      .requiredOption('--reason <text>', 'why')
      .option('--until <time>', 'a day, which is included, or an instant; until it is lifted when absent')
      .action(async (first: string, last: string | undefined, { reason, until, ...flags }: AddFlags) => {
        const numbers = [{ first_number: first, ...(last && { last_number: last }) }]
        await send(flags, '/v1/number-locks', { numbers, reason, ...(until && { until }) })
      }),
    serverCommand('lift <id>', 'let the numbers leave again')
      .option('--reason <text>', 'for the audit')
      .action(async (id: string, flags: LiftFlags) => {
        const query = flags.reason ? `?${new URLSearchParams({ reason: flags.reason })}` : ''
        await ask(flags, 'DELETE', `/v1/number-locks/${encodeURIComponent(id)}${query}`)
        present(flags, { message: `lock ${id} is lifted` })
      }),
  ])

/** `portolan pin`: what a port-out must show. The secret comes by standard input, where no list of processes shows it. */
export const pinCommand = (): Command =>
  group('pin', 'PINs and account numbers that a port-out must show', [
    listCommand('/v1/number-secrets', 'on which numbers one is set; never what it is', showSecrets),
    serverCommand('set <first> [last]', 'read it from standard input, and set it on a number or a range')
      .addOption(new Option('--kind <kind>', 'what it is').choices(['pin', 'account']).default('pin'))
      .action(async (first: string, last: string | undefined, { kind, ...flags }: SetFlags) => {
        const secret = (await text(process.stdin)).trim()
        const numbers = [{ first_number: first, ...(last && { last_number: last }), secret }]
        await send(flags, '/v1/number-secrets', { kind, numbers })
      }),
    serverCommand('clear <id>', 'ask for it no longer').action(async (id: string, flags: Target) => {
      await ask(flags, 'DELETE', `/v1/number-secrets/${encodeURIComponent(id)}`)
      present(flags, { message: `${id} is removed` })
    }),
  ])
