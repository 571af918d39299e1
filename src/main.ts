import { ConfigError, readConfig } from './config.ts'
import { startPortolan } from './main/portolan.ts'
import { welcome } from './main/welcome.ts'

const root = `${import.meta.dirname}/..`

try {
  const config = readConfig(process.env, root)
  const portolan = await startPortolan({ config, root })
  process.stdout.write(welcome(config, portolan))
  let isStopping = false
  const stop = (signal: string) => {
    if (isStopping) return
    isStopping = true
    process.stdout.write(`\n${signal}: finishing what is under way\n`)
    portolan.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
} catch (error) {
  console.error(error instanceof ConfigError || !(error instanceof Error) ? String(error) : explain(error))
  process.exit(1)
}

/** The whole chain of what went wrong at the start, the outermost first. */
function explain(error: Error): string {
  const cause = error.cause instanceof Error ? `\n  because: ${explain(error.cause)}` : ''
  return `Portolan cannot start: ${error.message}${cause}\n${process.env.PORTOLAN_LOG_LEVEL === 'debug' ? error.stack : ''}`
}
