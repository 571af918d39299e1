import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  parseSearchWith,
  stringifySearchWith,
} from '@tanstack/react-router'
import type { PortSort } from './api/ports.ts'
import { Broken, PageNotFetched } from './pages/broken.tsx'
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

/** How many ports of each queue Today shows: the first few, or many. */
export type TodaySearch = { readonly show?: 'many' | undefined }

function todaySearchOf({ show }: Record<string, unknown>): TodaySearch {
  return show === 'many' ? { show } : {}
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

/** The code of a page, fetched when it is first pointed at. The library would load the whole desk anew where it does not come. */
function page<Module extends Record<string, unknown>, Name extends keyof Module>(
  load: () => Promise<Module>,
  name: Name,
) {
  const said = (cause: unknown): never => {
    throw new PageNotFetched('the code of the page did not come', { cause })
  }
  return lazyRouteComponent(() => load().catch(said), name)
}

// biome-ignore format: a table
const routeTree = rootRoute.addChildren([
  createRoute({ getParentRoute, path: '/', component: Start }),
  createRoute({ getParentRoute, path: '/today', validateSearch: todaySearchOf, component: page(() => import('./pages/today.tsx'), 'TodayPage') }),
  createRoute({ getParentRoute, path: '/porting-request', component: page(() => import('./pages/porting-request.tsx'), 'PortingRequestPage') }),
  createRoute({ getParentRoute, path: '/porting-request/many', component: page(() => import('./pages/many-port-ins.tsx'), 'ManyPortInsPage') }),
  createRoute({ getParentRoute, path: '/port-in', validateSearch: listSearchOf, component: page(() => import('./pages/port-in.tsx'), 'PortInPage') }),
  createRoute({ getParentRoute, path: '/port-in/$msgidentifier', component: page(() => import('./pages/one-port.tsx'), 'OnePortInPage') }),
  createRoute({ getParentRoute, path: '/port-out', validateSearch: listSearchOf, component: page(() => import('./pages/port-out.tsx'), 'PortOutPage') }),
  createRoute({ getParentRoute, path: '/port-out/$msgidentifier', component: page(() => import('./pages/one-port.tsx'), 'OnePortOutPage') }),
  createRoute({ getParentRoute, path: '/routing-query', validateSearch: numberSearchOf, component: page(() => import('./pages/routing-query.tsx'), 'RoutingQueryPage') }),
  createRoute({ getParentRoute, path: '/push-routing', component: page(() => import('./pages/push-routing.tsx'), 'PushRoutingPage') }),
  createRoute({ getParentRoute, path: '/validate-sms-routing', component: page(() => import('./pages/validate-sms-routing.tsx'), 'ValidateSmsRoutingPage') }),
  createRoute({ getParentRoute, path: '/locks', validateSearch: locksSearchOf, component: page(() => import('./pages/locks.tsx'), 'LocksPage') }),
  createRoute({ getParentRoute, path: '/reports', validateSearch: daysSearchOf, component: page(() => import('./pages/reports.tsx'), 'ReportsPage') }),
])

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultErrorComponent: Broken,
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
