import type { NumberRange } from '../numbers/range.ts'
import { type Check, eligibility, lock, notice, ours, proof, risk } from './guard-checks.ts'
import type { NumberType, Port } from './port.ts'
import type { Porting } from './porting.ts'

/** What the BSS is asked before a customer may leave. The client has this shape; main.ts hands it over. */
export type Eligibility = (question: {
  readonly id: string
  readonly msgidentifier: string
  readonly range: NumberRange
  readonly numberType: NumberType
  readonly accountType: Port['accountType']
  readonly recipient: string
  readonly answerDueAt: Temporal.Instant
  readonly attempt: number
}) => Promise<
  | { readonly kind: 'eligible'; readonly reason: string | undefined }
  | { readonly kind: 'ineligible'; readonly code: number | undefined; readonly reason: string | undefined }
  | { readonly kind: 'silent'; readonly detail: string }
>

/** What a request proves its customer with, as it stands in the message. */
export type Proof = { readonly pin: string | undefined; readonly accountNumber: string | undefined }

/**
 * What follows from the checks of a port-out.
 *
 * | policy  | every check passed | a check failed |
 * |---------|--------------------|----------------|
 * | approve | authorised         | rejected       |
 * | hold    | held               | held           |
 * | reject  | held               | rejected       |
 */
export type GuardPolicy = 'approve' | 'hold' | 'reject'

/** How this deployment guards its numbers. */
export type GuardRules = {
  readonly policy: GuardPolicy
  /** From when the customer's systems have taken `port_out.requested` until the port may be authorised; 0: no notice is needed. */
  readonly noticeMinutes: number
  /** Questions to the BSS before its silence counts. */
  readonly eligibilityAttempts: number
  readonly onNoAnswer: 'hold' | 'authorise' | 'reject'
}

/** `due`: the guard decides, or looks again; `held`: a person decides; `settled`: nothing is left to decide. */
export const GUARD_STATES = ['due', 'held', 'settled'] as const
export type GuardState = (typeof GUARD_STATES)[number]

export type Guard = {
  readonly porting: Porting
  readonly rules: GuardRules
  /** undefined: there is no BSS to ask. */
  readonly eligibility: Eligibility | undefined
  /** Reads what a request proves itself with; the porting room keeps no copy of it. */
  readonly readProof: (message: Buffer) => Proof
}

/** The checks in the order of contract/domain.md 4.8; the first that does not pass ends the round. */
export const CHECKS: readonly Check[] = [ours, lock, proof, risk, eligibility, notice]
