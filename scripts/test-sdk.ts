import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Installs the SMS providers' own packages under test/sdk, where nothing else sees them, and runs the tests that use them. */
const FOLDER = join(import.meta.dirname, '..', 'test', 'sdk')

async function run(program: string, args: readonly string[]): Promise<number> {
  const child = spawn(program, args, { stdio: 'inherit', shell: process.platform === 'win32' })
  const [code] = await once(child, 'exit')
  return code ?? 1
}

const installed = await run('npm', ['ci', '--prefix', FOLDER])
process.exitCode = installed || (await run(process.execPath, ['--test', join(FOLDER, 'sms-sdks.test.ts')]))
