import type { IncomingHttpHeaders } from 'node:http'
import Type from 'typebox'
import type { Caller } from '../accounts/key.ts'
import type { Person } from '../routing/desk.ts'

const KEPT_CHARACTERS = 500

const header = (why: string, more = '') =>
  Type.Object({
    'x-audit-reason': Type.Optional(
      Type.String({ description: `${why}, for the audit, of which ${KEPT_CHARACTERS} characters are kept${more}` }),
    ),
  })

/** The header of a change of routes, and that of an import of a port. */
export const AuditReason = header('why', '; as an admin it sets a held route aside')
export const ImportReason = header('why a port is imported')

/** Why somebody changes something by hand; undefined when nothing is said. */
export function reasonIn(headers: IncomingHttpHeaders): string | undefined {
  const given = headers['x-audit-reason']
  return (typeof given === 'string' && given.trim().slice(0, KEPT_CHARACTERS)) || undefined
}

/** Who changes a route, and why. */
export function personOf({ name, tier }: Caller, headers: IncomingHttpHeaders): Person {
  return { name, reason: reasonIn(headers), mayOverride: tier === 'admin' }
}
