import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  parseSearchWith,
  stringifySearchWith,
} from '@tanstack/react-router'
import { NotFound } from './pages/not-found.tsx'
import { Start } from './pages/start.tsx'
import { Shell } from './shell/shell.tsx'
import { isStateName, type StateName } from './words.ts'

/** What a list of ports shows is in its address, so that it can be shared, reloaded and gone back to. */
export type ListSearch = {
  readonly state?: StateName | undefined
  readonly q?: string | undefined
  readonly page?: number | undefined
  /** The port whose event history is open. */
  readonly events?: string | undefined
}

/** The number that Routing Query shows, as it was typed. */
export type NumberSearch = { readonly number?: string | undefined }

function numberSearchOf({ number }: Record<string, unknown>): NumberSearch {
  return number === undefined || number === '' ? {} : { number: String(number) }
}

function listSearchOf(search: Record<string, unknown>): ListSearch {
  const { state, q, page, events } = search
  return {
    ...(typeof state === 'string' && isStateName(state) ? { state } : {}),
    ...(q === undefined || q === '' ? {} : { q: String(q) }),
    ...(typeof page === 'number' && Number.isInteger(page) && page > 1 ? { page } : {}),
    ...(typeof events === 'string' ? { events } : {}),
  }
}

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound })
const getParentRoute = () => rootRoute

const routeTree = rootRoute.addChildren([
  createRoute({ getParentRoute, path: '/', component: Start }),
  createRoute({
    getParentRoute,
    path: '/porting-request',
    component: lazyRouteComponent(() => import('./pages/porting-request.tsx'), 'PortingRequestPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/port-in',
    validateSearch: listSearchOf,
    component: lazyRouteComponent(() => import('./pages/port-in.tsx'), 'PortInPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/port-in/$msgidentifier',
    component: lazyRouteComponent(() => import('./pages/one-port-in.tsx'), 'OnePortInPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/port-out',
    validateSearch: listSearchOf,
    component: lazyRouteComponent(() => import('./pages/port-out.tsx'), 'PortOutPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/routing-query',
    validateSearch: numberSearchOf,
    component: lazyRouteComponent(() => import('./pages/routing-query.tsx'), 'RoutingQueryPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/push-routing',
    component: lazyRouteComponent(() => import('./pages/push-routing.tsx'), 'PushRoutingPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/validate-sms-routing',
    component: lazyRouteComponent(() => import('./pages/validate-sms-routing.tsx'), 'ValidateSmsRoutingPage'),
  }),
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
