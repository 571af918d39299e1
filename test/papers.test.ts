import { deepEqual, equal } from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { STORIES } from '../sim/stories.ts'
import { SETTINGS } from '../src/config/settings.ts'
import { EVENT_TYPES, PortInData, PortOutData } from '../src/events/event.ts'

const read = (path: string) => readFileSync(path, 'utf8')
const rowsOf = (text: string, row: RegExp) => [...text.matchAll(row)].map(([, ...cells]) => cells)

test('README.md lists the stories of the simulator, all of them, as the simulator tells them', () => {
  deepEqual(
    rowsOf(read('README.md'), /^\| ([0-9]{2}) \| (.*) \|$/gm),
    [...STORIES].map(([digits, { title }]) => [digits, title]),
  )
})

test('the figures of DNS in README.md are those of docs/bench-dns.md', () => {
  const measured = read('docs/bench-dns.md')
  const [at1, at10] = ['## One million numbers', '## Ten million numbers'].map((title) => {
    const section = measured.split(title)[1]?.split(/^## /m)[0] ?? ''
    const rows = rowsOf(
      section,
      /^\| ([\w .,]+) \| ([0-9.]+) \| [^|]+ \| [0-9.]+ \| ([0-9,]+) \| [^|]+ \| ([0-9]+) \|/gm,
    )
    return new Map(rows.map(([name, ...figures]) => [name, figures]))
  })
  const claimed = rowsOf(
    read('README.md'),
    /^\| ([A-Z][\w .,]+) \| ([0-9.]+) \| ([0-9,]+) \| ([0-9.]*) ?\| ([0-9,]*) ?\| ([0-9]*) ?\|$/gm,
  )
  equal(claimed.length, 5)
  for (const [name, ...figures] of claimed) {
    const expected = [...(at1?.get(name)?.slice(0, 2) ?? []), ...(at10?.get(name) ?? ['', '', ''])]
    deepEqual([name, ...figures], [name, ...expected])
  }
})

test('docs/webhooks.md explains every event type and every field, and no other', () => {
  const paper = read('docs/webhooks.md')
  const types = rowsOf(paper, /^\| `(port_(?:in|out)\.\w+)` \|/gm).flat()
  deepEqual(types.toSorted(), EVENT_TYPES.toSorted())
  const fields = [...new Set([...paper.matchAll(/`data\.(\w+)`/g)].map(([, name]) => name ?? ''))]
  const published = [...Object.keys(PortInData.properties), ...Object.keys(PortOutData.properties)]
  deepEqual(fields.toSorted(), [...new Set(published)].toSorted())
})

test('the environment that docs/operations.md begins with can be copied: settings that there are, no comment behind a value', () => {
  const [, block = ''] = /```sh\n(# [^`]*^PORTOLAN_MARKET=[^`]*)```/m.exec(read('docs/operations.md')) ?? []
  const lines = block.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  equal(lines.length > 5, true)
  const known = SETTINGS.map(({ name }): string => name)
  // systemd takes all that stands behind the sign for the value
  const wrong = lines.filter((line) => !/^\w+=\S+$/.test(line) || !known.includes(line.split('=')[0] ?? ''))
  deepEqual(wrong, [])
})

test('docs/operations.md says what to do about every alert that the rules for Prometheus raise, and about no other', () => {
  const alerts = rowsOf(read('deploy/prometheus-rules.yml'), /^ +- alert: (\w+)$/gm).flat()
  const explained = rowsOf(read('docs/operations.md'), /^\| (`Portolan[^|]*) \|/gm).flatMap(
    ([names = '']) => names.match(/\w+/g) ?? [],
  )
  deepEqual(explained.toSorted(), alerts.toSorted())
})

test('ARCHITECTURE.md says of every table what a row of it is, and of no other', () => {
  const tables = rowsOf(read('db/schema.sql'), /^create table (\w+)/gm).flat()
  const block = read('ARCHITECTURE.md').split('\n## The tables\n')[1]?.split('\n## ')[0] ?? ''
  const explained = rowsOf(block, /^\| (`[^|]*) \|/gm).flatMap(([names = '']) => names.match(/\w+/g) ?? [])
  deepEqual(explained.toSorted(), tables.toSorted())
})

test('every paper that a paper links to is there', () => {
  const papers = globSync(['*.md', 'docs/**/*.md'])
  const broken = papers.flatMap((path) =>
    [...read(path).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)]
      .filter(([, target = '']) => !existsSync(join(dirname(path), target)))
      .map(([, target]) => `${path} -> ${target}`),
  )
  deepEqual(broken, [])
  equal(papers.length > 10, true)
})

test('decisions are numbered without a gap, and each says context, decision and consequence', () => {
  const decisions = globSync('docs/adr/*.md').toSorted()
  deepEqual(
    decisions.map((path) => path.slice('docs/adr/'.length, 'docs/adr/'.length + 4)),
    decisions.map((_, index) => String(index + 1).padStart(4, '0')),
  )
  const parts = ['**Context.**', '**Decision.**', '**Consequence.**']
  deepEqual(
    decisions.filter((path) => !parts.every((part) => read(path).includes(part))),
    [],
  )
})
