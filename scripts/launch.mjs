// How a program is run in our place. Plain JavaScript without dependencies, for Node 20 and newer.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
/** The oldest Node with Temporal that runs TypeScript as it is. */
const OLDEST_NODE = 26
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** The Node that came with the packages, else the one that runs this, if it is new enough. */
export function nodeProgram() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  const installed = join(ROOT, 'node_modules', `node-${platform}-${process.arch}`, 'bin', file)
  if (existsSync(installed)) return installed
  if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) return process.execPath
  return stop(
    `There is no Node for ${platform} ${process.arch} among the packages: run npm ci, or install Node ${OLDEST_NODE} or newer; this is ${process.version}.`,
  )
}

/** Runs a program to its end, handing on what we are told. @returns its exit code, as a shell gives it */
export function run(program, programArgs, options) {
  const child = spawn(program, programArgs, options)
  const passOn = (signal) => {
    // A terminal sends Ctrl-C to the child too; a second one from here would look like impatience.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of SIGNALS) process.on(signal, passOn)
  return new Promise((resolve) => {
    child.on('error', (error) => stop(`${program} could not be started: ${error.message}`))
    child.on('exit', (code, signal) => {
      for (const name of SIGNALS) process.removeListener(name, passOn)
      resolve(signal ? 128 + constants.signals[signal] : code)
    })
  })
}

export function stop(message) {
  console.error(message)
  process.exit(1)
}
