import { Navigate } from '@tanstack/react-router'
import { useMe } from '../api/me.ts'
import { NAV } from '../shell/nav.ts'

/** The first page of the day: the list of ports for whoever works on them, else the first page that the tier has. */
export function Start() {
  const { data: me } = useMe()
  if (!me) return null
  const offered = NAV.filter(({ tiers }) => (tiers as readonly string[]).includes(me.tier))
  const first = offered.find(({ to }) => to === '/port-in') ?? offered[0]
  return first ? <Navigate to={first.to} replace /> : null
}
