import { deepEqual, doesNotThrow, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { DOC } from '../../test/conformance/world.ts'
import type { MarketData } from '../numbers/market.schema.ts'
import type { ZoneConfig } from './zone-config.schema.ts'
import { checkZoneConfig, servedByMarket } from './zone-config.ts'
import { parseZoneConfig } from './zone-file.ts'

type Served = Pick<MarketData, 'countryCode' | 'numbers' | 'operators' | 'blocks'>

const MARKET: Served = {
  countryCode: '49',
  numbers: {
    mobile: { pattern: '1[567][0-9]{8,9}', example: '15123456789' },
    fixed: { pattern: '[2-9][0-9]{7}', example: '30123456' },
  },
  operators: [
    { code: 'DIGI', name: 'Digi', routingNumber: '+4915900', imsDomain: 'ims.digi.example' },
    { code: 'FLOW', name: 'Flow', routingNumber: 'd27;rn-context=+49', imsDomain: 'ims.flow.example' },
  ],
  blocks: [
    { prefix: '151', type: 'mobile', holder: 'DIGI' },
    { prefix: '30', type: 'fixed', holder: 'FLOW' },
  ],
}

test('a market gives its blocks with the country code and the lengths that its pattern allows', () => {
  deepEqual(servedByMarket(MARKET), {
    operators: [
      { code: 'DIGI', imsDomain: 'ims.digi.example', routingNumber: '+4915900' },
      { code: 'FLOW', imsDomain: 'ims.flow.example', routingNumber: 'd27;rn-context=+49' },
    ],
    blocks: [
      { prefix: '49151', operator: 'DIGI', lengths: [12, 13] },
      { prefix: '4930', operator: 'FLOW', lengths: [10] },
    ],
  })
})

// biome-ignore format: a table
const WRONG: readonly [change: Partial<ZoneConfig>, problem: RegExp][] = [
  [{ apexes: [] },                                                       /no apex/],
  [{ apexes: ['e164..arpa'] },                                           /apex "e164\.\.arpa" is not a domain name/],
  [{ nameServers: [] },                                                  /no name server/],
  [{ contact: '' },                                                      /contact "" is not a domain name/],
  [{ contact: 'hostmaster@example.net' },                                /is a mailbox: write it as a name, hostmaster\.example\.net/],
  [{ ttlSeconds: 0 },                                                    /TTL 0 is not between 1 and 86400/],
  [{ blocks: [{ prefix: '0', operator: 'DIGI', lengths: [8] }] },        /block 0 is not leading digits/],
  [{ blocks: [{ prefix: '1', operator: 'GONE', lengths: [8] }] },        /held by GONE, which is no operator/],
  [{ blocks: [{ prefix: '1555', operator: 'DIGI', lengths: [3] }] },     /numbers of 3 digits/],
]
for (const [change, problem] of WRONG)
  test(`refused at start: ${problem.source}`, () => throws(() => checkZoneConfig({ ...DOC, ...change }), problem))

test('all problems are said at once', () => {
  throws(() => checkZoneConfig({ ...DOC, apexes: [], ttlSeconds: 0 }), /no apex; TTL 0/)
  doesNotThrow(() => checkZoneConfig(DOC))
})

test('a file of zones is refused with the path of what is wrong', () => {
  throws(() => parseZoneConfig({ ...DOC, profile: 'fancy' }), /\/profile/)
  throws(() => parseZoneConfig({ ...DOC, extra: 1 }), /extra|additional/)
  deepEqual(parseZoneConfig(JSON.parse(JSON.stringify(DOC))), DOC)
})
