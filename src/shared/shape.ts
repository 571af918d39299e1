import type { Static, TSchema } from 'typebox'
import { Check, Errors } from 'typebox/schema'

// Of TypeBox's two checkers the one that loads 140 files fewer at every start; for schemas as ours they say the same.

/** Whether a value has the shape of a schema. */
export function hasShape<S extends TSchema>(schema: S, value: unknown): value is Static<S> {
  return Check(schema, value)
}

/** What is wrong with the shape of a value, as JSON Schema names it; nothing where it has the shape. */
export function shapeErrors(schema: TSchema, value: unknown) {
  const [, errors] = Errors(schema, value)
  return errors
}
