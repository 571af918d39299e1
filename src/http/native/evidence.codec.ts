import type { Checklist } from '../../porting/checklist.ts'
import type { Evidence } from '../../porting/guard-evidence.ts'
import type { ChecklistView, GuardView } from './evidence.schema.ts'
import { timeOrNull, timeText } from './time.codec.ts'

export function checklistView({ state, steps }: Checklist): ChecklistView {
  return {
    state,
    steps: steps.map((step) => ({
      step: step.step,
      title: step.title,
      state: step.state,
      attempts: step.attempts,
      last_error: step.lastError,
      next_attempt_at: timeOrNull(step.nextAttemptAt),
      confirmed_at: timeOrNull(step.confirmedAt),
      confirmed_by: step.confirmedBy,
    })),
  }
}

export function guardView({ decision, checks }: Evidence): GuardView {
  return {
    state: decision.guardState,
    answer_due_at: timeText(decision.answerDueAt),
    held_because: decision.heldBecause,
    basis: decision.basis,
    basis_detail: decision.basisDetail,
    decided_at: timeOrNull(decision.decidedAt),
    decided_by: decision.decidedBy,
    checks: checks.map(({ at, ...check }) => ({ ...check, at: timeText(at) })),
  }
}
