import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  parseSearchWith,
  stringifySearchWith,
} from '@tanstack/react-router'
import type { PortSort } from './api/ports.ts'
import { NotFound } from './pages/not-found.tsx'
import { Start } from './pages/start.tsx'
import { Shell } from './shell/shell.tsx'
import { isStateName, type StateName } from './words.ts'

/** What a list of ports shows is in its address, so that it can be shared, reloaded and gone back to. */
export type ListSearch = {
  readonly state?: StateName | undefined
  readonly q?: string | undefined
  readonly sort?: PortSort | undefined
  /** Where the page begins, in the words of the server. */
  readonly cursor?: string | undefined
  /** The port whose event history is open. */
  readonly events?: string | undefined
}

const SORTS: readonly string[] = ['-created_at', 'created_at', '-updated_at', 'updated_at'] satisfies PortSort[]

function listSearchOf({ state, sort, ...search }: Record<string, unknown>): ListSearch {
  const [q, cursor, events] = [wordOf(search.q), wordOf(search.cursor), wordOf(search.events)]
  return {
    ...(typeof state === 'string' && isStateName(state) && { state }),
    // the list has every word of the type
    ...(typeof sort === 'string' && SORTS.includes(sort) && { sort: sort as PortSort }),
    ...(q && { q }),
    ...(cursor && { cursor }),
    ...(events && { events }),
  }
}

/** The number that Routing Query shows, as it was typed. */
export type NumberSearch = { readonly number?: string | undefined }

function numberSearchOf({ number }: Record<string, unknown>): NumberSearch {
  const word = wordOf(number)
  return word ? { number: word } : {}
}

/** The days that Reports shows. */
export type DaysSearch = { readonly from?: string | undefined; readonly to?: string | undefined }

function daysSearchOf(search: Record<string, unknown>): DaysSearch {
  const [from, to] = [wordOf(search.from), wordOf(search.to)]
  return { ...(from && { from }), ...(to && { to }) }
}

/** What Locks shows: of which number, those that stand or those that have ended, and where the page of each list begins. */
export type LocksSearch = {
  readonly number?: string | undefined
  readonly state?: 'ended' | undefined
  readonly locks?: string | undefined
  readonly secrets?: string | undefined
}

function locksSearchOf({ state, ...search }: Record<string, unknown>): LocksSearch {
  const [number, locks, secrets] = [wordOf(search.number), wordOf(search.locks), wordOf(search.secrets)]
  return {
    ...(number && { number }),
    ...(state === 'ended' && { state }),
    ...(locks && { locks }),
    ...(secrets && { secrets }),
  }
}

/** Digits alone have become a number on the way through the address. */
function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound })
const getParentRoute = () => rootRoute

// biome-ignore format: a table
const routeTree = rootRoute.addChildren([
  createRoute({ getParentRoute, path: '/', component: Start }),
  createRoute({ getParentRoute, path: '/today', component: lazyRouteComponent(() => import('./pages/today.tsx'), 'TodayPage') }),
  createRoute({ getParentRoute, path: '/porting-request', component: lazyRouteComponent(() => import('./pages/porting-request.tsx'), 'PortingRequestPage') }),
  createRoute({ getParentRoute, path: '/porting-request/many', component: lazyRouteComponent(() => import('./pages/many-port-ins.tsx'), 'ManyPortInsPage') }),
  createRoute({ getParentRoute, path: '/port-in', validateSearch: listSearchOf, component: lazyRouteComponent(() => import('./pages/port-in.tsx'), 'PortInPage') }),
  createRoute({ getParentRoute, path: '/port-in/$msgidentifier', component: lazyRouteComponent(() => import('./pages/one-port.tsx'), 'OnePortInPage') }),
  createRoute({ getParentRoute, path: '/port-out', validateSearch: listSearchOf, component: lazyRouteComponent(() => import('./pages/port-out.tsx'), 'PortOutPage') }),
  createRoute({ getParentRoute, path: '/port-out/$msgidentifier', component: lazyRouteComponent(() => import('./pages/one-port.tsx'), 'OnePortOutPage') }),
  createRoute({ getParentRoute, path: '/routing-query', validateSearch: numberSearchOf, component: lazyRouteComponent(() => import('./pages/routing-query.tsx'), 'RoutingQueryPage') }),
  createRoute({ getParentRoute, path: '/push-routing', component: lazyRouteComponent(() => import('./pages/push-routing.tsx'), 'PushRoutingPage') }),
  createRoute({ getParentRoute, path: '/validate-sms-routing', component: lazyRouteComponent(() => import('./pages/validate-sms-routing.tsx'), 'ValidateSmsRoutingPage') }),
  createRoute({ getParentRoute, path: '/locks', validateSearch: locksSearchOf, component: lazyRouteComponent(() => import('./pages/locks.tsx'), 'LocksPage') }),
  createRoute({ getParentRoute, path: '/reports', validateSearch: daysSearchOf, component: lazyRouteComponent(() => import('./pages/reports.tsx'), 'ReportsPage') }),
])

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  // plain words in the address instead of JSON: nothing in it is more than a word
  parseSearch: parseSearchWith((word) => word),
  stringifySearch: stringifySearchWith(String),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
