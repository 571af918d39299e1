import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { storiesText } from '../sim/stories.ts'
import { encodePxs } from '../src/clearinghouses/pxs/pxs.codec.ts'
import { settingsTable } from '../src/config/settings.ts'
import { nativeDocument } from '../src/http/native/document.ts'
import { npApiDocument } from '../src/http/np-api/document.ts'
import { coverageText } from '../test/coverage/coverage.ts'
import { testNames } from '../test/coverage/test-names.ts'
import { nativeExamples } from '../test/examples/native.ts'
import { npApiExamples } from '../test/examples/np-api.ts'
import { PXS_SAMPLES, pxsSample } from '../test/fixtures/pxs/samples.ts'
import { schemaSql } from './schema.ts'
import { webTables } from './web-tables.ts'
import { operationTypes } from './web-types.ts'

const ROOT = join(import.meta.dirname, '..')

/** Asked once, for the examples themselves and for the documents that show them. */
const examples = { npApi: once(npApiExamples), native: once(nativeExamples) }

/** A file that is made from the source and checked in, so that a change of it is seen in review. */
type Golden = { readonly path: string; make(): Promise<string> }

// biome-ignore format: a table
const GOLDEN_FILES: readonly Golden[] = [
  { path: 'db/schema.sql',            make: schemaSql },
  { path: 'src/http/np-api/examples.gen.json', make: async () => json(await examples.npApi()) },
  { path: 'src/http/native/examples.gen.json', make: async () => json(await examples.native()) },
  { path: 'docs/openapi/np-api.json', make: async () => json(await npApiDocument(await examples.npApi())) },
  { path: 'docs/openapi/v1.json',     make: async () => json(await nativeDocument(await examples.native())) },
  { path: 'docs/settings.md',         make: async () => page('Settings', 'Every setting of a deployment, read from the environment. All problems are told at once, before anything starts.', settingsTable()) },
  { path: 'docs/coverage.md',         make: async () => page('Coverage', 'Every row of the contract of np_api, and the tests that show it; `test/coverage/` says how a test names its rows.', coverageText(await testNames())) },
  { path: 'web/src/api/operations.gen.ts', make: operationTypes },
  { path: 'web/src/api/tables.gen.ts', make: webTables },
  { path: 'docs/simulator.md',        make: () => withPart('docs/simulator.md', 'stories', storiesText()) },
  ...PXS_SAMPLES.map((body) => ({ path: `test/fixtures/pxs/${body.kind}.xml`, make: async () => encodePxs(pxsSample(body)).toString() })),
]

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

function page(title: string, lead: string, body: string): string {
  return `# ${title}\n\n${lead}\n\n${body}\n`
}

/** A page written by hand, with the part between `<!-- name -->` and `<!-- /name -->` made from the source. */
async function withPart(path: string, name: string, part: string): Promise<string> {
  const text = (await readFile(join(ROOT, path), 'utf8')).replaceAll('\r\n', '\n')
  const [before = '', rest = ''] = text.split(`<!-- ${name} -->\n`)
  const after = rest.split(`<!-- /${name} -->`)[1]
  if (after === undefined) throw new Error(`${path} has no part <!-- ${name} -->`)
  return `${before}<!-- ${name} -->\n${part}\n<!-- /${name} -->${after}`
}

const isCheck = process.argv.includes('--check')

for (const { path, make } of GOLDEN_FILES) {
  const file = join(ROOT, path)
  const made = await make()
  const isCurrent = existsSync(file) && (await readFile(file, 'utf8')).replaceAll('\r\n', '\n') === made
  if (isCheck && !isCurrent) {
    console.error(`${path} is not what the source makes of it: run \`npm run generate\` and look at the difference`)
    process.exitCode = 1
    continue
  }
  if (!isCurrent) {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, made)
  }
  console.log(`${path} is ${isCurrent ? 'current' : 'written'}`)
}
