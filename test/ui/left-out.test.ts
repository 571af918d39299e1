import { deepEqual } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { withoutBrowser } from './browser.ts'

const FOLDER = import.meta.dirname
/** To read one file and to leave its tests out, on a machine that does much else. */
const SECONDS = 120

test('a file whose tests are all left out opens nothing and ends', { skip: withoutBrowser }, async () => {
  // of the runner that runs this very file
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env
  const command = ['--test', '--test-name-pattern=^no test is called this$', join(FOLDER, 'desk.test.ts')]
  const ended = await new Promise<object>((resolve) => {
    execFile(process.execPath, command, { env, timeout: SECONDS * 1000, killSignal: 'SIGKILL' }, (error) =>
      resolve({ signal: error?.signal ?? null, code: error?.code ?? 0 }),
    )
  })
  deepEqual(ended, { signal: null, code: 0 })
})

test('no file opens anything before it knows that one of its tests runs', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.test.ts'))
  const early = files.filter((name) => /\bbefore\b[^']*from 'node:test'/.test(readFileSync(join(FOLDER, name), 'utf8')))
  deepEqual(early, [])
})
