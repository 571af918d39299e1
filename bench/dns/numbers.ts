import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { ZoneConfig } from '../../src/dns/zone-config.schema.ts'

/** The first ported number; two of five numbers from here on are ported, scattered. */
const FIRST = 12_000_000_000

/** Whether the n-th number after the first is ported: the same in every run and in every server. */
export function isPorted(n: number): boolean {
  let mixed = Math.imul(n ^ 0x9e3779b9, 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) % 5 < 2
}

/** @yields `count` ported numbers as digits, ascending */
export function* portedNumbers(count: number): Generator<number> {
  for (let n = 0, left = count; left > 0; n++) {
    if (!isPorted(n)) continue
    left--
    yield FIRST + n
  }
}

const OPERATORS = Array.from({ length: 20 }, (_, index) => ({
  code: `OP${index}`,
  imsDomain: `ims.op${index}.example`,
  routingNumber: `+1555990${String(index).padStart(2, '0')}`,
}))

export const CONFIG: ZoneConfig = {
  apexes: ['e164.arpa'],
  profile: 'compact',
  ttlSeconds: 60,
  nameServers: ['ns1.example.net'],
  contact: 'hostmaster.example.net',
  operators: OPERATORS,
  blocks: [{ prefix: '1', operator: 'OP0', lengths: [11] }],
}

function operatorOf(number: number): (typeof OPERATORS)[number] {
  return OPERATORS[number % OPERATORS.length]!
}

/** The routes as our CSV file. */
export async function writeCsv(file: string, count: number): Promise<void> {
  await writeLines(file, 'number,operator,routing_number\n', count, (number) => {
    const { code, routingNumber } = operatorOf(number)
    return `+${number},${code},${routingNumber}\n`
  })
}

/** The same routes as a zone, one record each, for the name servers. */
export async function writeZone(file: string, count: number): Promise<void> {
  const head = `$ORIGIN e164.arpa.
$TTL 60
@ SOA ns1.example.net. hostmaster.example.net. 1 60 30 604800 60
@ NS ns1.example.net.
`
  await writeLines(file, head, count, (number) => {
    const { imsDomain, routingNumber } = operatorOf(number)
    return `${ownerOf(number)} NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:+${number};npdi;rn=${routingNumber}@${imsDomain};user=phone!" .\n`
  })
}

/** `12005550100` is `0.0.1.0.5.5.5.0.0.2.1`. */
export function ownerOf(number: number): string {
  return [...String(number)].reverse().join('.')
}

async function writeLines(
  file: string,
  head: string,
  count: number,
  lineOf: (number: number) => string,
): Promise<void> {
  const stream = createWriteStream(file)
  stream.write(head)
  let text = ''
  for (const number of portedNumbers(count)) {
    text += lineOf(number)
    if (text.length < 1 << 20) continue
    if (!stream.write(text)) await once(stream, 'drain')
    text = ''
  }
  stream.end(text)
  await once(stream, 'finish')
}
