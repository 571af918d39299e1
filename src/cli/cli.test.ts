import { deepEqual, equal, match } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { ADMIN_KEY, type TestPortolan, testPortolan } from '../../test/support/portolan.ts'

let portolan: TestPortolan
let folder: string
before(async () => {
  portolan = await testPortolan()
  folder = await mkdtemp(join(tmpdir(), 'portolan-cli-'))
})
after(async () => {
  await portolan.close()
  await rm(folder, { recursive: true, force: true })
})

type Ran = { readonly code: number; readonly out: string; readonly err: string }

/** The command line as a process of its own, as an admin of the running server. */
function run(words: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const surroundings = { PATH: process.env.PATH ?? '', NP_API_URL: portolan.url, NP_API_KEY: ADMIN_KEY, ...env }
  const options = { env: surroundings, timeout: 60_000 }
  return new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, 'main.ts'), ...words], options, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, err })
    })
  })
}
const json = async (...words: string[]) => JSON.parse((await run([...words, '--json'])).out)

test('a port-in is played from the request to the ported number, and then shown and listed', async () => {
  const played = await run(['simulate', 'port-in', '5551400'])
  equal(played.code, 0, played.err)
  match(played.out, /PortingRequest: Submitted[\s\S]*ported: Ported[\s\S]*has ended in Number_Ported/)
  const id = /XX\d{6}-CARR-\d{5}/.exec(played.out)?.[0] ?? ''
  match((await run(['port-in', 'show', id])).out, /state +Number_Ported[\s\S]*authorisation_response/)
  equal((await json('port-in', 'list', '--q', '5551400')).items[0].msgidentifier, id)
  match((await run(['route', 'show', '15551400'])).out, /\S/)
})

test('why a number is routed so is told, and what DNS answers for it', async () => {
  const { answered_by, nodes } = await json('route', 'why', '15550100')
  deepEqual([answered_by, nodes.length], ['block', 1])
  match((await run(['route', 'why', '15550100'])).out, /it is answered from the block 15550, which DONOR holds/)
  equal((await json('route', 'lookup', '15550100')).verdict, 'not_ported')
})

test('an edge node wants the certificate and its key together', async () => {
  const words = ['dns', '--from', 'none.csv', '--listen', '127.0.0.1:1', '--tls-key', 'key.pem']
  const { code, err } = await run(words)
  deepEqual([code, /give --tls-certificate and --tls-key together/.test(err)], [1, true])
})

test('a port-in is created, aborted, and refused in the server’s own words with exit code 1', async () => {
  const { msgidentifier } = await json('port-in', 'create', '5551197', '--email', 'ops@example.com')
  match((await run(['port-in', 'abort', msgidentifier])).out, new RegExp(`Abort sent for ${msgidentifier}`))
  const refused = await run(['port-in', 'abort', msgidentifier])
  deepEqual([refused.code, refused.out], [1, ''])
  match(refused.err, /is in Aborted \(98\)/)
})

test('a file of port-ins gets a verdict for each line, first dry', async () => {
  const file = join(folder, 'ports.csv')
  await writeFile(
    file,
    'first_number,number_type,account_type,email\n5551500,mobile,Prepaid,ops@example.com\n12,mobile,Prepaid,ops@example.com\n',
  )
  const dry = await run(['import', 'port-ins', file, '--dry-run'])
  equal(dry.code, 2, 'a line was refused')
  match(dry.out, /1 accepted, 1 refused; nothing was saved/)
  match((await run(['port-in', 'bulk', file])).out, /2 +accepted +XX\d{6}-CARR-\d{5} +DONOR/)
})

test('keys are made, listed, rotated and revoked', async () => {
  const made = await json('keys', 'create', 'shell', '--tier', 'read_only', '--label', 'a test')
  match(made.key, /^ptl_/)
  match((await run(['keys', 'list'])).out, /shell +read_only +active/)
  const next = await json('keys', 'rotate', made.id, '--overlap', '0')
  equal(next.username, 'shell')
  match((await run(['keys', 'revoke', next.id, '--reason', 'over'])).out, /is revoked/)
  equal((await run(['keys', 'list'], { NP_API_KEY: made.key })).code, 1)
})

test('the audit chain is verified', async () => {
  match((await run(['audit', 'verify'])).out, /^whole: \d+ rows/)
})

test('doctor says what is well and what is not, and ends with 1 when something is wrong', async () => {
  const well = await run(['doctor'], { PORTOLAN_ROLES: 'http,jobs' })
  equal(well.code, 0, well.out)
  for (const line of [/configuration +ok/, /server +ok/, /database +ok/, /clock +ok/, /API key +ok +admin/])
    match(well.out, line)
  const ill = await run(['doctor'], {
    PORTOLAN_ROLES: 'http,dns',
    PORTOLAN_DNS_PORT: '1',
    PORTOLAN_PXS_URL: 'http://127.0.0.1:1',
    PORTOLAN_PXS_USERNAME: 'x',
    PORTOLAN_PXS_PASSWORD: 'x',
    NP_API_KEY: 'wrong',
  })
  equal(ill.code, 1)
  for (const line of [/API key +problem +the API key is not known/, /DNS +problem/, /clearinghouse +problem/])
    match(ill.out, line)
  match((await run(['doctor'], { PORTOLAN_MARKET: '!' })).out, /configuration +problem +.*PORTOLAN_MARKET/)
})

test('a server that is away, and a word that is none, are said plainly', async () => {
  const away = await run(['port-in', 'list'], { NP_API_URL: 'http://127.0.0.1:1' })
  equal(away.code, 1)
  match(away.err, /portolan: http:\/\/127.0.0.1:1 does not answer/)
  equal((await run(['port-in', 'explode'])).code, 1)
})
