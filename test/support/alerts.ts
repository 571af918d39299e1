import { ADMIN_KEY, type TestPortolan } from './portolan.ts'
import { until } from './until.ts'

export type AlertRecord = {
  readonly id: string
  readonly monitor: string
  readonly severity: 'warning' | 'critical'
  readonly subject: string
  readonly what: string
  readonly said: string | null
  readonly msgidentifier: string | null
  readonly links: { readonly port: string | null; readonly message: string | null }
  readonly acknowledgement: { readonly by: string; readonly note: string | null } | null
}

/** The alert list of a running deployment, as the desk sees it. */
export function alertsOf({ url }: Pick<TestPortolan, 'url'>) {
  const ask = async (method: string, path: string, body?: unknown) => {
    const headers = { 'x-api-key': ADMIN_KEY, ...(body !== undefined && { 'content-type': 'application/json' }) }
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const answer = await fetch(`${url}${path}`, { method, headers, ...sent })
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> } // all of /v1 is objects
  }
  const open = async (monitor: string) =>
    (await ask('GET', `/v1/alerts?monitor=${monitor}&limit=200`)).json.items as AlertRecord[] // the surface's own schema
  return {
    ask,
    open,
    /** Waits until a monitor has an open alert about something. */
    opens: (monitor: string, subject: string | RegExp) =>
      until(`an alert of ${monitor} about ${subject}`, async () =>
        (await open(monitor)).find((one) =>
          typeof subject === 'string' ? one.subject === subject : subject.test(one.subject),
        ),
      ),
    /** Waits until a monitor finds nothing wrong: the pause before the next attempt alone may be longer than a minute. */
    closes: (monitor: string) => until(`no alert of ${monitor}`, async () => (await open(monitor)).length === 0, 180),
  }
}
