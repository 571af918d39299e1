import { deepEqual, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { parse } from 'yaml'
import { MONITOR_NAMES } from '../../src/porting/monitors.ts'
import { ROOT, testPortolan } from '../support/portolan.ts'
import { until } from '../support/until.ts'

type Rule = { readonly alert: string; readonly expr: string; readonly annotations: { readonly summary: string } }
type Selector = { readonly alert: string; readonly metric: string; readonly labels: Readonly<Record<string, string>> }
type Series = { readonly metric: string; readonly labels: Readonly<Record<string, string>> }

const file = readFileSync(join(ROOT, 'deploy/prometheus-rules.yml'), 'utf8')
const { groups } = parse(file) as { groups: { name: string; rules: Rule[] }[] } // the tests below look at every part of it
const rules = groups.flatMap((group) => group.rules)

const WORDS = new Set([
  'and',
  'or',
  'unless',
  'on',
  'by',
  'without',
  'ignoring',
  'group_left',
  'group_right',
  'bool',
  'offset',
])

/** The metrics that an expression of PromQL names, with the labels that it asks for: all names that are no function, word or label. */
function selectorsIn({ alert, expr }: Rule): Selector[] {
  const bare = expr
    .replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
    .replace(/\[[^\]]*\]/g, ' ')
  return [...bare.matchAll(/([a-zA-Z_:][\w:]*)(\s*\()?(?:\{([^}]*)\})?/g)].flatMap(
    ([, name = '', call, inside = '']) => {
      if (call || WORDS.has(name)) return []
      const labels = [...inside.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', value = '']) => [label, value])
      return [{ alert, metric: name, labels: Object.fromEntries(labels) }]
    },
  )
}

function seriesIn(text: string): Series[] {
  return [...text.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/gm)].map(([, metric = '', inside = '']) => {
    const labels = [...inside.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', value = '']) => [
      label,
      value,
    ])
    return { metric, labels: Object.fromEntries(labels) }
  })
}

test('a rule’s metrics are found in whatever way the expression is written', () => {
  const expr = 'max(a_b) - on() group_right() c > 0 and sum by (x) (rate(d{y="1",z="2"}[5m])) > 0.1'
  deepEqual(
    selectorsIn({ alert: '', expr, annotations: { summary: '' } }).map(({ metric, labels }) => [metric, labels]),
    [
      ['a_b', {}],
      ['c', {}],
      ['d', { y: '1', z: '2' }],
    ],
  )
})

test('every alert rule asks for metrics and labels that a running server has', async () => {
  // a CGrateS that is away: its gauges are there all the same
  const portolan = await testPortolan({ PORTOLAN_CGRATES_URL: 'http://127.0.0.1:1/jsonrpc' })
  try {
    await portolan.reaches(await portolan.create('5550100'), 2)
    await portolan.reaches(await portolan.create('5550197'), 1)
    // statuses are only there once they were answered: any stands for 500
    const selectors = rules.flatMap(selectorsIn)
    ok(selectors.length >= rules.length, 'every rule asks for something')
    let missing = selectors
    const look = async () => {
      // a gauge that the database is too busy for has no value this time
      const series = seriesIn(await (await fetch(`${portolan.url}/metrics`)).text())
      missing = selectors.filter(({ metric, labels }) => {
        const asked = Object.entries(labels).filter(([label]) => label !== 'status')
        return !series.some(
          (one) => one.metric === metric && asked.every(([label, value]) => one.labels[label] === value),
        )
      })
      return series.length > 100 && missing.length === 0
    }
    await until('the metrics of every rule', look).catch(() => deepEqual(missing, []))
  } finally {
    await portolan.close()
  }
})

test('every monitor has a rule, and every rule a name of its own, a summary and a severity', () => {
  const watched = rules
    .flatMap(selectorsIn)
    .flatMap(({ metric, labels }) => (metric === 'portolan_alerts' ? [labels.monitor] : []))
  const otherwise = ['jobs', 'mirror'] // by portolan_job_failures and portolan_cgrates_*, which need no database
  deepEqual([...new Set([...watched, ...otherwise])].toSorted(), MONITOR_NAMES.toSorted())
  deepEqual(new Set(rules.map(({ alert }) => alert)).size, rules.length)
  deepEqual(
    rules
      .filter((rule) => !rule.annotations?.summary || !/severity/.test(JSON.stringify(rule)))
      .map(({ alert }) => alert),
    [],
  )
})
