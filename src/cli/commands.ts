import { Command } from 'commander'
import { type Answer, ask, TARGET_OPTIONS, type Target } from './api.ts'
import { printFields, printJson, printLine } from './print.ts'

/** A command that asks the server: with the options that say where it is, and `--json`. */
export function serverCommand(usage: string, description: string): Command {
  const command = new Command(usage.split(' ')[0]).description(description)
  for (const argument of usage.split(' ').slice(1)) command.argument(argument)
  for (const option of TARGET_OPTIONS) command.addOption(option())
  return command
}

/** A group of commands under one word. */
export function group(name: string, description: string, commands: readonly Command[]): Command {
  const parent = new Command(name).description(description)
  for (const command of commands) parent.addCommand(command)
  return parent
}

/** Shows an answer: whole with `--json`, else as `show` does it, or its sentence, or its fields. */
export function present(target: Target, answer: Answer, show?: (answer: Answer) => void): void {
  if (target.json) printJson(answer)
  else if (show) show(answer)
  else if (typeof answer.message === 'string') printLine(answer.message)
  else printFields(answer)
}

/** A command that is one request: `path` gets the arguments, in order. */
export function oneRequest(
  usage: string,
  description: string,
  request: {
    readonly method: string
    readonly path: (...given: string[]) => string
    readonly show?: (answer: Answer) => void
  },
): Command {
  return serverCommand(usage, description).action(async (...given: unknown[]) => {
    const words = given.filter((word): word is string => typeof word === 'string').map(encodeURIComponent)
    const target = given.find((word): word is Target => typeof word === 'object' && word !== null && 'url' in word)
    if (!target) throw new Error('commander gave no options')
    present(target, await ask(target, request.method, request.path(...words)), request.show)
  })
}
