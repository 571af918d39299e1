import { setTimeout as pause } from 'node:timers/promises'
import { askNaptr } from './demo-dns.ts'

const DEADLINE_MS = 20_000

const isTerminal = process.stdout.isTTY
export const paint = (code: string, text: string): string => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text)
export const say = (text: string): void => console.log(text)
export const chapter = (title: string): void => say(`\n${paint('1;36', `== ${title} ==`)}`)
const shown = (text: string) => say(text.replaceAll(/^/gm, paint('2', '  | ')))

export type ToldPort = {
  readonly msgidentifier: string
  readonly PortingState: number
  readonly PortingStateString: string
  readonly donornetworkoperator: string
  readonly events: readonly { readonly msgtype: string; readonly eventlog: string }[]
}

export type Teller = {
  /** One request of np_api, shown with its answer. Throws when it is refused. */
  request(method: string, path: string, body?: object): Promise<unknown>
  port(kind: 'PortIn' | 'PortOut', id: string): Promise<ToldPort>
  /** Waits for one of the states, also of a port that is not there yet, and names each on the way. */
  reaches(kind: 'PortIn' | 'PortOut', id: string, ...states: number[]): Promise<ToldPort>
  /** Shows the newest XML file of a type, such as `Instruction`. */
  xml(id: string, msgtype: string): Promise<void>
  /** Shows what DNS answers for a number, and throws when that is not what is expected: `rn` means a ported number. */
  lookUp(number: bigint, apex: string, expected: { readonly rn: boolean }): Promise<void>
}

export type TellerOptions = { readonly httpUrl: string; readonly dnsPort: number; readonly key: string }

/** Does what a person would do by hand, and says so. */
export function startTeller({ httpUrl, dnsPort, key }: TellerOptions): Teller {
  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${httpUrl}/np_api${path}`, {
      method,
      headers: { 'x-api-key': key, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
  }
  const port: Teller['port'] = async (kind, id) => (await call('GET', `/${kind}/${id}`)) as ToldPort // np_api's own schema

  return {
    port,
    async request(method, path, body) {
      say(paint('1', `${method} /np_api${path}`))
      if (body) shown(JSON.stringify(body, null, 2))
      const answer = await call(method, path, body)
      say(paint('32', '  answered'))
      shown(JSON.stringify(answer, null, 2))
      return answer
    },
    async reaches(kind, id, ...states) {
      let told = ''
      for (const end = performance.now() + DEADLINE_MS; performance.now() < end; await pause(30)) {
        const found = await port(kind, id).catch((error: Error) => {
          if (!error.message.includes(': 404 ')) throw error
        })
        if (!found) continue
        const { PortingState, PortingStateString } = found
        if (PortingStateString !== told) say(`${id} is in ${paint('1;33', `${PortingState} ${PortingStateString}`)}`)
        told = PortingStateString
        if (states.includes(PortingState)) return found
      }
      throw new Error(`${id} did not reach state ${states.join(' or ')}`)
    },
    async xml(id, msgtype) {
      const files = (await call('GET', `/PortIn/get_xml_list/${id}`)) as string[]
      const file = files.findLast((name) => name.endsWith(`_${msgtype}.xml`))
      if (!file) throw new Error(`no ${msgtype} among ${files.join(', ')}`)
      say(`${file.startsWith('output_XML') ? 'sent' : 'received'}: ${paint('1', file)}`)
      shown(String(await call('GET', `/PortIn/get_xml/${file}`)).trim())
    },
    async lookUp(number, apex, { rn }) {
      const name = `${[...String(number)].reverse().join('.')}.${apex}`
      const regexps = await askNaptr(dnsPort, name)
      say(`dig @127.0.0.1 -p ${dnsPort} ${name} NAPTR`)
      shown(regexps.join('\n'))
      const isRight =
        regexps.length > 0 && regexps.every((text) => text.includes('npdi') && text.includes('rn=') === rn)
      if (!isRight) throw new Error(`${name} is answered as if it were ${rn ? 'not ' : ''}ported`)
    },
  }
}
