import { pageHeaders, pageServer, withPageHeaders } from '../shared/shell/page.ts'
import { forward, unavailable } from './forward.ts'
import { ORIGIN } from './origin.ts'

export interface SchemeDependencies {
  readonly rendererFolder: string
  readonly token: string
  /** Socket of the running workstation process, or null while it restarts. Waits for the first start. */
  socket(): Promise<string | null>
}

const plain = (status: number, text: string) =>
  new Response(text, { status, headers: { ...pageHeaders(''), 'Content-Type': 'text/plain; charset=utf-8' } })

/** The handler of the scheme `app`: API requests are forwarded, everything else is a file of the renderer folder. */
export function schemeHandler(dependencies: SchemeDependencies): (request: Request) => Promise<Response> {
  const page = pageServer(dependencies.rendererFolder)
  return async (request) => {
    const url = new URL(request.url)
    if (url.host !== 'saliscope') return plain(404, 'Not found.')
    const origin = request.headers.get('origin')
    if (origin !== null && origin !== ORIGIN) return plain(403, 'Requests from other origins are refused.')
    if (!url.pathname.startsWith('/api/')) return page(request)
    const socket = await dependencies.socket()
    return withPageHeaders(socket === null ? unavailable() : await forward(request, socket, dependencies.token))
  }
}
