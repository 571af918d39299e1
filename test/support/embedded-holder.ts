import { startEmbedded } from '../../src/db/embedded.ts'
import { createLog } from '../../src/shared/log.ts'

// A process that holds an embedded server until it is killed: it prints the server's url, or why there is none.
const [dataDir = '', systemFolder] = process.argv.slice(2)
try {
  const { url } = await startEmbedded({
    dataDir,
    log: createLog('silent'),
    durable: 'durable',
    ...(systemFolder && { systemFolder }),
  })
  console.log(url)
  setInterval(() => {}, 60_000) // the server alone does not keep a process alive
} catch (error) {
  console.log(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
