import { Navigate } from '@tanstack/react-router'
import { useMe } from '../api/me.ts'
import { NAV } from '../shell/nav.ts'

/** The first page that the tier has: Today for whoever works on ports. */
export function Start() {
  const { data: me } = useMe()
  if (!me) return null
  const offered = NAV.filter(({ tiers }) => (tiers as readonly string[]).includes(me.tier))
  const [first] = offered
  return first ? <Navigate to={first.to} replace /> : null
}
