import type { Tier } from '../api/me.ts'

export type NavItem = { readonly to: string; readonly label: string; readonly tiers: readonly Tier[] }

const DESK: readonly Tier[] = ['admin', 'pxs']
const ALL: readonly Tier[] = ['admin', 'pxs', 'read_only']

/**
 * The pages of porting-manager.md, "Navigation", in its order and with its labels, among some of our own; and who is
 * offered them (contract 3.1.8, O-12). The server refuses the others anyway.
 */
// biome-ignore format: a table
export const NAV = [
  { to: '/today',                label: 'Today',                tiers: DESK },
  { to: '/porting-request',      label: 'Porting Request',      tiers: DESK },
  { to: '/port-in',              label: 'Port IN',              tiers: DESK },
  { to: '/port-out',             label: 'Port OUT',             tiers: DESK },
  { to: '/routing-query',        label: 'Routing Query',        tiers: ALL },
  { to: '/push-routing',         label: 'Push Routing',         tiers: DESK },
  { to: '/validate-sms-routing', label: 'Validate SMS Routing', tiers: ALL },
  { to: '/locks',                label: 'Locks',                tiers: DESK },
  { to: '/reports',              label: 'Reports',              tiers: DESK },
] as const satisfies readonly NavItem[]

/** `XX202611-CARR-00001 · Port IN · Portolan`: tabs are told apart by what they show. */
export function titleOf(path: string): string {
  const item = navItemOf(path)
  const below = item && path.slice(item.to.length + 1)
  const shown = below === 'many' ? 'Many' : below
  return [shown, item?.label ?? (path === '/' ? '' : 'No such page'), 'Portolan'].filter(Boolean).join(' · ')
}

/** The entry that a path belongs to. */
export function navItemOf(path: string): NavItem | undefined {
  return NAV.find(({ to }) => path === to || path.startsWith(`${to}/`))
}
