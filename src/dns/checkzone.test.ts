import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setRoute } from '../../test/conformance/world.ts'
import { DIG, dig, primary, recordsIn, SIGNED } from '../../test/support/primary.ts'
import { ENUM_PROFILES } from './enum-profile.ts'

/** What name servers bring to check a zone before they serve it. */
// biome-ignore format: a table
const CHECKERS: readonly [binary: string, words: (file: string) => string[]][] = [
  ['/usr/bin/named-checkzone', (file) => ['-k', 'fail', '-n', 'fail', '-S', 'fail', 'e164.arpa', file]],
  ['/usr/sbin/nsd-checkzone',  (file) => ['e164.arpa', file]],
  ['/usr/bin/kzonecheck',      (file) => ['-o', 'e164.arpa', file]],
]

const folder = mkdtempSync(join(tmpdir(), 'portolan-checkzone-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** The zone as dig gets it by AXFR, as a master file: its second SOA marks the end of the transfer. */
async function transferred(profile: (typeof ENUM_PROFILES)[number]): Promise<string> {
  const file = join(folder, `${profile}.zone`)
  if (existsSync(file)) return file
  const { dns, table } = await primary([5353], { profile })
  try {
    for (let at = 0; at < 300; at++) {
      const number = `+1555${String((at * 7919) % 10_000).padStart(4, '0')}`
      setRoute(table, number, number, { operator: at % 2 ? 'DIGI' : 'FLOW', routingNumber: undefined })
    }
    setRoute(table, '+447700900124', '+447700900124', { operator: 'GONE', routingNumber: 'D2701;rn-context=+44' })
    const records = recordsIn(await dig(dns, ...SIGNED, 'e164.arpa', 'AXFR'))
    ok(records.length > 300, `${records.length} records`)
    deepEqual(records.at(-1)?.split(/\s+/)[3], 'SOA')
    writeFileSync(file, `${records.slice(0, -1).join('\n')}\n`)
  } finally {
    await dns.close()
  }
  return file
}

for (const [binary, words] of CHECKERS) {
  for (const profile of ENUM_PROFILES) {
    const missing = [DIG, binary].find((needed) => !existsSync(needed))
    test(`${binary} accepts the ENUM zone that is transferred, profile ${profile}`, {
      skip: missing === undefined ? false : `${missing} is not installed`,
    }, async () => {
      const file = await transferred(profile)
      const { status, stdout, stderr } = spawnSync(binary, words(file), { encoding: 'utf8' })
      equal(status, 0, stdout + stderr)
    })
  }
  test(`${binary} refuses the same zone with one character changed, so its word counts`, {
    skip: existsSync(DIG) && existsSync(binary) ? false : 'not installed',
  }, async () => {
    const file = join(folder, 'wrong.zone')
    const text = readFileSync(await transferred('compact'), 'utf8')
    match(text, /NAPTR\s+100 10 "u"/)
    writeFileSync(file, text.replace(/NAPTR\s+100 10 "u"/, 'NAPTR x00 10 "u"'))
    ok(spawnSync(binary, words(file)).status !== 0)
  })
}
