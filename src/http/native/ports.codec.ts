import { type Market, operatorOf, parseNumber } from '../../numbers/market.ts'
import type { Outlook } from '../../porting/outlook.ts'
import type { PortHistory } from '../../porting/port-history.ts'
import { PORTING_STATES, type PortingState, stateOfCode } from '../../porting/port-in.machine.ts'
import type { FoundPort, PortSearch } from '../../porting/search.ts'
import { Fault } from '../../shared/fault.ts'
import { USUAL_LIMIT } from './common.schema.ts'
import { cursorOf, placeOf } from './cursor.codec.ts'
import { checklistView, guardView } from './evidence.codec.ts'
import type { PortQuery, PortView } from './ports.schema.ts'
import { boundOf, timeOrNull, timeText } from './time.codec.ts'
import { outlookView } from './watch.codec.ts'

/** A port as this surface shows it. */
export function portView(port: FoundPort, actions: readonly string[]): PortView {
  const { deadline } = port
  return {
    msgidentifier: port.msgidentifier,
    direction: port.direction,
    number: port.publicId,
    state: port.state,
    state_code: PORTING_STATES[port.state],
    counterparty: port.counterparty,
    first_number: port.range.first,
    last_number: port.range.last,
    number_type: port.numberType,
    account_type: port.accountType,
    contact_number: port.contactNumber,
    email: port.email,
    is_cool_off_overridden: port.isCoolOffOverridden,
    failure_reason: port.failureReason,
    failure_text: port.failureText,
    original_msgidentifier: port.originalMsgidentifier,
    superseded_by: port.supersededByMsgidentifier,
    created_at: timeText(port.createdAt),
    created_by: port.createdBy,
    updated_at: timeText(port.updatedAt),
    deadline: deadline
      ? { kind: deadline.kind, due_at: timeText(deadline.dueAt), rule: deadline.rule, is_overdue: deadline.isOverdue }
      : null,
    guard_state: port.guard?.state ?? null,
    held_because: port.guard?.heldBecause ?? null,
    failed_steps: [...port.failedSteps],
    actions: [...actions],
  }
}

export function detailView(history: PortHistory, outlook: Outlook) {
  return {
    ...portView(history.port, history.actions),
    ...outlookView(outlook),
    events: history.events.map((event) => ({
      number: event.number,
      at: timeText(event.at),
      msgtype: event.msgtype,
      direction: event.direction,
      log: event.log,
      heard: event.heard ?? null,
      from_state: event.from ?? null,
      to_state: event.to ?? null,
      said_by: event.saidBy,
      message_id: event.messageId ?? null,
    })),
    timers: history.timers.map((timer) => ({
      kind: timer.kind,
      rule: timer.rule,
      started_at: timeText(timer.startedAt),
      due_at: timeText(timer.dueAt),
      ended_at: timeOrNull(timer.endedAt),
      outcome: timer.outcome ?? null,
    })),
    messages: history.messages.map((message) => ({
      id: message.id,
      direction: message.direction,
      peer: message.peer,
      msgtype: message.msgtype ?? null,
      msgid: message.msgid ?? null,
      filename: message.filename ?? null,
      at: timeText(message.at),
      bytes: message.bytes,
      state: message.state,
      attempts: message.attempts ?? null,
      note: message.note ?? null,
    })),
    deliveries: history.deliveries.map((delivery) => ({
      event_id: delivery.eventId,
      webhook: delivery.webhook,
      type: delivery.type,
      at: timeText(delivery.at),
      state: delivery.state,
      attempts: delivery.attempts,
      last_status: delivery.lastStatus,
      last_error: delivery.lastError,
      settled_at: timeOrNull(delivery.settledAt),
    })),
    checklist: checklistView(history.checklist),
    guard: history.evidence ? guardView(history.evidence) : null,
    chain: history.chain.map(({ msgidentifier, state, createdAt }) => ({
      msgidentifier,
      state,
      created_at: timeText(createdAt),
    })),
  }
}

/** A query in domain words. Faults: field_invalid, number_invalid, operator_unknown. */
export function searchOf(query: PortQuery, market: Market): PortSearch {
  const sort = query.sort ?? '-created_at'
  const order = sort.endsWith('created_at') ? 'created' : 'updated'
  const place = placeOf(questionOf(query), query.cursor, ['instant', 'id'])
  const bound = (field: 'created_from' | 'created_to' | 'updated_from' | 'updated_to') =>
    boundOf(query[field], { field, end: field.endsWith('_to') ? 'to' : 'from', timeZone: market.timeZone })
  return {
    direction: query.direction,
    states: query.state ? statesOf(query.state) : undefined,
    counterparty: query.operator ? operatorCodeOf(query.operator, market) : undefined,
    number: query.number ? numberOf(query.number, market) : undefined,
    text: query.q?.trim() || undefined,
    isLive: query.live,
    createdFrom: bound('created_from'),
    createdTo: bound('created_to'),
    updatedFrom: bound('updated_from'),
    updatedTo: bound('updated_to'),
    order,
    run: sort.startsWith('-') ? 'newest first' : 'oldest first',
    after: place && { at: place[0], id: place[1] },
    limit: query.limit ?? USUAL_LIMIT,
  }
}

/** The cursor after the last port of a full page. */
export function nextOf(query: PortQuery, { order, limit }: PortSearch, ports: readonly FoundPort[]): string | null {
  const last = ports.at(-1)
  if (!last || ports.length < limit) return null
  const at = order === 'created' ? last.createdAt : last.updatedAt
  return cursorOf(questionOf(query), [at.toString(), last.id])
}

/** What a cursor is for: all of the query but the page. */
function questionOf({ cursor: _cursor, limit: _limit, ...rest }: PortQuery): string {
  return JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function statesOf(text: string): PortingState[] {
  return text.split(',').map((word) => {
    const name = word.trim()
    const state = /^[0-9]{1,2}$/.test(name)
      ? stateOfCode(Number(name))
      : STATES.find((one) => one.toLowerCase() === name.toLowerCase())
    if (!state)
      throw new Fault(
        'field_invalid',
        `state ${JSON.stringify(name)} is none: it must be one of ${STATES.join(', ')}, or its number`,
        'state',
      )
    return state
  })
}

const STATES = Object.keys(PORTING_STATES) as PortingState[] // the keys of the table; Object.keys only forgets their type

function operatorCodeOf(text: string, market: Market): string {
  const operator = operatorOf(market, text)
  if (operator) return operator.code
  const codes = market.operators.map(({ code }) => code).join(', ')
  throw new Fault('operator_unknown', `operator ${JSON.stringify(text)} is none of ${codes}`, 'operator')
}

function numberOf(text: string, market: Market) {
  const number = parseNumber(market, text)
  if (number) return number
  throw new Fault('number_invalid', `number ${JSON.stringify(text)} is no number of ${market.title}`, 'number')
}
