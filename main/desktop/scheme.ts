import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { forward, unavailable } from './forward.ts'
import { ORIGIN, pageHeaders } from './headers.ts'
import { staticFile } from './static-file.ts'

export interface SchemeDependencies {
  readonly rendererFolder: string
  readonly token: string
  /** Socket of the running workstation process, or null while it restarts. */
  socket(): string | null
}

const plain = (status: number, text: string) =>
  new Response(text, {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
  })

/** The handler of the scheme `app`: API requests are forwarded, everything else is a file of the renderer folder. */
export function schemeHandler(dependencies: SchemeDependencies): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url)
    if (url.host !== 'saliscope') return plain(404, 'Not found.')
    const origin = request.headers.get('origin')
    if (origin !== null && origin !== ORIGIN) return plain(403, 'Requests from other origins are refused.')
    if (url.pathname.startsWith('/api/')) {
      const socket = dependencies.socket()
      return socket === null ? unavailable() : forward(request, socket, dependencies.token)
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Only GET and HEAD.')
    const found = await staticFile(dependencies.rendererFolder, url.pathname)
    if (found === null) return plain(404, 'Not found.')
    const nonce = randomBytes(16).toString('base64')
    const bytes = await readFile(found.file)
    const body = found.type.startsWith('text/html')
      ? bytes.toString('utf8').replace('__CSP_NONCE__', nonce)
      : new Uint8Array(bytes)
    return new Response(request.method === 'HEAD' ? null : body, {
      headers: { ...pageHeaders(nonce), 'Content-Type': found.type },
    })
  }
}
