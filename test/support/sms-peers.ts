import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SURROUNDINGS } from './surroundings.ts'
import { until } from './until.ts'

export type SmsPeersProcess = {
  readonly httpUrl: string
  /** For PORTOLAN_SMS_PROVIDERS. */
  readonly providersFile: string
  /** What the stand-ins took in, from their own log. */
  received(): Promise<readonly { provider: string; to: string; from: string; text: string }[]>
  close(): Promise<void>
}

/** The SMS stand-ins as a process of their own, on free ports. It ends with us. */
export async function smsPeersProcess(): Promise<SmsPeersProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-sms-'))
  const providersFile = join(folder, 'providers.json')
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', '..', 'sim', 'sms', 'main.ts')], {
    env: {
      ...SURROUNDINGS,
      SIM_SMS_DATA_DIR: folder,
      SIM_SMS_PROVIDERS_FILE: providersFile,
      SIM_EXIT_WITH_PARENT: '1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk
  })
  const httpUrl = await until('the SMS stand-ins are ready', () => /ready (http:\S+) smpp:/.exec(said)?.[1])
  return {
    httpUrl,
    providersFile,
    async received() {
      const text = await readFile(join(folder, 'received.jsonl'), 'utf8').catch(() => '')
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    },
    async close() {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
