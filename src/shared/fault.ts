/**
 * The closed catalogue of refusals. A rule throws `new Fault(code, detail)`; each HTTP surface has a table that is
 * total over these codes, so a new code does not compile until every surface answers it.
 */
export const FAULT_CODES = [
  // what was asked cannot be understood
  'body_invalid',
  'field_missing',
  'field_invalid',
  'number_invalid',
  'number_outside_plan',
  'range_reversed',
  'range_unequal_length',
  'range_too_large',
  'range_spans_donors',
  'donor_unknown',
  'donor_not_found',
  'operator_unknown',
  'routing_number_invalid',
  'message_malformed',
  'import_unreadable',
  'body_too_large',
  // who asks
  'unauthenticated',
  'tier_insufficient',
  'import_admin_only',
  'rate_limited',
  'too_many_requests',
  // what does not exist
  'endpoint_not_found',
  'port_not_found',
  'file_not_found',
  'route_not_found',
  'subscription_not_found',
  'resource_not_found',
  // what stands in the way
  'illegal_transition',
  'range_overlaps_live_port',
  'number_already_served',
  'number_not_served',
  'number_locked',
  'notice_pending',
  'cool_off_active',
  'cool_off_not_overridable',
  'identifiers_exhausted',
  'route_held_by_port',
  'count_unconfirmed',
  'import_conflict',
  // what does not answer us
  'hss_unavailable',
  'clearinghouse_refused',
  'clearinghouse_silent',
  'resource_exists',
  'last_admin',
  'version_missing',
  'version_conflict',
  'idempotency_key_reused',
  'idempotency_unfinished',
  'streams_exhausted',
] as const

export type FaultCode = (typeof FAULT_CODES)[number]

/** A refusal that we expect. `detail` is the whole sentence for the caller: which field, and what would be right. */
export class Fault extends Error {
  readonly code: FaultCode
  /** The field of the request as the caller spells it, where one is to blame. */
  readonly field: string | undefined

  constructor(code: FaultCode, detail: string, field?: string) {
    super(detail)
    this.name = 'Fault'
    this.code = code
    this.field = field
  }
}
