import { equal, match } from 'node:assert/strict'
import test from 'node:test'
import { createReach } from './webhook-reach.ts'

const USUAL: readonly string[] = []
const LISTED = ['10.20.0.0/16', '2001:db8:20::/48', '192.0.2.7']

// biome-ignore format: a table
const ADDRESSES: [address: string, networks: readonly string[], problem: RegExp | undefined, why: string][] = [
  ['203.0.113.9',            USUAL,  undefined,            'anywhere in the world'],
  ['10.20.0.1',              USUAL,  undefined,            'a BSS is in a private network (RFC 1918)'],
  ['172.16.5.5',             USUAL,  undefined,            'a BSS is in a private network (RFC 1918)'],
  ['192.168.1.1',            USUAL,  undefined,            'a BSS is in a private network (RFC 1918)'],
  ['fd12:3456::1',           USUAL,  undefined,            'and in a unique local one (RFC 4193)'],
  ['100.64.0.1',             USUAL,  undefined,            'behind a carrier-grade translator (RFC 6598)'],
  ['64:ff9b::cb00:7109',     USUAL,  undefined,            'IPv4 where there is none (RFC 6052)'],
  ['127.0.0.1',              USUAL,  /^is this machine/,   'what answers here asks nobody who he is'],
  ['127.255.255.254',        USUAL,  /^is this machine/,   'all of 127.0.0.0/8 is here (RFC 1122)'],
  ['0.0.0.0',                USUAL,  /^is this machine/,   'Linux connects it to itself'],
  ['::1',                    USUAL,  /^is this machine/,   'RFC 4291 2.5.3'],
  ['::',                     USUAL,  /^is this machine/,   'RFC 4291 2.5.2'],
  ['::ffff:127.0.0.1',       USUAL,  /^is this machine/,   'IPv4 in IPv6'],
  ['::ffff:7f00:1',          USUAL,  /^is this machine/,   'the same in hexadecimal'],
  ['64:ff9b::7f00:1',        USUAL,  /^is this machine/,   'behind a translator'],
  ['169.254.169.254',        USUAL,  /^is link-local/,     'where AWS, Azure, Google and others have their metadata'],
  ['169.254.170.2',          USUAL,  /^is link-local/,     'credentials of a container at AWS'],
  ['::ffff:169.254.169.254', USUAL,  /^is link-local/,     'IPv4 in IPv6'],
  ['64:ff9b::a83f:8110',     USUAL,  /^has the metadata/,  'behind a translator'],
  ['64:ff9b::a9fe:a9fe',     USUAL,  /^is link-local/,     'behind a translator'],
  ['fe80::1%eth0',           USUAL,  /^is link-local/,     'with its zone'],
  ['febf::1',                USUAL,  /^is link-local/,     'the end of fe80::/10'],
  ['100.100.100.200',        USUAL,  /metadata/,           'Alibaba'],
  ['168.63.129.16',          USUAL,  /metadata/,           'Azure'],
  ['fd00:ec2::254',          USUAL,  /metadata/,           'AWS'],
  ['224.0.0.1',              USUAL,  /^is multicast/,      'RFC 5771'],
  ['ff02::1',                USUAL,  /^is multicast/,      'RFC 4291 2.7'],
  ['255.255.255.255',        USUAL,  /^is reserved/,       'broadcast'],
  ['10.20.255.1',            LISTED, undefined,            'in a network that is listed'],
  ['2001:db8:20:1::1',       LISTED, undefined,            'in a network that is listed'],
  ['::ffff:10.20.0.1',       LISTED, undefined,            'IPv4 in IPv6'],
  ['192.0.2.7',              LISTED, undefined,            'an address that is listed'],
  ['192.0.2.8',              LISTED, /^is outside/,        'the address beside it'],
  ['203.0.113.9',            LISTED, /^is outside/,        'a list is all there is'],
  ['127.0.0.1',              LISTED, /^is outside/,        'a list is all there is'],
  ['127.0.0.1',              ['127.0.0.0/8'], undefined,   'a receiver beside us, where somebody said so'],
  ['::1',                    ['127.0.0.0/8'], /^is outside/, 'and only there'],
]
for (const [address, networks, problem, why] of ADDRESSES) {
  const [verdict, where] = [problem ? 'is not reached' : 'may be reached', networks.join(' ')]
  test(`${address} ${verdict}${where && ` with ${where}`}: ${why}`, () => {
    const found = createReach({ networks, stated: undefined }).problemOf(address)
    if (problem) match(found ?? '', problem)
    else equal(found, undefined)
  })
}
