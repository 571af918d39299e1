import '@mantine/core/styles.layer.css'
import './style.css'
import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Refusal } from './api/client.ts'
import { router } from './router.tsx'
import { colorSchemeManager, theme } from './theme.ts'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // a refusal is an answer; only silence and faults of the server are worth another try
      retry: (times, error) => times < 2 && !(error instanceof Refusal && error.status >= 400 && error.status < 500),
      refetchOnWindowFocus: true,
      staleTime: 1_000,
    },
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
