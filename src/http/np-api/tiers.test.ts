import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Answer, askHttp as ask, basic, type TestNpApi, testNpApi } from '../../../test/support/np-api.ts'
import { TIERS, type Tier } from '../../accounts/key.ts'

/** Who may ask what, word for word from contract 3.1.1, O-12, O-14, O-52: kept apart from what the routes say. */
// biome-ignore format: a table
const MAY: Record<string, [tiers: Tier[], source: string]> = {
  createPortIn:   [['admin', 'pxs'],              '3.1.1 row 1'],
  listPortIn:     [['admin', 'pxs'],              '3.1.1 row 2'],
  getPortIn:      [['admin', 'pxs'],              '3.1.1 row 3'],
  instructPortIn: [['admin', 'pxs'],              '3.1.1 row 4'],
  abortPortIn:    [['admin', 'pxs'],              '3.1.1 row 5'],
  listXml:        [['admin', 'pxs'],              '3.1.1 row 6'],
  getXml:         [['admin', 'pxs'],              '3.1.1 row 7'],
  listPortOut:    [['admin', 'pxs'],              '3.1.1 row 8'],
  getPortOut:     [['admin', 'pxs'],              '3.1.1 row 9'],
  authorisePortOut: [['admin', 'pxs'],            '3.1.1 row 10'],
  rejectPortOut:  [['admin', 'pxs'],              '3.1.1 row 11'],
  getNumberInfo:  [['admin', 'pxs', 'read_only'], '3.1.1 row 17, O-12'],
  terminateNumber: [['admin', 'pxs'],             '3.1.1 row 18'],
  getRoute:       [['admin', 'pxs', 'read_only'], '3.1.1 row 12, O-12'],
  pushRoute:      [['admin', 'pxs'],              '3.1.1 row 13'],
  deleteRoute:    [['admin', 'pxs'],              '3.1.1 row 14'],
  getHssRoute:    [['admin', 'pxs'],              '3.1.1 row 15'],
  validateSms:    [['admin', 'pxs', 'read_only'], '3.1.1 row 16, O-12'],
  receiveMessage: [['clearinghouse'],             '3.1.1 row 19, O-14'],
  getExplorer:    [['admin', 'pxs', 'read_only'], '3.1.1 row 20, O-52'],
  getDescription: [['admin', 'pxs', 'read_only'], '3.1.1 row 21, O-52'],
}

let api: TestNpApi
let file: string
before(async () => {
  api = await testNpApi()
  const body = {
    email: 'ops@example.com',
    contacttelephonenumber: '5550100',
    Type_of_Numbers: 'mobile',
    telephonenumberseriestart: '5550100',
    telephonenumberserieend: '5550199',
    AccountType: 'Prepaid',
  }
  const created = await ask(`${api.url}/np_api/PortIn/create`, {
    method: 'POST',
    headers: { ...basic('', api.key.pxs), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  file = `${created.json.msgidentifier}_001_PortingRequest.xml`
})
after(() => api.close())

/** An address that the route answers: a file that is there, a port that is not. */
const addressOf = (url: string) =>
  Object.entries({
    ':msgidentifier': 'XX202501-CARR-99999',
    ':folder': 'output_XML',
    ':filename': file,
    ':msisdn': '15550300',
    ':operator': 'CARR',
    ':type_of_numbers': 'mobile',
    ':type': 'mobile',
  }).reduce((address, [name, value]) => address.replace(name, value), `${api.url}${url}`)

test('the operations are exactly those of the table (O-22)', () => {
  assert.deepEqual([...new Set(api.server.routes.map(({ operation }) => operation))].sort(), Object.keys(MAY).sort())
  assert.ok(api.server.routes.every(({ surface, url }) => surface === 'np_api' && url.startsWith('/np_api/')))
})

/** `3.1.1 row 12, O-12` is about endpoint 12. */
const endpointOf = (source: string) => `endpoint ${/row (\d+)/.exec(source)?.[1]}`

/** A HEAD below get_xml is always 403, and no body says why. */
const routesOf = (operation: string) =>
  api.server.routes.filter(
    (route) => route.operation === operation && !(route.method === 'HEAD' && route.url.endsWith('/get_xml/*')),
  )

for (const [operation, [tiers, source]] of Object.entries(MAY)) {
  for (const tier of TIERS) {
    const isAllowed = tiers.includes(tier)
    const row = `${endpointOf(source)} tier ${tier}${isAllowed ? '' : `, ${endpointOf(source)} 403`}`
    test(`${tier} ${isAllowed ? 'may' : 'may not'} ${operation}, by Basic and by X-API-Key: ${source} [${row}]`, async () => {
      for (const { method, url } of routesOf(operation)) {
        for (const headers of [basic(`${tier}-user`, api.key[tier]), { 'x-api-key': api.key[tier] }]) {
          const answer = await ask(addressOf(url), { method, headers })
          const at = `${method} ${url}: ${answer.status} ${answer.text}`
          assert.equal(isRefusedByTier(answer), !isAllowed, at)
          assert.notEqual(answer.status, 401, at)
          // behind this surface no clearinghouse answers, and the question says so with a 500
          if (operation !== 'getNumberInfo') assert.notEqual(answer.status, 500, at)
        }
      }
    })
  }

  test(`${operation} without a key is 401 with a challenge (O-17) [${endpointOf(source)} 401]`, async () => {
    for (const { method, url } of routesOf(operation)) {
      for (const headers of [{}, { authorization: 'Bearer x' }]) {
        const answer = await ask(addressOf(url), { method, headers })
        assert.equal(answer.status, 401, `${method} ${url}`)
        assert.match(answer.headers.get('www-authenticate') ?? '', /^Basic realm=/)
      }
    }
  })
}

/** Below get_xml a 403 may also say that there is no such file (O-18): the sentence tells them apart, if there is one. */
function isRefusedByTier({ status, json }: Answer): boolean {
  return status === 403 && (json.Reason === undefined || /needs the tier/.test(String(json.Reason)))
}

// biome-ignore format: a table
const WRONG: [what: string, headers: (key: string) => Record<string, string>][] = [
  ['a wrong key',                    () => basic('admin-user', 'ptl_0000000000000000000000')],
  ["another user's name",            (key) => basic('pxs-user', key)],
  ['a key in the place of the name', (key) => basic(key, '')],
  ['Basic that is not base64',       () => ({ authorization: 'Basic !!!' })],
  ['Basic without a colon',          () => ({ authorization: `Basic ${Buffer.from('admin').toString('base64')}` })],
  ['an empty X-API-Key',             () => ({ 'x-api-key': '' })],
  ['a wrong X-API-Key',              () => ({ 'x-api-key': 'admin' })],
  ['a right X-API-Key beside wrong Basic', (key) => ({ ...basic('admin-user', 'wrong'), 'x-api-key': key })],
]
for (const [what, headers] of WRONG) {
  test(`${what} gets 401 in the envelope`, async () => {
    const answer = await ask(`${api.url}/np_api/PortIn/list`, { headers: headers(api.key.admin) })
    assert.equal(answer.status, 401)
    assert.deepEqual(Object.keys(answer.json), ['result', 'Reason'])
    assert.equal(answer.json.result, 'Exception raised in listPortIn')
    assert.match(answer.headers.get('www-authenticate') ?? '', /^Basic/)
  })
}

test('the user name of Basic may be left empty (O-16)', async () => {
  assert.equal((await ask(`${api.url}/np_api/PortIn/list`, { headers: basic('', api.key.pxs) })).status, 200)
})

// biome-ignore format: a table
const PAGES: [what: string, headers: (own: string) => Record<string, string>, status: number][] = [
  ['a page of another site',                        () => ({ 'sec-fetch-site': 'cross-site' }),                     401],
  ['a page of another port or subdomain',           () => ({ 'sec-fetch-site': 'same-site' }),                      401],
  ['a page of another site, by plain HTTP',         () => ({ origin: 'http://example.org' }),                       401],
  ['a page of another port, by plain HTTP',         () => ({ origin: 'http://127.0.0.1:1' }),                       401],
  ['a page that hides where it is from',            () => ({ origin: 'null' }),                                     401],
  ['our own page, by plain HTTP',                   (own) => ({ origin: own }),                                     404],
  ['our own page, behind a proxy that renames us',  () => ({ 'sec-fetch-site': 'same-origin', origin: 'https://np.example' }), 404],
  ['a person who types an address',                 () => ({ 'sec-fetch-site': 'none' }),                           404],
]
for (const [what, headers, status] of PAGES) {
  test(`a change with Basic from ${what} gets ${status}`, async () => {
    const init = { method: 'POST', headers: { ...basic('', api.key.pxs), ...headers(api.url) } }
    const answer = await ask(`${api.url}/np_api/PortIn/XX202501-CARR-99999`, init)
    assert.equal(answer.status, status)
    if (status === 401) assert.match(String(answer.json.Reason), /another site/)
  })
}

test('after too many wrong keys an address gets 401 with the reason, until the minute is over', async () => {
  const own = await testNpApi()
  try {
    const guess = () => ask(`${own.url}/np_api/PortIn/list`, { headers: { 'x-api-key': 'guess' } })
    for (let n = 0; n < 20; n++) assert.match(String((await guess()).json.Reason), /not known/)
    const answer = await guess()
    assert.equal(answer.status, 401)
    assert.match(String(answer.json.Reason), /too many wrong keys/)
  } finally {
    await own.close()
  }
})
