import { equal } from 'node:assert/strict'
import test from 'node:test'
import { networkOf } from './network.ts'

// biome-ignore format: a table
const NETWORKS: [address: string, network: string, why: string][] = [
  ['192.0.2.1',                 '192.0.2.1',                 'an address of IPv4 is one subscriber'],
  ['::ffff:192.0.2.1',          '192.0.2.1',                 'as a socket of both families shows it'],
  ['::ffff:c000:201',           '192.0.2.1',                 'the same in hexadecimal'],
  ['0:0:0:0:0:FFFF:192.0.2.1',  '192.0.2.1',                 'the same without a gap'],
  ['2001:db8:1:2::1',           '2001:db8:1:2::/64',         'RFC 6177: a subscriber has a /64 at least'],
  ['2001:db8:1:2:ffff::9',      '2001:db8:1:2::/64',         'another address of the same one'],
  ['2001:0DB8:0001:0002:0:0:0:1', '2001:db8:1:2::/64',       'written otherwise'],
  ['2001:db8:1:3::1',           '2001:db8:1:3::/64',         'the next subscriber'],
  ['2001:db8::1',               '2001:db8:0:0::/64',         'a gap before the 64th bit'],
  ['::1',                       '0:0:0:0::/64',              'this machine'],
  ['::192.0.2.1',               '0:0:0:0::/64',              'RFC 4291 2.5.5.1: an old form that no socket shows'],
  ['64:ff9b::192.0.2.1',        '64:ff9b:0:0::/64',          'behind a translator'],
  ['fe80::1%eth0',              'fe80:0:0:0::%eth0/64',      'each link has one of these'],
  ['unknown',                   'unknown',                   'what a proxy may say'],
  ['',                          '',                          'nothing'],
]
for (const [address, network, why] of NETWORKS) {
  test(`${address || 'no address'} is counted as ${network || 'itself'}: ${why}`, () =>
    equal(networkOf(address), network))
}
