import type { Outlook } from '../../porting/outlook.ts'
import type { PortHistory } from '../../porting/port-history.ts'
import { detailView } from './ports.codec.ts'
import { timeText } from './time.codec.ts'

/** The dossier of a port: everything, message bodies and audit included. */
export function dossierOf(
  history: PortHistory,
  outlook: Outlook,
  made: { readonly at: Temporal.Instant; readonly by: string; readonly operator: string },
) {
  const detail = detailView(history, outlook)
  return {
    made_at: timeText(made.at),
    made_by: made.by,
    operator: made.operator,
    port: detail,
    messages: detail.messages.map((message, index) => ({
      ...message,
      body: history.messages[index]?.body?.toString('utf8') ?? null,
    })),
    audit: history.audit.map((row) => ({
      ...row,
      at: timeText(row.at),
      hash: row.hash?.toString('hex') ?? null,
    })),
  }
}

type Dossier = ReturnType<typeof dossierOf>
type Cell = string | number | boolean | null | undefined

/** What is awaited, or what to do about a refusal; nothing for a port that is at its end. */
function outlookTables({ next_expected: next, rejection, timeline }: Dossier['port']): string {
  const tables: string[] = []
  if (next) {
    const escalated = next.escalation ? `${next.escalation.name}: ${next.escalation.tell}` : 'no'
    const rows = [[next.event, next.who_name, next.since, next.due_at, next.rule, escalated]]
    tables.push(table('Expected next', ['What', 'Of whom', 'Since', 'At the latest', 'Rule', 'Escalated'], rows))
  }
  if (timeline) {
    const moved = timeline.ported_at ?? `at the latest ${timeline.forecast_at}, if all others take all of their time`
    const rows = [[timeline.standing.replace('_', ' '), timeline.begun_at, timeline.due_at, timeline.rule, moved]]
    tables.push(table('Limit of the market', ['Standing', 'Asked for', 'At the latest', 'Rule', 'Moved'], rows))
  }
  if (rejection) {
    const { at_donor: known } = rejection
    // biome-ignore format: a table
    const facts: [what: string, value: Cell][] = [
      ['Cause', `${rejection.cause}: ${rejection.means}`], ['To mend', rejection.mend],
      ['Field', rejection.field],                          ['Code', `${rejection.code} ${rejection.code_text}`],
      ['In their words', rejection.text],                  ['By itself', rejection.automatic_fix?.means],
      ['Asked again at this donor', known ? `${known.asked_again} of ${known.rejected}, ${known.cured} agreed to` : null],
    ]
    tables.push(
      table(
        'Why it was refused',
        ['', ''],
        facts.filter(([, value]) => value !== null && value !== undefined),
      ),
    )
  }
  return tables.join('\n')
}

/** The dossier as one page that needs nothing else: to be read, printed and kept. */
export function dossierHtml({ made_at, made_by, operator, port, messages, audit }: Dossier): string {
  const title = `Dossier ${port.msgidentifier}`
  // biome-ignore format: a table
  const facts: [what: string, value: Cell][] = [
    ['Direction', port.direction === 'in' ? 'port-in' : 'port-out'], ['State', `${port.state} (${port.state_code})`],
    ['Numbers', `${port.first_number} to ${port.last_number}`],      ['Type', port.number_type],
    ['Our operator', operator],                                      ['Other operator', port.counterparty],
    ['Account type', port.account_type],                             ['Authorisation number', port.contact_number],
    ['E-mail', port.email],                                          ['Cool-off waived', port.is_cool_off_overridden ? 'yes' : 'no'],
    ['Rejection', port.failure_reason === null ? null : `${port.failure_reason} ${port.failure_text ?? ''}`],
    ['First of the chain', port.original_msgidentifier],             ['Replaced by', port.superseded_by],
    ['Asked for', `${port.created_at} by ${port.created_by}`],       ['Last change', port.updated_at],
  ]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<style>${STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
<p>Made ${escaped(made_at)} by ${escaped(made_by)}. Times are UTC.</p>
${table(
  'The port',
  ['', ''],
  facts.filter(([, value]) => value !== null),
)}
${outlookTables(port)}
${table(
  'What happened',
  ['', 'Time', 'What', 'Way', 'From', 'To', 'In words', 'By'],
  port.events.map((event) => [
    event.number,
    event.at,
    event.msgtype,
    event.direction,
    event.from_state,
    event.to_state,
    event.log,
    event.said_by,
  ]),
)}
${table(
  'Response windows',
  ['Window', 'Opened', 'Due', 'Over', 'Outcome', 'Rule'],
  port.timers.map((timer) => [timer.kind, timer.started_at, timer.due_at, timer.ended_at, timer.outcome, timer.rule]),
)}
${port.guard ? guardTables(port.guard) : ''}${checklistTable(port.checklist)}
${table(
  'Told to our systems',
  ['Time', 'Event', 'To', 'State', 'Attempts', 'Status'],
  port.deliveries.map((one) => [one.at, one.type, one.webhook, one.state, one.attempts, one.last_status]),
)}
${table(
  'Audit',
  ['', 'Time', 'By', 'Way', 'Action', 'Reason', 'Detail', 'Hash'],
  audit.map((row) => [
    row.position,
    row.at,
    row.actor,
    row.surface,
    row.action,
    row.reason,
    JSON.stringify(row.detail),
    row.hash?.slice(0, 16),
  ]),
)}
<h2>Messages between the operators</h2>
${messages.map((one) => `<h3>${escaped(`${one.at} ${one.direction} ${one.msgtype ?? ''} ${one.filename ?? ''}`)}</h3><p>${escaped(`${one.state}${one.note ? `: ${one.note}` : ''}`)}</p><pre>${escaped(one.body ?? '')}</pre>`).join('\n') || '<p>None.</p>'}
</body></html>
`
}

function guardTables(guard: NonNullable<Dossier['port']['guard']>): string {
  // biome-ignore format: a table
  const facts: [what: string, value: Cell][] = [
    ['State of the guard', guard.state],    ['Our answer was due', guard.answer_due_at],
    ['Held because', guard.held_because],   ['Basis', guard.basis],
    ['Decided', guard.decided_at === null ? null : `${guard.decided_at} by ${guard.decided_by}`],
    ['Known then', guard.basis_detail === null ? null : JSON.stringify(guard.basis_detail)],
  ]
  const made = guard.checks.map((check) => [
    check.number,
    check.at,
    `${check.name} (rule ${check.version})`,
    check.verdict,
    check.code,
    check.said,
    JSON.stringify(check.inputs),
  ])
  return `${table(
    'Decision',
    ['', ''],
    facts.filter(([, value]) => value !== null),
  )}
${table("The guard's checks", ['', 'Time', 'Check', 'Verdict', 'Code', 'Found', 'Looked at'], made)}
`
}

const WITHOUT_STEPS = {
  none: 'The numbers have not moved.',
  imported: 'The port was imported as ported: nothing was to be proved.',
} as const

function checklistTable({ state, steps }: Dossier['port']['checklist']): string {
  if (state === 'none' || state === 'imported') return `<h2>Proof of port</h2>\n<p>${WITHOUT_STEPS[state]}</p>`
  return table(
    'Proof of port',
    ['Step', 'State', 'Attempts', 'Confirmed', 'By what', 'Last error', 'Next attempt'],
    steps.map((step) => [
      step.title,
      step.state,
      step.attempts,
      step.confirmed_at,
      step.confirmed_by,
      step.last_error,
      step.next_attempt_at,
    ]),
  )
}

const STYLE =
  'body{font:14px/1.45 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}' +
  'table{border-collapse:collapse;width:100%}td,th{border:1px solid #bbb;padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}' +
  'pre{border:1px solid #bbb;padding:.5rem;white-space:pre-wrap;overflow-wrap:anywhere}' +
  '@media print{body{margin:0;font-size:11px}h2,h3{break-after:avoid}tr,pre{break-inside:avoid}}'

function table(title: string, header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return `<h2>${escaped(title)}</h2>\n<p>None.</p>`
  const head = header.some((cell) => cell !== '')
    ? `<tr>${header.map((cell) => `<th>${escaped(cell)}</th>`).join('')}</tr>\n`
    : ''
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${escaped(String(cell ?? ''))}</td>`).join('')}</tr>`)
  return `<h2>${escaped(title)}</h2>\n<table>\n${head}${body.join('\n')}\n</table>`
}

// biome-ignore format: a table
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
