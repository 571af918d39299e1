import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { worldWith } from '../static.ts'
import { ask } from '../world.ts'

const { state } = worldWith(`
ns1       A     192.0.2.1
alias     CNAME ns1
lost      CNAME nowhere
out       CNAME www.elsewhere.test.
*.wild    TXT   covered
own.wild  A     192.0.2.2
sub       NS    ns.sub
ns.sub    A     192.0.2.3
`)

function said(name: string, type: string) {
  const { rcode, isAuthoritative, answers, authority, packet } = ask(state, `${name}.example.org`, type)
  const additional = (packet.additionals ?? []).map(({ name: owner, type: kind }) => `${owner} ${kind}`)
  return { rcode, isAuthoritative, answers, authority, additional }
}

test('§4.3.2, 3a: the whole of QNAME is matched: the records of the type, or the alias and what it leads to', () => {
  deepEqual(said('ns1', 'A').answers, ['A'])
  deepEqual(said('alias', 'A').answers, ['CNAME', 'A'])
  deepEqual(said('alias', 'CNAME').answers, ['CNAME'], 'QTYPE CNAME matches itself')
  deepEqual(said('out', 'A').answers, ['CNAME'], 'what is elsewhere is not looked for')
})

test('§4.3.2, 3b: a match that would take us out of the authoritative data is a referral, with the addresses that are known', () => {
  for (const name of ['sub', 'x.sub', 'ns.sub'])
    deepEqual(said(name, 'A'), {
      rcode: 0,
      isAuthoritative: false,
      answers: [],
      authority: ['NS sub.example.org'],
      additional: ['ns.sub.example.org A'],
    })
})

test('§4.3.2, 3c: where there is no match "*" is looked for; where that is not there either, an authoritative name error', () => {
  deepEqual(said('x.y.wild', 'TXT').answers, ['TXT'])
  deepEqual([said('own.wild', 'TXT').rcode, said('own.wild', 'TXT').answers], [0, []])
  deepEqual([said('x.own.wild', 'TXT').rcode, said('nowhere', 'A').rcode], [3, 3])
  deepEqual([said('nowhere', 'A').isAuthoritative, said('nowhere', 'A').authority], [true, ['SOA example.org']])
})

test('§4.3.2, 3c, and RFC 6604 §3: where an alias has led, the rcode is of the last name', () => {
  deepEqual(
    [said('lost', 'A').rcode, said('lost', 'A').answers, said('lost', 'A').authority],
    [3, ['CNAME'], ['SOA example.org']],
  )
})

test('§4.3.1: no recursion: RA is never set, and RD changes nothing', () => {
  for (const flags of [0, 0x0100]) {
    const { packet, answers } = ask(state, 'ns1.example.org', 'A', { flags })
    deepEqual([(packet.flags ?? 0) & 0x0080, answers], [0, ['A']])
  }
})
