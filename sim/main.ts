import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { loadMarket } from '../src/numbers/load-market.ts'
import { startSimulator } from './pxs.ts'

/**
 * Settings of the process; those with a default may be left out. They are in its environment, or with SIM_SETTINGS=stdin in one line of
 * JSON on its standard input: whoever starts it can then do so before knowing them all, and its keys are in no environment.
 */
// biome-ignore format: a table
const SETTINGS = {
  // name                  default       meaning
  SIM_PORT:                '8081',    // TCP port on 127.0.0.1; 0 takes a free one
  SIM_MARKET:              'doc',     // name of a file in markets/
  SIM_MARKET_IS_CHECKED:   '0',       // 1: whoever starts us has checked that file
  SIM_DATA_DIR:            undefined, // folder of the journal
  SIM_DELIVER_URL:         undefined, // the client's receiver
  SIM_USERNAME:            undefined, // our user name there
  SIM_KEY:                 undefined, // our key there
  SIM_CLIENT_USERNAME:     undefined, // what the client must show here
  SIM_CLIENT_PASSWORD:     undefined,
  SIM_STEP_MS:             '300',     // how long every player thinks before an answer
  SIM_EXIT_WITH_PARENT:    '0',       // 1: end when stdin closes, so that nobody is left behind
} as const

type Setting = keyof typeof SETTINGS

type Given = Readonly<Record<string, string | undefined>>

function settings(given: Given): Record<Setting, string> {
  // The keys of the table are the settings.
  const names = Object.keys(SETTINGS) as Setting[]
  const missing = names.filter((name) => !given[name] && SETTINGS[name] === undefined)
  const crooked = (['SIM_PORT', 'SIM_STEP_MS'] as const).filter(
    (name) => !/^[0-9]{1,5}$/.test(given[name] ?? SETTINGS[name]),
  )
  const problems = [
    ...missing.map((name) => `${name} is missing`),
    ...crooked.map((name) => `${name} must be a number of at most 5 digits`),
  ]
  if (problems.length > 0) throw new Error(`the simulator cannot start: ${problems.join('; ')}`)
  return Object.fromEntries(names.map((name) => [name, given[name] || SETTINGS[name] || ''])) as Record<Setting, string>
}

async function lineOfStdin(): Promise<Given> {
  const lines = createInterface({ input: process.stdin })
  const gone = () => process.exit(0) // whoever wanted us has ended before it told us what for
  lines.once('close', gone)
  const { promise, resolve } = Promise.withResolvers<string>()
  lines.once('line', resolve)
  const line = await promise
  lines.off('close', gone).close()
  return JSON.parse(line) as Given // written by src/main/simulator.ts, and looked at name by name above
}

const set = settings(process.env.SIM_SETTINGS === 'stdin' ? await lineOfStdin() : process.env)
const simulator = await startSimulator({
  market: await loadMarket(
    join(import.meta.dirname, '..', 'markets'),
    set.SIM_MARKET,
    set.SIM_MARKET_IS_CHECKED === '1' ? 'checked' : 'unchecked',
  ),
  listenPort: Number(set.SIM_PORT),
  dataDir: set.SIM_DATA_DIR,
  deliverTo: { url: set.SIM_DELIVER_URL, username: set.SIM_USERNAME, key: set.SIM_KEY },
  client: { username: set.SIM_CLIENT_USERNAME, password: set.SIM_CLIENT_PASSWORD },
  stepMilliseconds: Number(set.SIM_STEP_MS),
}).catch((error: Error) => {
  console.error(`the simulator cannot start: ${error.message}`)
  process.exit(1)
})
console.log(`simulator ready ${simulator.url}`)

const end = () => {
  void simulator.close().then(() => process.exit(0))
}
process.once('SIGINT', end)
process.once('SIGTERM', end)
if (set.SIM_EXIT_WITH_PARENT === '1') process.stdin.once('close', end).resume()
