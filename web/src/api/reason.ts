import { Refusal } from './client.ts'

/** What a form itself finds missing, by field: nothing was asked. */
export class Missing extends Error {
  readonly reasons: Readonly<Record<string, string>>
  constructor(reasons: Readonly<Record<string, string>>) {
    super(Object.values(reasons).join(' '))
    this.name = 'Missing'
    this.reasons = reasons
  }
}

/** Refusals that a person can mend in the form. */
const MENDABLE = [400, 403, 409, 422]

/**
 * A Reason shared out among the fields of a form. np_api begins each sentence with the field that is to blame, and the native
 * API names it beside the sentence, so a form can show it beside that field: word for word, but the field by its label.
 *
 *     reasonsByField('email is missing: ... . AccountType is not right: ...', { email: 'Email', AccountType: 'Account Type' })
 *
 * @param labels - the fields by the names that the server has for them
 * @returns what belongs to no field under the empty name
 */
export function reasonsByField(
  error: unknown,
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (error instanceof Missing) return error.reasons
  if (!(error instanceof Error)) return {}
  if (!(error instanceof Refusal) || !MENDABLE.includes(error.status)) return { '': error.message }
  const shared = sharedOut(error.message, error.field, Object.keys(labels))
  return Object.fromEntries(Object.entries(shared).map(([field, reason]) => [field, inLabels(reason, labels)]))
}

function sharedOut(reason: string, blamed: string | undefined, fields: readonly string[]): Record<string, string> {
  const starts = fields
    .flatMap((field) =>
      [...reason.matchAll(new RegExp(`(?:^|[.;] )(${field})\\b`, 'g'))].map(({ index, 0: found }) => ({
        field,
        at: index + found.length - field.length,
      })),
    )
    .toSorted((a, b) => a.at - b.at)
  const [first] = starts
  if (!first) {
    const named = fields.find((field) => field === blamed) ?? fields.find((field) => reason.includes(field))
    return { [named ?? '']: reason }
  }
  const shared: Record<string, string> = {}
  if (first.at > 0) shared[''] = reason.slice(0, first.at).trim()
  for (const [index, { field, at }] of starts.entries()) {
    const sentence = reason.slice(at, starts[index + 1]?.at).trim()
    shared[field] = shared[field] === undefined ? sentence : `${shared[field]} ${sentence}`
  }
  return shared
}

/** The names of the wire as people read them. One that is the plain word of its label stays as it is, but at the beginning. */
function inLabels(reason: string, labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels).reduce((text, [field, label]) => {
    const isWord = label.toLowerCase() === field
    return text.replace(new RegExp(isWord ? `^${field}\\b` : `\\b${field}\\b`, 'g'), label)
  }, reason)
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const HAPPENED: Readonly<Record<number, string>> = {
  0: 'the server does not answer',
  401: 'the server does not take the key',
  403: 'not with this key',
  404: 'not found',
  412: 'somebody else has changed it',
  429: 'too many requests, or wrong keys',
}

/** What happened, in a few words, for whoever does not know the codes of HTTP; the server's reason says the rest. */
export function happenedOf(error: unknown): string {
  if (!(error instanceof Refusal)) return 'it failed here'
  if (error.status >= 500) return 'the server failed'
  return HAPPENED[error.status] ?? 'the server refused'
}

/** The same as the beginning of a sentence. */
export function headlineOf(error: unknown): string {
  return happenedOf(error).replace(/^./, (letter) => letter.toUpperCase())
}
