import './app/zod-without-eval.ts'
import '@mantine/core/styles.css'
import './ui/tokens.css'
import './ui/base.css'
import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router'
import { App } from './app/App.tsx'
import { ApiError } from './app/api.ts'
import { theme } from './ui/theme.ts'

const nonce = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? ''
// The scroll lock of dialogs writes a style element and asks for its nonce under this name.
Object.assign(window, { __webpack_nonce__: nonce })
/** What the API refuses in words it would refuse again. */
const isRefused = (error: Error): boolean => error instanceof ApiError && error.status >= 400 && error.status < 500
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => failures < 1 && !isRefused(error),
      refetchOnWindowFocus: false,
      staleTime: 5_000,
    },
  },
})
const root = document.getElementById('root')
if (root === null) throw new Error('index.html has lost its root element.')

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="dark" getStyleNonce={() => nonce}>
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <App />
        </BrowserRouter>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
