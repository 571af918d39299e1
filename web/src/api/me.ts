import { useQuery } from '@tanstack/react-query'
import { type Answer, ask } from './client.ts'
import { useKey } from './key.ts'

export type Me = Answer<'getMe'>
export type Tier = Me['tier']

/** One enum, two labels (contract O-13). */
export const TIER_LABELS: Readonly<Record<Tier, string>> = {
  admin: 'Admin',
  pxs: 'PXS User',
  read_only: 'Read Only',
}

/** Who the key belongs to; undefined until the server has said so. */
export function useMe() {
  const key = useKey()
  return useQuery({
    queryKey: ['me', key],
    queryFn: () => ask('getMe', {}),
    enabled: key !== undefined,
    staleTime: 60_000,
  })
}
