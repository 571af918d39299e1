import { writeFileSync } from 'node:fs'
import { startSmsPeers } from './peers.ts'

/** Settings of the process; every one may be left out. */
// biome-ignore format: a table
const SETTINGS = {
  // name                   default   meaning
  SIM_SMS_HTTP_PORT:        '0',    // TCP port on 127.0.0.1 of the HTTP providers; 0 takes a free one
  SIM_SMS_SMPP_PORT:        '0',    // TCP port on 127.0.0.1 of the SMPP server; 0 takes a free one
  SIM_SMS_SLOW_MS:          '3000', // how long the story `slow` takes
  SIM_SMS_DATA_DIR:         '',     // folder of received.jsonl; nothing is kept without it
  SIM_SMS_PROVIDERS_FILE:   '',     // where to write a file for PORTOLAN_SMS_PROVIDERS that uses all stand-ins
  SIM_EXIT_WITH_PARENT:     '0',    // 1: end when stdin closes, so that nobody is left behind
} as const

const setting = (name: keyof typeof SETTINGS): string => process.env[name] || SETTINGS[name]

function whole(name: keyof typeof SETTINGS): number {
  const value = setting(name)
  if (!/^[0-9]{1,5}$/.test(value)) throw new Error(`${name} must be a number of at most 5 digits`)
  return Number(value)
}

const dataDir = setting('SIM_SMS_DATA_DIR')
const peers = await startSmsPeers({
  httpPort: whole('SIM_SMS_HTTP_PORT'),
  smppPort: whole('SIM_SMS_SMPP_PORT'),
  slowMilliseconds: whole('SIM_SMS_SLOW_MS'),
  ...(dataDir ? { dataDir } : {}),
})
const file = setting('SIM_SMS_PROVIDERS_FILE')
if (file) writeFileSync(file, `${JSON.stringify(peers.access, undefined, 2)}\n`)
console.log(`sms stand-ins ready ${peers.httpUrl} ${peers.smppUrl}`)

const end = () => {
  void peers.close().then(() => process.exit(0))
}
process.once('SIGINT', end)
process.once('SIGTERM', end)
if (setting('SIM_EXIT_WITH_PARENT') === '1') process.stdin.once('close', end).resume()
