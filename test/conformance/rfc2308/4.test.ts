import { deepEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { worldWith } from '../static.ts'
import { ask } from '../world.ts'

test('§2.1, §2.2: where an alias led to nothing, the SOA is there as well', () => {
  const { state } = worldWith('ns1 A 192.0.2.1\nalias CNAME ns1\nlost CNAME nowhere\n')
  const [nodata, nxdomain] = ['alias', 'lost'].map((name) => ask(state, `${name}.example.org`, 'TXT'))
  deepEqual([nodata?.rcode, nodata?.answers, nodata?.authority], [0, ['CNAME'], ['SOA example.org']])
  deepEqual([nxdomain?.rcode, nxdomain?.answers, nxdomain?.authority], [3, ['CNAME'], ['SOA example.org']])
})

test('§4: the minimum field is how long a negative answer is kept; 0 is not served, for every call would then ask', () => {
  const apex = ask(worldWith('').state, 'nowhere.example.org', 'A').packet.authorities?.[0]
  deepEqual(apex?.type === 'SOA' && [apex.ttl, apex.data.minimum], [60, 60])
  throws(() => worldWith('$TTL 0\nx A 192.0.2.1\n'), /a TTL of 0/)
})

test('§4: $TTL holds for what follows it and says no TTL of its own', () => {
  const { state } = worldWith('a A 192.0.2.1\n$TTL 2h\nb A 192.0.2.1\nc 7 A 192.0.2.1\nd A 192.0.2.1\n')
  const ttls = ['a', 'b', 'c', 'd'].map((name) => {
    const [record] = ask(state, `${name}.example.org`, 'A').packet.answers ?? []
    return record?.type === 'A' && record.ttl
  })
  deepEqual(ttls, [300, 7200, 7, 7200])
})
