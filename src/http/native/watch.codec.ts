import type { ExplainedRejection, Outlook } from '../../porting/outlook.ts'
import type { CauseRate } from '../../porting/rejection-history.ts'
import type { Timeline } from '../../porting/timeline.ts'
import type { Watched } from '../../porting/watch.ts'
import { timeOrNull, timeText } from './time.codec.ts'
import type { ExpectedView, RejectionView, TimelineView } from './watch.schema.ts'

export function expectedView(watched: Watched): ExpectedView {
  const { level } = watched
  return {
    event: watched.expected,
    who: watched.who,
    who_name: watched.whoName,
    since: timeText(watched.since),
    due_at: timeText(watched.dueAt),
    rule: watched.rule,
    is_overdue: watched.isOverdue,
    escalation: level ? { level: level.level, name: level.name, tell: level.tell } : null,
    asked: watched.asked,
    asked_at: timeOrNull(watched.askedAt),
  }
}

export function causeRateView({ cause, rejected, askedAgain, cured, successRate }: CauseRate) {
  return { cause, rejected, asked_again: askedAgain, cured, success_rate: successRate ?? null }
}

function rejectionView({ codeText, readFrom, atDonor, field, fix, ...rest }: ExplainedRejection): RejectionView {
  return {
    ...rest,
    field: field ?? null,
    automatic_fix: fix ?? null,
    code_text: codeText,
    read_from: readFrom,
    at_donor: atDonor ? causeRateView(atDonor) : null,
  }
}

export function timelineView({ begunAt, dueAt, rule, portedAt, forecastAt, standing }: Timeline): TimelineView {
  return {
    standing,
    begun_at: timeText(begunAt),
    due_at: timeText(dueAt),
    rule,
    forecast_at: timeOrNull(forecastAt),
    ported_at: timeOrNull(portedAt),
  }
}

/** The fields of a port that look ahead. */
export function outlookView({ expected, rejection, timeline }: Outlook) {
  return {
    next_expected: expected ? expectedView(expected) : null,
    rejection: rejection ? rejectionView(rejection) : null,
    timeline: timeline ? timelineView(timeline) : null,
  }
}
