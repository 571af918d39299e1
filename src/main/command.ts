import { Command } from 'commander'
import { harmless } from '../cli/print.ts'

/** Every subcommand of `portolan`. Only the one that is asked for is loaded: a DNS node is to answer at once. */
// biome-ignore format: a table
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  'port-in':  async () => (await import('../cli/ports.ts')).portInCommand(),
  'port-out': async () => (await import('../cli/ports.ts')).portOutCommand(),
  route:      async () => (await import('../cli/ports.ts')).routeCommand(),
  lock:       async () => (await import('../cli/locks.ts')).lockCommand(),
  pin:        async () => (await import('../cli/locks.ts')).pinCommand(),
  keys:       async () => (await import('../cli/keys.ts')).keysCommand(),
  users:      async () => (await import('../cli/users.ts')).usersCommand(),
  lockouts:   async () => (await import('../cli/users.ts')).lockoutsCommand(),
  audit:      async () => (await import('../cli/keys.ts')).auditCommand(),
  import:     async () => (await import('../cli/ports.ts')).importCommand(),
  fees:       async () => (await import('../cli/fees.ts')).feesCommand(),
  simulate:   async () => (await import('../cli/simulate.ts')).simulateCommand(),
  doctor:     async () => (await import('../cli/doctor.ts')).doctorCommand(),
  dns:        async () => (await import('../cli/dns.ts')).dnsCommand(async (asked) => (await import('./edge-ops.ts')).serveEdgeOps(asked)),
}

const program = new Command('portolan').description('Number portability and number management for carriers')
const [, , word = ''] = process.argv
try {
  for (const [name, load] of Object.entries(COMMANDS)) {
    if (name === word || !Object.hasOwn(COMMANDS, word)) program.addCommand(await load())
  }
  await program.parseAsync()
} catch (error) {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    console.error(harmless(`${cause === error ? 'portolan' : '  because'}: ${cause.message}`))
  process.exitCode = 1
}
