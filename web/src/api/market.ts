import { useQuery } from '@tanstack/react-query'
import { type Answer, ask } from './client.ts'
import { useKey } from './key.ts'

export type Market = Answer<'getMarket'>

/** Until the server has answered: nothing is known, so nothing is claimed but UTC. */
const UNKNOWN: Market = {
  name: '',
  title: '',
  time_zone: 'UTC',
  country_code: '',
  operator: { code: '', name: '' },
  operators: [],
  enum_zones: [],
  number_examples: { mobile: '', fixed: '' },
  numbers_per_range: 0,
}

/** The market of this installation. It changes with a restart only. */
export function useMarket(): Market {
  const key = useKey()
  const { data } = useQuery({
    queryKey: ['market', key],
    queryFn: () => ask('getMarket', {}),
    enabled: key !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return data ?? UNKNOWN
}
