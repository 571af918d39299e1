import { type Command, Option } from 'commander'
import { TIERS } from '../accounts/key.ts'
import { type Answer, ask, type Target } from './api.ts'
import { wholeNumber } from './arguments.ts'
import { group, oneRequest, present, serverCommand } from './commands.ts'
import { printLine, printTable, rowsOf } from './print.ts'

const showKeys = (answer: Answer) =>
  printTable(rowsOf(answer), [
    ['ID', 'id'],
    ['USER', 'username'],
    ['TIER', 'tier'],
    ['STATE', 'state'],
    ['ENDS', 'expires_at'],
    ['LAST USED', 'last_used_at'],
    ['LABEL', 'label'],
  ])

const showNew = ({ username, tier, key, id }: Answer) =>
  printLine(`${key}\n\nThe key of ${username} (${tier}), id ${id}. It is shown now and never again.`)

type CreateFlags = Target & { readonly tier: string; readonly label?: string; readonly expires?: string }
type RotateFlags = Target & { readonly overlap: number }
type RevokeFlags = Target & { readonly reason?: string }

/** `portolan keys`: an admin's key is needed. */
export const keysCommand = (): Command =>
  group('keys', 'API keys', [
    oneRequest('list', 'all keys, without their text', { method: 'GET', path: () => '/v1/keys', show: showKeys }),
    serverCommand('create <username>', 'make a key; it is shown once')
      .addOption(new Option('--tier <tier>', 'what it may do').choices(TIERS).makeOptionMandatory())
      .option('--label <text>', 'what it is for')
      .option('--expires <time>', 'when it ends, as 2025-12-31T00:00:00Z')
      .action(async (username: string, flags: CreateFlags) => {
        const { tier, label, expires } = flags
        const body = { username, tier, ...(label && { label }), ...(expires && { expires_at: expires }) }
        present(flags, await ask(flags, 'POST', '/v1/keys', { body }), showNew)
      }),
    serverCommand('rotate <id>', 'a new key for the same user; the old one ends')
      .option('--overlap <seconds>', 'how long the old key works on', wholeNumber, 86_400)
      .action(async (id: string, flags: RotateFlags) => {
        const body = { overlap_seconds: flags.overlap }
        present(flags, await ask(flags, 'POST', `/v1/keys/${encodeURIComponent(id)}/rotate`, { body }), showNew)
      }),
    serverCommand('expire <id> <time>', 'say when a key ends, as 2025-12-31T00:00:00Z, or never').action(
      async (id: string, time: string, flags: Target) => {
        const body = { expires_at: time === 'never' ? null : time }
        const answer = await ask(flags, 'PUT', `/v1/keys/${encodeURIComponent(id)}/expiry`, { body })
        present(flags, answer, ({ expires_at }) => printLine(`key ${id} ends ${expires_at ?? 'never'}`))
      },
    ),
    serverCommand('revoke <id>', 'end a key at once')
      .option('--reason <text>', 'for the audit')
      .action(async (id: string, flags: RevokeFlags) => {
        const query = flags.reason ? `?${new URLSearchParams({ reason: flags.reason })}` : ''
        await ask(flags, 'DELETE', `/v1/keys/${encodeURIComponent(id)}${query}`)
        present(flags, { message: `key ${id} is revoked` })
      }),
  ])

type VerifyAnswer = {
  readonly is_whole?: unknown
  readonly rows?: unknown
  readonly head?: unknown
  readonly broken_at?: unknown
  readonly problem?: unknown
}

/** Part by part, as the server walks; the rows of all of them. */
async function verified(flags: Target): Promise<Answer> {
  let rows = 0
  for (let after = 0; ; ) {
    const part = await ask(flags, 'GET', `/v1/audit/verification?after=${after}`)
    rows += Number(part.rows)
    if (typeof part.next !== 'number') return part.is_whole === true ? { ...part, rows } : part
    after = part.next
  }
}

/** `portolan audit verify`: ends with 1 when the chain is broken. */
export const auditCommand = (): Command =>
  group('audit', 'who did what', [
    serverCommand('verify', 'walk the hash chain, and find the first row that was changed').action(
      async (flags: Target) => {
        const answer = await verified(flags)
        present(flags, answer, ({ is_whole, rows, head, broken_at, problem }: VerifyAnswer) =>
          printLine(is_whole ? `whole: ${rows} rows, head ${head}` : `BROKEN at row ${broken_at}: ${problem}`),
        )
        if (answer.is_whole !== true) process.exitCode = 1
      },
    ),
  ])
