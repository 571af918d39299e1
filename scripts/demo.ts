import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../src/config.ts'
import { type Portolan, startPortolan } from '../src/main/portolan.ts'
import { chapter, paint, say, startTeller, type Teller } from './demo-teller.ts'

/** Three stories in a real market: a range moves to us, a request is refused and mended, and a customer of ours leaves. */
const STORY = {
  market: process.env.PORTOLAN_MARKET ?? 'tt',
  first: process.env.DEMO_FIRST ?? '3620100',
  last: process.env.DEMO_LAST ?? '3620109',
  /** The simulator's donor refuses a range that begins with 35 at its end, until the account type is the other one. */
  refused: process.env.DEMO_REFUSED ?? '3620135',
  /** Of ours. */
  leaving: process.env.DEMO_LEAVING ?? '2720100',
  stepMs: process.env.PORTOLAN_SIM_STEP_MS ?? '300',
}
const KEY = 'demo-admin-key-0001'
const APEXES = ['e164.arpa', 'e164enum.net']

const dataDir = await mkdtemp(join(tmpdir(), 'portolan-demo-'))
await chmod(dataDir, 0o755) // so that the account of the embedded database can enter it
const env = {
  PORTOLAN_MARKET: STORY.market,
  PORTOLAN_DATA_DIR: dataDir,
  PORTOLAN_HTTP_PORT: '0',
  PORTOLAN_DNS_PORT: '0',
  PORTOLAN_SIM_PORT: '0',
  PORTOLAN_SIM_STEP_MS: STORY.stepMs,
  PORTOLAN_ADMIN_KEY: KEY,
  PORTOLAN_LOG_LEVEL: 'error',
}
const root = join(import.meta.dirname, '..')
say('Starting Portolan with an empty database and the clearinghouse simulator ...')
const portolan = await startPortolan({ config: readConfig(env, root), root })
try {
  const { httpUrl = '', dnsPort = 0 } = portolan
  const teller = startTeller({ httpUrl, dnsPort, key: KEY })
  await tellPortIn(portolan, teller)
  await tellRefusal(teller)
  await tellPortOut(portolan, teller)
  say(`\n${paint('1;32', 'Ported and routed.')}`)
} finally {
  await portolan.close()
  await rm(dataDir, { recursive: true, force: true })
}

async function tellPortIn({ market }: Portolan, teller: Teller): Promise<void> {
  chapter(`1. ${market.title}: ${market.operator} asks for ${STORY.first} to ${STORY.last}, without saying from whom`)
  const id = await ask(teller, STORY.first, STORY.last)
  const before = await teller.port('PortIn', id)
  say(`The donor was found from the number blocks: ${paint('1', before.donornetworkoperator)}.`)

  chapter('2. The request goes to the clearinghouse, and the donor answers')
  await teller.reaches('PortIn', id, 2)
  await teller.xml(id, 'PortingRequest')
  await teller.xml(id, 'authorisation_response')

  chapter('3. We give the instruction; the clearinghouse executes the port')
  await teller.request('POST', `/PortIn/${id}`)
  await teller.reaches('PortIn', id, 20, 30)
  await teller.xml(id, 'Instruction')
  await teller.xml(id, 'ported')

  chapter('4. Every call asks DNS, and is routed to us: the first, a middle and the last number')
  const first = numberOf(portolan, STORY.first)
  const last = numberOf(portolan, STORY.last)
  for (const apex of APEXES)
    for (const number of [first, (first + last) / 2n, last]) await teller.lookUp(number, apex, { rn: true })

  chapter('5. The number after the range has not moved: npdi, and no rn')
  await teller.lookUp(last + 1n, APEXES[0]!, { rn: false })

  chapter('6. The port is complete when every step after it is confirmed')
  const { events } = await teller.reaches('PortIn', id, 30)
  say(`${events.at(-1)?.msgtype}: ${events.at(-1)?.eventlog}`)
}

async function tellRefusal(teller: Teller): Promise<void> {
  chapter(`7. ${STORY.refused} is asked for with the wrong account type, and the donor refuses it with code 35`)
  const refused = await ask(teller, STORY.refused, STORY.refused)
  const { msgidentifier: successor } = await teller.reaches('PortIn', refused, 2)
  await teller.xml(refused, 'authorisation_response')

  chapter(`8. It was sent once more, with the other account type, as ${successor}`)
  if (successor === refused) throw new Error(`${refused} was not sent once more`)
  await teller.xml(successor, 'PortingRequest')
  say(`Who asks for ${refused} is answered with ${paint('1', successor)}, which waits for the instruction.`)
}

async function tellPortOut({ simulatorUrl, market }: Portolan, teller: Teller): Promise<void> {
  chapter(`9. Another operator asks for ${STORY.leaving}, a number of ours`)
  const response = await fetch(`${simulatorUrl}/sim/port-out`, {
    method: 'POST',
    body: JSON.stringify({ first: STORY.leaving }),
  })
  if (!response.ok) throw new Error(`the simulator: ${response.status} ${await response.text()}`)
  const { msgidentifier: id } = (await response.json()) as { msgidentifier: string } // the simulator's own answer
  const number = numberOf(portolan, STORY.leaving)
  await teller.reaches('PortOut', id, 1)
  await teller.xml(id, 'authorisation_request')
  say(`Until it has gone, ${market.operator} serves it:`)
  await teller.lookUp(number, APEXES[0]!, { rn: false })

  chapter('10. The checks are passed, a person agrees, and on instruction it goes')
  await teller.request('POST', `/PortOut/${id}`)
  await teller.reaches('PortOut', id, 20, 30)
  await teller.xml(id, 'AuthorisationResponse')
  await teller.xml(id, 'ported')

  chapter('11. Every call to it is now sent to its new operator')
  for (const apex of APEXES) await teller.lookUp(number, apex, { rn: true })
}

async function ask(teller: Teller, first: string, last: string): Promise<string> {
  const answer = await teller.request('POST', '/PortIn/create', {
    email: 'ops@example.com',
    overridecooloff: false,
    contacttelephonenumber: first,
    Type_of_Numbers: 'mobile',
    telephonenumberseriestart: first,
    telephonenumberserieend: last,
    AccountType: 'Prepaid',
  })
  return (answer as { msgidentifier: string }).msgidentifier // np_api's own schema has shaped it
}

function numberOf({ market }: Portolan, local: string): bigint {
  return BigInt(`${market.countryCode}${local.length > 7 ? '' : (market.localPrefix ?? '')}${local}`)
}
