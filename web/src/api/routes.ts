import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type Answer, ask, type Input, Refusal } from './client.ts'

export type RouteAnswer = Answer<'getRoute'>
/** Why a number is routed so. */
export type Inspection = Answer<'inspectRoute'>
export type RouteChange = Inspection['history'][number]
export type NodeAnswer = Inspection['nodes'][number]
/** What a push changed, or would change. */
export type PushReport = Answer<'pushRoutes'>
export type PushWish = Input<'pushRoutes'>['body']

/** Changes of a route that are shown at first, and more at each asking. */
const PAST_AT_ONCE = 8

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

/** Where its route comes from, what every DNS node answers, and its past, page by page. */
export function useInspection(msisdn: string) {
  return useInfiniteQuery({
    queryKey: ['routes', 'why', msisdn],
    queryFn: ({ pageParam, signal }) => {
      const past = { history_limit: PAST_AT_ONCE, ...(pageParam !== null && { history_before: pageParam }) }
      return ask('inspectRoute', { params: { msisdn }, query: past }, { signal })
    },
    initialPageParam: null as number | null,
    getNextPageParam: ({ history_next }: Inspection) => history_next,
    staleTime: 0,
    gcTime: 0,
  })
}

/** Pushes one entry, or asks what it would change. A Refusal blames the fields of that entry, not of the list that it is in. */
export async function pushRoute(body: PushWish, query: { dry_run?: true }, why: string): Promise<PushReport> {
  try {
    return await ask('pushRoutes', { query, body }, { why })
  } catch (error) {
    throw error instanceof Refusal ? aboutTheEntry(error) : error
  }
}

function aboutTheEntry({ status, message, field }: Refusal): Refusal {
  const said = message.replace(/\broutes\[0\](?:\.|: )/g, '').replace(/\broutes\[0\]/g, 'the range')
  const isWhole = field === undefined || field === 'routes[0]' || field === 'msisdn'
  return new Refusal(status, said, isWhole ? field && 'first_number' : field.replace('routes[0].', ''))
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
