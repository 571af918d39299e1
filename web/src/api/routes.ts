import { useQuery } from '@tanstack/react-query'
import { type Answer, ask } from './client.ts'

export type RouteAnswer = Answer<'getRoute'>

/** Where a full number is routed now. */
export function useRoute(msisdn: string | undefined) {
  return useQuery({
    queryKey: ['routes', msisdn],
    queryFn: ({ signal }) => ask('getRoute', { params: { msisdn: msisdn ?? '' } }, { signal }),
    enabled: msisdn !== undefined && msisdn !== '',
    // a route changes by ports and by hand; whoever asks again wants to know again
    staleTime: 0,
    gcTime: 0,
  })
}

/** What a NAPTR address says, for people. RFC 4694: `npdi` the dip was done, `rn` the network that serves the number. */
export function routingInWords({ NAPTRAddress }: Pick<RouteAnswer['Event'], 'NAPTRAddress'>): {
  readonly verdict: string
  readonly tone: 'done' | 'waiting' | 'act'
} {
  const rn = /;rn=([^;@]+(?:;rn-context=[^;@]+)?)/.exec(NAPTRAddress)?.[1]
  if (rn !== undefined) return { verdict: `Ported: calls go to routing number ${rn}`, tone: 'done' }
  if (/;npdi\b/.test(NAPTRAddress))
    return { verdict: 'Not ported: calls go to the holder of its block', tone: 'waiting' }
  return { verdict: 'No portability data in the answer', tone: 'act' }
}
