/** A call's only parameter, and what CGrateS answers: a result, or an error as bare text. */
export type Param = Readonly<Record<string, unknown>>
export type Method = (param: Param) => unknown

/** An error as CGrateS says it: text, under HTTP 200. */
export class RpcError extends Error {}

export function isRecord(value: unknown): value is Param {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** `MANDATORY_IE_MISSING: [ID Attributes]`, as utils/errors.go writes it. */
export function need(param: Param, ...names: string[]): void {
  const missing = names.filter((name) => param[name] === undefined || param[name] === '')
  if (missing.length > 0) throw new RpcError(`MANDATORY_IE_MISSING: [${missing.join(' ')}]`)
}
