import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { type SmsPeers, startSmsPeers } from '../../sim/sms/peers.ts'
import { checklist } from '../support/checklist.ts'
import { type TestPortolan, testPortolan } from '../support/portolan.ts'
import { until } from '../support/until.ts'

let portolan: TestPortolan
let peers: SmsPeers
let folder: string
before(async () => {
  peers = await startSmsPeers({ httpPort: 0, smppPort: 0 })
  folder = await mkdtemp(join(tmpdir(), 'portolan-welcome-'))
  const file = join(folder, 'sms.json')
  await writeFile(file, JSON.stringify({ Twilio: peers.access.Twilio }))
  portolan = await testPortolan({
    PORTOLAN_SMS_PROVIDERS: file,
    PORTOLAN_WELCOME: 'sms',
    PORTOLAN_WELCOME_SMS_PROVIDER: 'twilio',
    PORTOLAN_WELCOME_TEXT: 'Hello {number}',
  })
})
after(async () => {
  await portolan.close()
  await peers.close()
  await rm(folder, { recursive: true })
})

const welcomeOf = async (id: string) => (await checklist(portolan.db, id)).find(({ step }) => step === 'welcome')
const sentTo = (number: string) => peers.log.filter(({ to }) => to === number).map(({ text }) => text)

async function instructed(first: string, last?: string): Promise<string> {
  const id = await portolan.create(first, last, { contacttelephonenumber: '5559140' })
  await portolan.reaches(id, 2)
  await portolan.api('POST', `/PortIn/${id}`)
  return id
}

test('a number that was ported in is welcomed by SMS once, and that is a step of its proof (O-09) [PXS ported]', async () => {
  const id = await instructed('5572000')
  await portolan.reaches(id, 30)
  deepEqual(sentTo('+15572000'), ['Hello +15572000'])
  const welcome = await welcomeOf(id)
  equal(welcome?.state, 'confirmed')
  match(welcome?.confirmedBy ?? '', /^Twilio SM[0-9a-f]{32}$/)
})

test('of a range, one message goes to its contact', async () => {
  const id = await instructed('5572143', '5572145')
  await portolan.reaches(id, 30)
  deepEqual(sentTo('+15559140'), ['Hello +15559140'])
})

test('while the provider is away the port stays in 20 and says why; when it is back, it completes without a person', async () => {
  const before = peers
  const { port } = new URL(peers.httpUrl)
  await peers.close()
  const id = await instructed('5572147')
  const failed = await until('the notice failed', async () => {
    const found = await welcomeOf(id)
    return found?.state === 'failed' && found
  })
  match(failed.lastError ?? '', /^Twilio could not be asked: .*ECONNREFUSED/)
  equal((await portolan.get(id)).PortingState, 20)
  peers = await startSmsPeers({ httpPort: Number(port), smppPort: 0, key: before.key })
  await portolan.advance(120, 'ours')
  await portolan.reaches(id, 30)
  deepEqual(sentTo('+15572147'), ['Hello +15572147'])
})
