import '@mantine/core/styles.layer.css'
import './style.css'
import { MantineProvider } from '@mantine/core'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Refusal } from './api/client.ts'
import { router } from './router.tsx'
import { colorSchemeManager, theme } from './theme.ts'

/** A key may end, or lose its tier, while somebody works: then it is asked whose it is, and the answer opens what is needed. */
function askWhoseKey(error: unknown): void {
  if (error instanceof Refusal && (error.status === 401 || error.status === 403))
    void queries.invalidateQueries({ queryKey: ['me'] })
}

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error, { queryKey: [what] }) => what !== 'me' && askWhoseKey(error) }),
  mutationCache: new MutationCache({ onError: askWhoseKey }),
  defaultOptions: {
    queries: {
      // a refusal is an answer; only silence and faults of the server are worth another try
      retry: (times, error) => times < 2 && !(error instanceof Refusal && error.status >= 400 && error.status < 500),
      refetchOnWindowFocus: true,
      staleTime: 1_000,
      networkMode: 'always',
    },
    // a server is asked also where the browser believes to be offline: its silence is then said, and nothing waits unseen
    mutations: { networkMode: 'always' },
  },
})

const nonce = document.querySelector<HTMLMetaElement>('meta[name=style-nonce]')?.nonce ?? ''
// the scroll lock under a modal writes one style element of its own and looks for the nonce here
Object.assign(globalThis, { __webpack_nonce__: nonce })

const root = document.getElementById('root')
if (!root) throw new Error('the page has no root element')
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
