import { deepEqual, equal, ok } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { KEY } from '../../test/conformance/signed.ts'
import { setRoute } from '../../test/conformance/world.ts'
import { DIG, dig, PRIMARY_CONFIG, primary, recordsIn, SIGNED } from '../../test/support/primary.ts'
import { type Past, withJournal } from './journal.ts'
import { parseMaster } from './master.codec.ts'
import type { DnsName } from './name.codec.ts'
import { routeTable } from './table.ts'
import { numbersInOrder, zoneContent } from './zone-content.ts'
import { enumPlan } from './zone-enum.ts'

describe('transfers asked for by dig', { skip: existsSync(DIG) ? false : `${DIG} is not installed` }, () => {
  let server: Awaited<ReturnType<typeof primary>>
  before(async () => {
    server = await primary([5353])
  })
  after(() => server.dns.close())

  test('AXFR: the zone between two SOAs, with a wildcard at every beginning inside a block', async () => {
    const records = recordsIn(await dig(server.dns, ...SIGNED, 'e164.arpa', 'AXFR'))
    ok(/\sSOA\s.*\s7 60 /.test(records[0] ?? ''))
    equal(records.at(-1), records[0])
    const owners = new Set(records.map((line) => line.split(/\s/)[0]!))
    const wildcards = [...owners].filter((owner) => owner.startsWith('*'))
    const under = (digits: string): string => `*.${[...digits].reverse().join('.')}.e164.arpa.`
    const tens = Array.from({ length: 10 }, (_, ten) => under(`155501${ten}`))
    const wanted = [
      under('1555'),
      under('15557'),
      under('15550'),
      under('155501'),
      ...tens,
      under('155570'),
      under('1555700'),
    ]
    deepEqual(wildcards.sort(), wanted.sort())
    equal(owners.size, wanted.length + 102 + 1)
    const zone = parseMaster(records.slice(0, -1).join('\n'), 'e164.arpa.' as DnsName)
    equal(zone.length, records.length - 1)
  })

  test('IXFR: one difference from the serial that was told to now; wildcards come and go with their numbers', async () => {
    setRoute(server.table, '+15550100', '+15550100', undefined)
    setRoute(server.table, '+15557000', '+15557000', undefined)
    setRoute(server.table, '+15550300', '+15550300', { operator: 'DIGI', routingNumber: '+15559901' })
    server.table.setGeneration(8)
    const records = recordsIn(await dig(server.dns, ...SIGNED, 'e164.arpa', 'IXFR=7')).map((line) => line.split(/\s+/))
    const serials = records.filter(([, , , type]) => type === 'SOA').map((fields) => fields[6])
    deepEqual(serials, ['8', '7', '8', '8'])
    const secondSoa = records.findIndex((fields, at) => at > 1 && fields[3] === 'SOA')
    const ownersOf = (part: string[][]): string[] =>
      [...new Set(part.map(([owner]) => owner!.replace('.e164.arpa.', '')))].sort()
    deepEqual(
      ownersOf(records.slice(2, secondSoa)),
      ['*.0.0.7.5.5.5.1', '*.0.7.5.5.5.1', '0.0.0.7.5.5.5.1', '0.0.1.0.5.5.5.1'].sort(),
    )
    deepEqual(
      ownersOf(records.slice(secondSoa + 1, -1)),
      ['*.0.3.0.5.5.5.1', '*.3.0.5.5.5.1', '0.0.3.0.5.5.5.1'].sort(),
    )
  })

  test('IXFR: nothing new is one SOA; too far back is the whole zone', async () => {
    equal(recordsIn(await dig(server.dns, ...SIGNED, 'e164.arpa', 'IXFR=8')).length, 1)
    ok(recordsIn(await dig(server.dns, ...SIGNED, 'e164.arpa', 'IXFR=3')).length > 300)
  })

  // biome-ignore format: a table
  const REFUSED: readonly [reason: string, words: string[], status: RegExp][] = [
    ['no key',               ['e164.arpa', 'AXFR'],                                                       /Transfer failed/],
    ['an unknown key',       ['-y', `hmac-sha256:other:${KEY.secret}`, 'e164.arpa', 'SOA'],                   /NOTAUTH[\s\S]*BADKEY/],
    ['a wrong secret',       ['-y', 'hmac-sha256:transfer.example:AAAAAAAAAAAAAAAAAAAAAA==', 'e164.arpa', 'SOA'], /NOTAUTH[\s\S]*BADSIG/],
    ['another algorithm',    ['-y', `hmac-sha512:${KEY.name}:${KEY.secret}`, 'e164.arpa', 'SOA'],             /NOTAUTH[\s\S]*BADKEY/],
    ['another zone',         [...SIGNED, 'example.org', 'AXFR'],                                          /Transfer failed/],
  ]
  for (const [reason, words, status] of REFUSED)
    test(`refused: ${reason}`, async () => {
      const text = await dig(server.dns, ...words)
      ok(status.test(text), text)
    })

  test('a signed question gets a signed answer over UDP and TCP, which dig verifies', async () => {
    for (const more of [[], ['+tcp']]) {
      const text = await dig(server.dns, ...SIGNED, ...more, '0.1.1.0.5.5.5.1.e164.arpa', 'NAPTR')
      ok(/status: NOERROR/.test(text) && /TSIG PSEUDOSECTION/.test(text) && !text.includes("Couldn't verify"), text)
    }
  })
})

test('the zone changes while it is read: what comes out is the zone of the generation that it began with', () => {
  const { table, journal } = withJournal(routeTable(1_000_000))
  const plan = enumPlan(PRIMARY_CONFIG, table)
  for (let at = 0; at < 300; at++)
    setRoute(table, `+1555${6000 + at * 7}`, `+1555${6000 + at * 7}`, { operator: 'DIGI', routingNumber: '+15559901' })
  table.setGeneration(1)
  const began = journal.present()
  const before = new Map(numbersInOrder(table, began))
  const read = new Map<string, unknown>()
  let generation = 1
  for (const [digits, value] of numbersInOrder(table, began)) {
    read.set(digits, value)
    // Behind and before what is read: numbers go, come, and get another route.
    const moving = 6000 + ((read.size * 37) % 2200)
    setRoute(
      table,
      `+1555${moving}`,
      `+1555${moving}`,
      read.size % 3 === 0 ? undefined : { operator: 'FLOW', routingNumber: '+1999' },
    )
    table.setGeneration(++generation)
  }
  deepEqual(read, before)
  const whole = (past: Past): string[] =>
    [...zoneContent('e164.arpa.' as DnsName, plan).all(past)].map((record) => JSON.stringify(record)).sort()
  const content = zoneContent('e164.arpa.' as DnsName, plan)
  const { removed, added } = content.difference(journal.changesSince(1)!, journal.changesFromNow())
  const zone = new Set(whole(began))
  for (const record of removed) if (record) ok(zone.delete(JSON.stringify(record)), 'what is removed was there')
  for (const record of added) {
    if (!record) continue
    ok(!zone.has(JSON.stringify(record)), 'what is added was not')
    zone.add(JSON.stringify(record))
  }
  deepEqual([...zone].sort(), whole(journal.present()), 'the old zone and the difference make the new zone')
})
