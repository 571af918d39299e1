import { flushCompileCache } from 'node:module'
import { ConfigError } from './config.ts'
import { explain } from './main/explain.ts'
import { startPortolan } from './main/portolan.ts'
import { readAll } from './main/read-all.ts'
import { stopper } from './main/stopper.ts'
import { welcome } from './main/welcome.ts'

const root = `${import.meta.dirname}/..`

try {
  const { config, market, smsAccess, dnsFile } = await readAll(process.env, root)
  const portolan = await startPortolan({ config, root, market, smsAccess, dnsFile })
  process.stdout.write(welcome(config, portolan))
  flushCompileCache() // where NODE_COMPILE_CACHE says so; else only an end in peace would keep what this start compiled
  const stop = stopper({
    close: () => portolan.close(),
    say: (line) => process.stdout.write(`${line}\n`),
    exit: (code) => process.exit(code),
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
} catch (error) {
  console.error(error instanceof ConfigError ? String(error) : explain(error))
  if (process.env.PORTOLAN_LOG_LEVEL === 'debug') console.error(error)
  process.exit(1)
}
