/** Where a server of this machine is asked: one that listens everywhere is asked at home. */
export function loopbackOf(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}
