import { Command } from 'commander'
import { dnsCommand } from './dns.ts'
import { importCommand } from './import.ts'

/** Every subcommand of `portolan`; each is a file beside this one. */
const COMMANDS = [dnsCommand, importCommand]

const program = new Command('portolan').description('Number portability and number management for carriers')
for (const command of COMMANDS) program.addCommand(command())
try {
  await program.parseAsync()
} catch (error) {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    console.error(`${cause === error ? 'portolan' : '  because'}: ${cause.message}`)
  process.exitCode = 1
}
