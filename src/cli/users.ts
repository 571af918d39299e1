import type { Command } from 'commander'
import { type Answer, ask, type Target } from './api.ts'
import { group, oneRequest, present, serverCommand } from './commands.ts'
import { printLine, printTable, rowsOf } from './print.ts'

const showUsers = (answer: Answer) =>
  printTable(rowsOf(answer), [
    ['USER', 'username'],
    ['NAME', 'full_name'],
    ['E-MAIL', 'email'],
    ['DISABLED', 'disabled_at'],
    ['MADE', 'created_at'],
    ['BY', 'created_by'],
  ])

const showLockouts = (answer: Answer) =>
  printTable(rowsOf(answer), [
    ['ADDRESS', 'address'],
    ['TIMES', 'times'],
    ['SINCE', 'locked_at'],
    ['UNTIL', 'locked_until'],
  ])

type CreateFlags = Target & { readonly name?: string; readonly email?: string }

/** Changes a user as it was just read: whoever changed it meanwhile is not overruled. */
async function setDisabled(username: string, flags: Target, word: 'disabled' | 'enabled'): Promise<void> {
  const path = `/v1/users/${encodeURIComponent(username)}`
  const { version } = await ask(flags, 'GET', path)
  const headers = { 'if-match': `"${version}"` }
  const answer = await ask(flags, 'PATCH', path, { body: { is_disabled: word === 'disabled' }, headers })
  present(flags, answer, () => printLine(`${username} is ${word}`))
}

/** `portolan users`: whose the keys are; an admin's key is needed. */
export const usersCommand = (): Command =>
  group('users', 'whose the API keys are', [
    oneRequest('list', 'all users by name', { method: 'GET', path: () => '/v1/users', show: showUsers }),
    serverCommand('create <username>', 'make a user, without a key yet')
      .option('--name <text>', 'name for people')
      .option('--email <address>', 'e-mail address')
      .action(async (username: string, { name, email, ...flags }: CreateFlags) => {
        const body = { username, ...(name && { full_name: name }), ...(email && { email }) }
        present(flags, await ask(flags, 'POST', '/v1/users', { body }), () => printLine(`${username} is made`))
      }),
    serverCommand('disable <username>', 'refuse every key of a user').action((username: string, flags: Target) =>
      setDisabled(username, flags, 'disabled'),
    ),
    serverCommand('enable <username>', 'let the keys of a user work again').action((username: string, flags: Target) =>
      setDisabled(username, flags, 'enabled'),
    ),
  ])

/** `portolan lockouts`: addresses that guessed keys. */
export const lockoutsCommand = (): Command =>
  group('lockouts', 'addresses that showed too many wrong keys', [
    oneRequest('list', 'those that are not listened to now', {
      method: 'GET',
      path: () => '/v1/lockouts',
      show: showLockouts,
    }),
    serverCommand('lift <address>', 'listen to an address again').action(async (address: string, flags: Target) => {
      await ask(flags, 'DELETE', `/v1/lockouts/${encodeURIComponent(address)}`)
      present(flags, { message: `${address} is listened to again` })
    }),
  ])
