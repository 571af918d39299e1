import { useQuery } from '@tanstack/react-query'
import { askPath } from './client.ts'
import type { MarketFacts } from './tables.gen.ts'

/** Until the server has answered: nothing is known, so nothing is claimed but UTC. */
const UNKNOWN: MarketFacts = {
  title: '',
  countryCode: '',
  trunkPrefix: '',
  timeZone: 'UTC',
  operator: '',
  operators: [],
  examples: { mobile: '', fixed: '' },
  numbersPerRange: 0,
}

/** The market of this installation. It changes with a restart only. */
export function useMarket(): MarketFacts {
  const { data } = useQuery({
    queryKey: ['market'],
    // served beside this page by the same process, which generates the type from its own schema
    queryFn: async () => (await askPath('GET', '/ui/market.json')) as MarketFacts,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return data ?? UNKNOWN
}
