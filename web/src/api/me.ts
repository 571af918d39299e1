import { useQuery } from '@tanstack/react-query'
import { ask, askPath, Refusal } from './client.ts'
import { useKey } from './key.ts'

export type Tier = 'admin' | 'pxs' | 'read_only'
export type Me = { readonly name: string | undefined; readonly tier: Tier }

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
    queryFn: () => whoIs(),
    enabled: key !== undefined,
    staleTime: 60_000,
  })
}

async function whoIs(): Promise<Me> {
  try {
    const said = await askPath('GET', '/v1/me')
    if (isMe(said)) return { name: said.name, tier: said.tier }
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 404) throw error
  }
  return probed()
}

/** An installation whose native API is off says who asks only by what it refuses; admin and pxs then look alike. */
async function probed(): Promise<Me> {
  try {
    await ask('listPortIn', { query: { limit: 1 } })
    return { name: undefined, tier: 'pxs' }
  } catch (error) {
    if (error instanceof Refusal && error.status === 403) return { name: undefined, tier: 'read_only' }
    throw error
  }
}

function isMe(value: unknown): value is { name: string; tier: Tier } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'tier' in value &&
    typeof value.tier === 'string' &&
    Object.hasOwn(TIER_LABELS, value.tier)
  )
}
