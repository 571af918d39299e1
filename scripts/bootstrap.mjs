// The way in: makes sure that the packages are installed, then hands over to the Node among them.
// Plain JavaScript without dependencies, for Node 20 and newer: it runs before anything is installed.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { nodeProgram, ROOT, run, stop } from './launch.mjs'

const STAMP = join(ROOT, 'node_modules', '.portolan-installed')

/** @type {Record<string, readonly [entry: string, does: string]>} */
// biome-ignore format: a table
const COMMANDS = {
  start:    ['src/main.ts',         'start the server'],
  demo:     ['scripts/demo.ts',     'start the server with simulated neighbours and play a port'],
  sim:      ['sim/main.ts',         'start the simulated neighbours alone'],
  portolan: ['src/main/command.ts', 'the command line; --help says what it can'],
  test:     ['scripts/test.ts',     'check and test everything; with arguments only the test files whose path has one of them'],
  check:    ['scripts/check.ts',    'format, lint, types and dead code, without the tests'],
  generate: ['scripts/generate.ts', 'write the generated files anew; with --check only compare them'],
}

/** These show or test the web UI, so they need it built. */
const WITH_WEB = ['start', 'demo', 'test']

const [command = '', ...args] = process.argv.slice(2)
const entry = Object.hasOwn(COMMANDS, command) ? COMMANDS[command]?.[0] : undefined
if (entry === undefined) {
  const list = Object.entries(COMMANDS).map(([name, [, does]]) => `  ${name.padEnd(10)}${does}`)
  stop(`${command ? `There is no command "${command}".` : 'Which command?'} There are:\n${list.join('\n')}`)
}
await install()
const node = nodeProgram()
// Tools that ask for `node` get the same one.
const path = [dirname(node), join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
// Types are stripped and scripts compiled once, not at every start: that is half a second of a core.
const cache = process.env.NODE_COMPILE_CACHE ?? join(ROOT, 'node_modules', '.cache', 'node')
const env = { ...process.env, PATH: path, NODE_COMPILE_CACHE: cache }
const options = { cwd: ROOT, stdio: 'inherit', env }
if (WITH_WEB.includes(command) && (await run(node, [join(ROOT, 'scripts', 'build-web.ts')], options)) !== 0) {
  stop('The web UI could not be built, see above.')
}
process.exit(await run(node, [join(ROOT, entry), ...args], options))

async function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return
  console.error('Installing the packages of package-lock.json (npm ci) ...')
  // npm names itself to the scripts it runs; without it, the one on the PATH. Its warnings are about the Node of the
  // machine, while the one that counts is among the packages.
  const npm = process.env.npm_execpath
  const ci = ['ci', '--loglevel=error']
  const options = { cwd: ROOT, stdio: ['ignore', 2, 2], shell: !npm && process.platform === 'win32' }
  const code = npm ? await run(process.execPath, [npm, ...ci], options) : await run('npm', ci, options)
  if (code !== 0) stop('npm ci failed, see above. It needs the network once; afterwards nothing here does.')
  writeFileSync(STAMP, wanted)
}
