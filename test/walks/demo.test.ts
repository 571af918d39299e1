import { deepEqual, equal } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import test from 'node:test'
import { promisify } from 'node:util'
import { ROOT } from '../support/portolan.ts'

const MILLIS = 300_000

test('npm run demo tells a port-in, a rejected and resubmitted one, and a port-out to their ends', async () => {
  const env = { ...process.env, PORTOLAN_SIM_STEP_MS: '20' }
  const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'scripts', 'demo.ts')], {
    env,
    timeout: MILLIS,
    maxBuffer: 1 << 24,
  })
  const said = stdout.split('\n')
  equal(said.filter((line) => line.startsWith('== ')).length, 11)
  deepEqual(
    [/ is in 30 /, /<resultcode>35</, /^Who asks for \S+00002 is answered with \S+00003,/, /rn=\+18680000130/].filter(
      (pattern) => !said.some((line) => pattern.test(line)),
    ),
    [],
    'what the three stories show',
  )
  equal(said.at(-2), 'Ported and routed.')
})
