import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { testFiles } from '../../scripts/test-files.ts'

export type NamedTest = { readonly file: string; readonly name: string }

const ROOT = join(import.meta.dirname, '../..')
/** Loading every test file takes five seconds of a core; one that waits for something while it is loaded would take for ever. */
const TIMEOUT_SECONDS = 240

/**
 * Every test with the name that it has when it runs, those made from tables too: a process of its own loads the test files
 * with a `node:test` that only writes names down, and runs none of them. What the files make while they are loaded, and would
 * remove after their tests, is in a temporary folder of that process.
 */
export async function testNames(): Promise<NamedTest[]> {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-names-'))
  await chmod(folder, 0o755) // a server of the tests may have an account of its own
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename], {
      cwd: ROOT,
      env: { ...process.env, TMPDIR: folder },
      timeout: TIMEOUT_SECONDS * 1000,
      maxBuffer: 64 * 1024 * 1024,
    })
    return JSON.parse(stdout) // written below
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 10 })
  }
}

/** Takes the place of `node:test`: `hear` is `write` below. */
const LISTENING_ONLY = `
  export const test = (name) => globalThis.hearOfTest(String(name))
  export const it = test
  export const suite = (name, ...rest) => rest.at(-1)()
  export const describe = suite
  export const before = () => {}
  export { before as after, before as beforeEach, before as afterEach, test as default }
`

async function writeNames(): Promise<void> {
  const said: NamedTest[] = []
  let file = ''
  Object.assign(globalThis, { hearOfTest: (name: string) => said.push({ file, name }) })
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'node:test' ? { url: 'listening:test', shortCircuit: true } : next(specifier, context),
    load: (url, context, next) =>
      url === 'listening:test' ? { format: 'module', source: LISTENING_ONLY, shortCircuit: true } : next(url, context),
  })
  for (file of testFiles().filter((path) => !path.startsWith('web/')))
    await import(pathToFileURL(join(ROOT, file)).href)
  process.stdout.write(JSON.stringify(said), () => process.exit())
}

// Not awaited: a test file that imports this one would wait for it, and it for the file.
if (import.meta.main) void writeNames()
