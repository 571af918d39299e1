import { Refusal } from './client.ts'

/**
 * A Reason shared out among the fields of a form. np_api begins each sentence with the field that is to blame, and the native
 * API names it beside the sentence, so a form can show it beside that field, word for word.
 *
 *     reasonsByField('email is missing: ... . AccountType is not right: ...', ['email', 'AccountType'])
 *
 * @returns what belongs to no field under the empty name
 */
export function reasonsByField(error: unknown, fields: readonly string[]): Readonly<Record<string, string>> {
  if (!(error instanceof Error)) return {}
  if (!(error instanceof Refusal) || ![400, 403, 409].includes(error.status)) return { '': error.message }
  const reason = error.message
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
    const named = fields.find((field) => field === error.field) ?? fields.find((field) => reason.includes(field))
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

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
