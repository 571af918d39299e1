import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { readConfig } from '../src/config.ts'
import { type Portolan, startPortolan } from '../src/main/portolan.ts'
import { askNaptr } from './demo-dns.ts'

/** The main job as a story: a range in a real market moves to us, from the request to the routed call. */
const STORY = {
  market: process.env.PORTOLAN_MARKET ?? 'tt',
  first: process.env.DEMO_FIRST ?? '3620100',
  last: process.env.DEMO_LAST ?? '3620109',
}
const KEY = 'demo-admin-key-0001'
const STEP_MS = 300
const DEADLINE_MS = 20_000

const isTerminal = process.stdout.isTTY
const paint = (code: string, text: string) => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text)
const say = (text: string) => console.log(text)
const chapter = (title: string) => say(`\n${paint('1;36', `== ${title} ==`)}`)
const shown = (text: string) => say(text.replaceAll(/^/gm, paint('2', '  | ')))

type PortIn = { msgidentifier: string; PortingState: number; PortingStateString: string; donornetworkoperator: string }

const dataDir = await mkdtemp(join(tmpdir(), 'portolan-demo-'))
await chmod(dataDir, 0o755) // so that the account of the embedded database can enter it
const env = {
  PORTOLAN_MARKET: STORY.market,
  PORTOLAN_DATA_DIR: dataDir,
  PORTOLAN_HTTP_PORT: '0',
  PORTOLAN_DNS_PORT: '0',
  PORTOLAN_SIM_PORT: '0',
  PORTOLAN_SIM_STEP_MS: String(STEP_MS),
  PORTOLAN_ADMIN_KEY: KEY,
  PORTOLAN_LOG_LEVEL: 'error',
}
const root = join(import.meta.dirname, '..')
say('Starting Portolan with an empty database and the clearinghouse simulator ...')
const portolan = await startPortolan({ config: readConfig(env, root), root })
try {
  await tell(portolan)
} finally {
  await portolan.close()
  await rm(dataDir, { recursive: true, force: true })
}

async function tell({ market, httpUrl = '', dnsPort = 0 }: Portolan): Promise<void> {
  chapter(`1. ${market.title}: ${market.operator} asks for ${STORY.first} to ${STORY.last}, without saying from whom`)
  const body = {
    email: 'ops@example.com',
    overridecooloff: false,
    contacttelephonenumber: STORY.first,
    Type_of_Numbers: 'mobile',
    telephonenumberseriestart: STORY.first,
    telephonenumberserieend: STORY.last,
    AccountType: 'Prepaid',
  }
  const created = (await request(httpUrl, 'POST', '/PortIn/create', body)) as { msgidentifier: string }
  const id = created.msgidentifier
  const before = await get(httpUrl, id)
  say(`The donor was found from the number blocks: ${paint('1', before.donornetworkoperator)}.`)

  chapter('2. The request goes to the clearinghouse, and the donor answers')
  await reaches(httpUrl, id, 2)
  await xml(httpUrl, id, 'PortingRequest')
  await xml(httpUrl, id, 'authorisation_response')

  chapter('3. We give the instruction; the clearinghouse executes the port')
  await request(httpUrl, 'POST', `/PortIn/${id}`)
  await reaches(httpUrl, id, 20)
  await xml(httpUrl, id, 'Instruction')
  await xml(httpUrl, id, 'ported')

  chapter('4. Every call asks DNS, and is routed to us: the first, a middle and the last number')
  const first = numbersOf(market.countryCode, market.localPrefix ?? '', STORY.first)
  const last = numbersOf(market.countryCode, market.localPrefix ?? '', STORY.last)
  for (const apex of ['e164.arpa', 'e164enum.net']) {
    for (const number of [first, (first + last) / 2n, last]) await lookUp(dnsPort, number, apex, 'ported')
  }

  chapter('5. The number after the range has not moved: npdi, and no rn')
  await lookUp(dnsPort, last + 1n, 'e164.arpa', 'not ported')
  say(`\n${paint('1;32', 'Ported and routed.')}`)
}

function numbersOf(countryCode: string, localPrefix: string, local: string): bigint {
  return BigInt(`${countryCode}${local.length > 7 ? '' : localPrefix}${local}`)
}

async function request(url: string, method: string, path: string, body?: object): Promise<unknown> {
  say(`${paint('1', `${method} /np_api${path}`)}`)
  if (body) shown(JSON.stringify(body, null, 2))
  const answer = await call(url, method, path, body)
  say(paint('32', '  answered'))
  shown(JSON.stringify(answer, null, 2))
  return answer
}

async function call(url: string, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${url}/np_api${path}`, {
    method,
    headers: { 'x-api-key': KEY, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
}

async function get(url: string, id: string): Promise<PortIn> {
  return (await call(url, 'GET', `/PortIn/${id}`)) as PortIn // np_api's own schema has shaped it
}

async function reaches(url: string, id: string, state: number): Promise<void> {
  let told = ''
  for (const end = performance.now() + DEADLINE_MS; performance.now() < end; await pause(30)) {
    const { PortingState, PortingStateString } = await get(url, id)
    if (PortingStateString !== told) say(`${id} is in ${paint('1;33', `${PortingState} ${PortingStateString}`)}`)
    told = PortingStateString
    if (PortingState === state) return
  }
  throw new Error(`${id} did not reach state ${state}`)
}

async function xml(url: string, id: string, msgtype: string): Promise<void> {
  const files = (await call(url, 'GET', `/PortIn/get_xml_list/${id}`)) as string[]
  const file = files.find((name) => name.endsWith(`_${msgtype}.xml`))
  if (!file) throw new Error(`no ${msgtype} among ${files.join(', ')}`)
  say(`${file.startsWith('output_XML') ? 'sent' : 'received'}: ${paint('1', file)}`)
  shown(String(await call(url, 'GET', `/PortIn/get_xml/${file}`)).trim())
}

async function lookUp(port: number, number: bigint, apex: string, what: 'ported' | 'not ported'): Promise<void> {
  const name = `${[...String(number)].reverse().join('.')}.${apex}`
  const regexps = await askNaptr(port, name)
  say(`dig @127.0.0.1 -p ${port} ${name} NAPTR`)
  shown(regexps.join('\n'))
  const hasRoute = regexps.length > 0 && regexps.every((text) => text.includes('npdi') && text.includes('rn='))
  if (hasRoute !== (what === 'ported'))
    throw new Error(`${name} is answered as if it were ${hasRoute ? '' : 'not '}ported`)
}
