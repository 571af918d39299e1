import { Command } from 'commander'
import { dnsCommand } from './dns.ts'
import { doctorCommand } from './doctor.ts'
import { feesCommand } from './fees.ts'
import { auditCommand, keysCommand } from './keys.ts'
import { lockCommand, pinCommand } from './locks.ts'
import { importCommand, portInCommand, portOutCommand, routeCommand } from './ports.ts'
import { simulateCommand } from './simulate.ts'

/** Every subcommand of `portolan`; each is a file beside this one. */
// biome-ignore format: a table
const COMMANDS = [
  portInCommand, portOutCommand, routeCommand, lockCommand, pinCommand, keysCommand, auditCommand, importCommand, feesCommand, simulateCommand, doctorCommand, dnsCommand,
]

const program = new Command('portolan').description('Number portability and number management for carriers')
for (const command of COMMANDS) program.addCommand(command())
try {
  await program.parseAsync()
} catch (error) {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    console.error(`${cause === error ? 'portolan' : '  because'}: ${cause.message}`)
  process.exitCode = 1
}
