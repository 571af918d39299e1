import { run } from 'node:test'
import { spec } from 'node:test/reporters'

// `node scripts/run-tests.ts FILES_AT_ONCE TIMEOUT_MS FILE...`: as `node --test` does, which would bring the files into the order of
// the alphabet; here they begin in the order given.
const [concurrency, timeout, ...files] = process.argv.slice(2)
run({ files, concurrency: Number(concurrency), timeout: Number(timeout) })
  .on('test:fail', () => {
    process.exitCode = 1
  })
  .compose(new spec())
  .pipe(process.stdout)
