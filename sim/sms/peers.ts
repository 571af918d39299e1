import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startHttpServer } from './http.ts'
import { HTTP_PROVIDERS } from './http-provider.ts'
import { SMPP_PROVIDERS, startSmppServer } from './smpp.ts'
import type { SmsStory } from './stories.ts'

/** A message that a client handed over, its numbers as it wrote them. */
export type Received = {
  readonly provider: string
  readonly to: string
  readonly from: string
  readonly text: string
  readonly story: SmsStory
}

/** What both servers share: the one set of credentials they know, and the log. */
export type Peers = {
  readonly account: string
  readonly key: string
  readonly log: readonly Received[]
  received(sms: Received): void
  /** Does something after the pause of the story `slow`, unless the stand-ins have been closed by then. */
  later(deed: () => void): void
}

export type SmsPeersOptions = {
  readonly httpPort: number
  readonly smppPort: number
  readonly account?: string
  /** At most eight characters, as an SMPP password may have. */
  readonly key?: string
  readonly slowMilliseconds?: number
  /** Where `received.jsonl` is written; nothing is written without it. */
  readonly dataDir?: string
}

export type SmsPeers = {
  readonly httpUrl: string
  readonly smppUrl: string
  readonly account: string
  readonly key: string
  readonly log: readonly Received[]
  /** What a client's file of providers has to say to use all of them. */
  readonly access: Readonly<Record<string, Readonly<Record<string, string>>>>
  close(): Promise<void>
}

const NAMES = {
  enet: 'Enet',
  gtt: 'GTT',
  digicel: 'Digicel',
  sinch: 'Sinch',
  twilio: 'Twilio',
  vonage: 'Vonage',
  telnyx: 'Telnyx',
  plivo: 'Plivo',
  clicksend: 'ClickSend',
}

/** Starts every stand-in on 127.0.0.1; port 0 takes a free one. */
export async function startSmsPeers({
  httpPort,
  smppPort,
  account = 'ACsim',
  key = 'sim-key1',
  slowMilliseconds = 3000,
  dataDir,
}: SmsPeersOptions): Promise<SmsPeers> {
  const log: Received[] = []
  const pauses = new Set<NodeJS.Timeout>()
  if (dataDir) mkdirSync(dataDir, { recursive: true })
  const peers: Peers = {
    account,
    key,
    log,
    received(sms) {
      log.push(sms)
      const at = Temporal.Now.instant().toString()
      if (dataDir) appendFileSync(join(dataDir, 'received.jsonl'), `${JSON.stringify({ at, ...sms })}\n`)
    },
    later(deed) {
      const pause = setTimeout(() => {
        pauses.delete(pause)
        deed()
      }, slowMilliseconds)
      pauses.add(pause)
    },
  }
  const http = await startHttpServer(peers, httpPort)
  const smpp = await startSmppServer(peers, smppPort)
  const smppUrl = `smpp://127.0.0.1:${smpp.listenPort}`
  return {
    httpUrl: http.url,
    smppUrl,
    account,
    key,
    log,
    access: accessTo({ httpUrl: http.url, smppUrl, account, key }),
    async close() {
      for (const pause of pauses) clearTimeout(pause)
      await Promise.all([http.close(), smpp.close()])
    },
  }
}

function accessTo({ httpUrl, smppUrl, account, key }: Pick<SmsPeers, 'httpUrl' | 'smppUrl' | 'account' | 'key'>) {
  const sender = '+15550199'
  const entry = (id: string) => {
    if (SMPP_PROVIDERS.includes(id)) return { baseUrl: smppUrl, account: id, key, sender }
    const needsAccount = HTTP_PROVIDERS[id]?.path.includes('{account}') || HTTP_PROVIDERS[id]?.auth === 'Basic'
    return { baseUrl: `${httpUrl}/${id}`, ...(needsAccount ? { account } : {}), key, sender }
  }
  return Object.fromEntries(Object.entries(NAMES).map(([id, name]) => [name, entry(id)]))
}
