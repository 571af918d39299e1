import { readFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { type Answer, ask, type Target } from './api.ts'
import { wholeNumber } from './arguments.ts'
import { group, oneRequest, present, serverCommand } from './commands.ts'
import { importRoutesCommand } from './import.ts'
import { printFields, printLine, printTable, rowsOf } from './print.ts'

const COLUMNS = [
  ['PORT', 'msgidentifier'],
  ['STATE', 'state'],
  ['OTHER SIDE', 'counterparty'],
  ['FIRST', 'first_number'],
  ['LAST', 'last_number'],
  ['ASKED FOR', 'created_at'],
  ['DUE', 'deadline.due_at'],
] as const

const showPorts = (answer: Answer) => printTable(rowsOf(answer), COLUMNS)

function showPort(answer: Answer): void {
  printFields(answer)
  printLine('')
  printTable(rowsOf(answer, 'events'), [
    ['', 'number'],
    ['TIME', 'at'],
    ['WHAT', 'msgtype'],
    ['TO', 'to_state'],
    ['IN WORDS', 'log'],
  ])
}

type ListFlags = Target & { readonly state?: string; readonly q?: string; readonly limit: string }

function listCommand(direction: 'in' | 'out'): Command {
  return serverCommand('list', 'search ports, newest first')
    .option('--state <states>', 'states by name or number, separated by commas')
    .option('--q <text>', 'a number, an identifier, an operator, an e-mail address')
    .option('--limit <count>', 'at most so many, up to 200', '50')
    .action(async (flags: ListFlags) => {
      const query = new URLSearchParams({ direction, limit: flags.limit })
      if (flags.state) query.set('state', flags.state)
      if (flags.q) query.set('q', flags.q)
      present(flags, await ask(flags, 'GET', `/v1/ports?${query}`), showPorts)
    })
}

const show = () =>
  oneRequest('show <msgidentifier>', 'a port with its log', {
    method: 'GET',
    path: (id) => `/v1/ports/${id}`,
    show: showPort,
  })

const showSteps = (answer: Answer) => {
  printLine(`checklist: ${answer.state}`)
  printTable(rowsOf(answer, 'steps'), [
    ['STEP', 'step'],
    ['STATE', 'state'],
    ['ATTEMPTS', 'attempts'],
    ['NEXT', 'next_attempt_at'],
    ['LAST ERROR', 'last_error'],
    ['CONFIRMED BY', 'confirmed_by'],
  ])
}

/** The proof of a port, and trying a step of it again. */
const proof = () => [
  oneRequest('checklist <msgidentifier>', 'what must be confirmed after the port, and what was', {
    method: 'GET',
    path: (id) => `/v1/ports/${id}/checklist`,
    show: showSteps,
  }),
  oneRequest('retry <msgidentifier> <step>', 'have a step tried again at once', {
    method: 'POST',
    path: (id, step) => `/v1/ports/${id}/checklist/${step}/retry`,
    show: showSteps,
  }),
]

function showGuard(answer: Answer): void {
  printFields(answer)
  printLine('')
  printTable(rowsOf(answer, 'checks'), [
    ['', 'number'],
    ['TIME', 'at'],
    ['CHECK', 'name'],
    ['VERDICT', 'verdict'],
    ['FOUND', 'said'],
  ])
}

type CreateFlags = Target & {
  readonly type: string
  readonly account: string
  readonly email: string
  readonly contact?: string
  readonly donor?: string
  readonly waiveCoolOff?: boolean
}

const create = () =>
  serverCommand('create <first> [last]', 'ask for a number, or a range')
    .addOption(new Option('--type <type>', 'of the numbers').choices(['mobile', 'fixed']).default('mobile'))
    .addOption(new Option('--account <type>', 'of the customer').choices(['Prepaid', 'Postpaid']).default('Prepaid'))
    .requiredOption('--email <address>', 'of the contact')
    .option('--contact <number>', 'the customer’s authorisation number; the first number when absent')
    .option('--donor <operator>', 'code or name; found from the number when absent')
    .option('--waive-cool-off', 'the customer has waived the cool-off period')
    .action(async (first: string, last: string | undefined, flags: CreateFlags) => {
      const body = {
        telephonenumberseriestart: first,
        telephonenumberserieend: last ?? first,
        Type_of_Numbers: flags.type,
        AccountType: flags.account,
        email: flags.email,
        contacttelephonenumber: flags.contact ?? first,
        ...(flags.donor && { donornetworkoperator: flags.donor }),
        overridecooloff: flags.waiveCoolOff ?? false,
      }
      present(flags, await ask(flags, 'POST', '/np_api/PortIn/create', { body }), ({ message, msgidentifier }) =>
        printLine(`${message}: ${msgidentifier}`),
      )
    })

type ChangeFlags = Target & { readonly at?: string; readonly note?: string }

const change = () =>
  serverCommand('change <msgidentifier>', 'ask for another date of a port that was instructed')
    .option('--at <time>', 'when the numbers shall move: a day, or an instant such as 2026-12-24T18:00:00Z')
    .option('--note <text>', 'the wish in words')
    .action(async (id: string, { at, note, ...flags }: ChangeFlags) => {
      if (!at && !note) throw new Error('give --at, --note or both: nothing else can be changed')
      const body = { ...(at && { requested_at: at }), ...(note && { note }) }
      const answer = await ask(flags, 'POST', `/v1/ports/${encodeURIComponent(id)}/change`, { body })
      present(flags, answer, ({ state }) => printLine(`Change requested for ${id}, which is in ${state}`))
    })

type BulkFlags = Target & { readonly dryRun?: boolean }

async function submitFile(path: string, flags: BulkFlags): Promise<void> {
  const body = await readFile(path, 'utf8')
  const query = flags.dryRun ? '?dry_run=true' : ''
  const answer = await ask(flags, 'POST', `/v1/port-ins/bulk${query}`, { body, contentType: 'text/csv' })
  present(flags, answer, (said) => {
    printTable(rowsOf(said, 'lines'), [
      ['LINE', 'line'],
      ['VERDICT', 'verdict'],
      ['PORT', 'msgidentifier'],
      ['DONOR', 'donor'],
      ['WHY', 'problem.detail'],
    ])
    printLine(`${said.accepted} accepted, ${said.refused} refused${said.is_dry_run ? '; nothing was saved' : ''}`)
  })
  if (Number(answer.refused) > 0) process.exitCode = 2
}

const bulk = (name: string, description: string) =>
  serverCommand(`${name} <file>`, description).option('--dry-run', 'only say what would happen').action(submitFile)

export const portInCommand = (): Command =>
  group('port-in', 'numbers that come to us', [
    listCommand('in'),
    show(),
    ...proof(),
    create(),
    oneRequest('instruct <msgidentifier>', 'send the instruction to proceed', {
      method: 'POST',
      path: (id) => `/np_api/PortIn/${id}`,
    }),
    oneRequest('abort <msgidentifier>', 'withdraw a request', {
      method: 'DELETE',
      path: (id) => `/np_api/PortIn/${id}`,
    }),
    change(),
    bulk('bulk', 'submit the lines of a CSV, with a verdict for each'),
  ])

type RejectFlags = Target & { readonly reason?: number }

export const portOutCommand = (): Command =>
  group('port-out', 'numbers that leave us', [
    listCommand('out'),
    show(),
    oneRequest('checks <msgidentifier>', 'what the guard found, and why it was decided so', {
      method: 'GET',
      path: (id) => `/v1/ports/${id}/guard`,
      show: showGuard,
    }),
    ...proof(),
    oneRequest('authorise <msgidentifier>', 'let the number go', {
      method: 'POST',
      path: (id) => `/np_api/PortOut/${id}`,
    }),
    serverCommand('reject <msgidentifier>', 'refuse, with a legitimate reason')
      .option('--reason <code>', 'code of the rejection catalogue', wholeNumber)
      .action(async (id: string, flags: RejectFlags) => {
        const body = flags.reason === undefined ? {} : { body: { reason: flags.reason } }
        present(flags, await ask(flags, 'DELETE', `/np_api/PortOut/${encodeURIComponent(id)}`, body))
      }),
  ])

export const importCommand = (): Command =>
  group('import', 'take many at once from a file', [
    bulk('port-ins', 'a CSV of port-ins to submit; the first line names the columns'),
    importRoutesCommand(),
  ])

export const routeCommand = (): Command =>
  group('route', 'where calls to a number go', [
    oneRequest('show <msisdn>', 'the routing answer for a number', {
      method: 'GET',
      path: (msisdn) => `/np_api/route/${msisdn}`,
    }),
    oneRequest('why <msisdn>', 'why it is routed so: source, history, and what every DNS node answers', {
      method: 'GET',
      path: (msisdn) => `/v1/routes/${msisdn}`,
    }),
    oneRequest('lookup <msisdn>', 'what DNS answers for a number, over HTTP', {
      method: 'GET',
      path: (msisdn) => `/v1/lookup/${msisdn}`,
    }),
    oneRequest('push <msisdn> <operator> <type>', 'set the route of a number by hand', {
      method: 'POST',
      path: (msisdn, operator, type) => `/np_api/route/${msisdn}/${operator}/${type}`,
    }),
    oneRequest('remove <msisdn>', 'let the number’s block answer again', {
      method: 'DELETE',
      path: (msisdn) => `/np_api/route/${msisdn}`,
    }),
  ])
