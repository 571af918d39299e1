import { join } from 'node:path'
import { startTestCluster } from '../test/support/cluster.ts'
import { CHECKS, endStepsOnSignal, runSteps, type Step } from './steps.ts'
import { isPure, testFiles } from './test-files.ts'

/** Each file is a process of its own. Two cores take six: most of a walk is waiting. */
const FILES_AT_ONCE = 6
/** For one test file, and for each test in it. */
const TIMEOUT_SECONDS = 480

/** Every file is a process that loads much the same modules: compiled once for all of them. */
const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? join(import.meta.dirname, '..', '.tmp', 'compiled')

const isWalk = (path: string) => path.startsWith('test/walks/')
/** The tests of all files that only compute. */
const PURE = 'test/pure.ts'

const words = process.argv.slice(2)
const files = testFiles().filter((file) => words.length === 0 || words.some((word) => file.includes(word)))

/** Once and before: two test files must not build into one folder at a time. */
const WEB: readonly Step[] = files.some((file) => /^test.ui\b/.test(file))
  ? [{ title: 'Web UI', command: ['node', 'scripts/build-web.ts'] }]
  : []

if (files.length === 0) {
  console.error(`No test file has one of these in its path: ${words.join(', ')}`)
  process.exitCode = 1
} else if (words.length > 0) {
  console.log(`Only ${files.length} test file(s), without the checks:\n  ${files.join('\n  ')}`)
  await onDatabase((env) => runSteps([...WEB, tests(env, files)]))
} else if (await runSteps(CHECKS)) {
  const golden = { title: 'Generated files', command: ['node', 'scripts/generate.ts', '--check'] } as const
  await onDatabase((env) =>
    runSteps([{ ...golden, env }, ...WEB, tests(env, [PURE, ...files.filter((file) => !isPure(file))])]),
  )
} else {
  process.exitCode = 1
}

function tests(env: Readonly<Record<string, string>>, paths: readonly string[]): Step {
  const limits = [`${FILES_AT_ONCE}`, `${TIMEOUT_SECONDS * 1000}`]
  // the walks begin first: the longest of them would else be waited for at the end
  const walksFirst = [...paths.filter(isWalk), ...paths.filter((path) => !isWalk(path))]
  return {
    title: 'Tests',
    command: ['node', 'scripts/run-tests.ts', ...limits, ...walksFirst],
    env: { ...env, NODE_COMPILE_CACHE },
  }
}

/** Runs `work` beside one throwaway server for all test files. */
async function onDatabase(work: (env: Readonly<Record<string, string>>) => Promise<boolean>): Promise<void> {
  endStepsOnSignal() // and the server is stopped all the same
  const cluster = await startTestCluster()
  try {
    if (!(await work({ PORTOLAN_TEST_DATABASE: cluster.url }))) process.exitCode = 1
  } finally {
    await cluster.stop()
  }
}
