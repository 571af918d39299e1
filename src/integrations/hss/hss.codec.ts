export type HssAnswer =
  | { readonly kind: 'found'; readonly record: Readonly<Record<string, unknown>> }
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }

const NOBODY: HssAnswer = { kind: 'none', reason: 'the HSS has no such subscription' }
const failed = (reason: string): HssAnswer => ({ kind: 'failed', reason })

/**
 * Reads PyHSS. Its status says little: an unknown number is `null` with 200 (packet core) or 400 (IMS), 1.0.2 says errors
 * under 200, and 404 with `Not Found` is an address that does not exist, which is our configuration and not the number.
 */
export function readPyhss(status: number, body: unknown): HssAnswer {
  if (body === null && [200, 400, 404].includes(status)) return NOBODY
  if (!isRecord(body)) return failed(`the HSS answered ${status} and no JSON`)
  const { result, Result, reason } = body
  if (Result === 'Not Found') return failed('the HSS does not know this address: look at PORTOLAN_HSS_URL')
  if (result === 'Failed') {
    const why = typeof reason === 'string' ? reason : 'without a reason'
    return /not found|no row was found/i.test(why) ? NOBODY : failed(`the HSS failed: ${why}`)
  }
  if (status === 401 || typeof Result === 'string') return failed(`the HSS refused: ${Result ?? status}`)
  return status === 200 ? { kind: 'found', record: body } : failed(`the HSS answered ${status}`)
}

/** Reads any HSS with a REST look-up: 404, 204 or nothing at the path is nobody, an object there is the subscription. */
export function readGeneric(status: number, body: unknown, path: string): HssAnswer {
  if (status === 404 || status === 204) return NOBODY
  if (status !== 200) return failed(`the HSS answered ${status}`)
  if (body === undefined) return failed('the HSS answered no JSON')
  const names = path === '' ? [] : path.split('.')
  const found = names.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), body)
  if (found === undefined || found === null) return NOBODY
  if (Array.isArray(found)) return isRecord(found[0]) ? { kind: 'found', record: found[0] } : NOBODY
  return isRecord(found) ? { kind: 'found', record: found } : failed('the HSS has no object at PORTOLAN_HSS_PATH')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
