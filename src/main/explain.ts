/** What an operator can do about a failure of the system, by its code. */
const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'another program listens there: stop it, or choose another port with PORTOLAN_HTTP_PORT, PORTOLAN_DNS_PORT or PORTOLAN_SIM_PORT',
  EACCES: 'this account may not listen there: choose a port above 1023, or give the account the right to',
  EADDRNOTAVAIL: 'this machine has no such address: see PORTOLAN_HTTP_HOST and PORTOLAN_DNS_HOST',
  ENOTFOUND: 'there is no such host: see PORTOLAN_HTTP_HOST, PORTOLAN_DNS_HOST and DATABASE_URL',
  ECONNREFUSED: 'nothing listens there: is the database of DATABASE_URL up?',
}

/** Why a start failed, in words: the whole chain, the outermost first, and what can be done about it. */
export function explain(error: unknown): string {
  const chain: string[] = []
  let advice: string | undefined
  for (let each = error; each !== undefined; each = each instanceof Error ? each.cause : undefined) {
    chain.push(each instanceof Error ? each.message : String(each))
    if (each instanceof Error && 'code' in each) advice ??= ADVICE[String(each.code)]
  }
  return [`Portolan cannot start: ${chain.join('\n  because: ')}`, ...(advice ? [`  ${advice}`] : [])].join('\n')
}
