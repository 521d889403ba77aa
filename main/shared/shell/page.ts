import { randomBytes } from 'node:crypto'
import { readFile, realpath } from 'node:fs/promises'
import path from 'node:path'

/** The only kinds of file the page consists of. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
}

/** Headers of every answer; one policy for both shells. `nonce` is fresh for each page load. */
export function pageHeaders(nonce: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ]
  return {
    'Content-Security-Policy': policy.join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Frame-Options': 'DENY',
    'Cache-Control': 'no-store',
  }
}

/** The real path of a file of the page, or null for anything else: other kinds, malformed escapes, links out of the folder. */
async function find(folder: string, pathname: string): Promise<{ file: string; type: string } | null> {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return null
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null
  // A path without an ending is a screen's address: the page itself answers.
  const relative = path.posix.extname(decoded) === '' ? 'index.html' : decoded.replace(/^\/+/, '')
  const type = types[path.posix.extname(relative).toLowerCase()]
  if (type === undefined) return null
  try {
    const base = await realpath(folder)
    const file = await realpath(path.resolve(base, relative))
    return file.startsWith(base + path.sep) ? { file, type } : null
  } catch {
    // Not built, or no such file: both are 404 for the browser.
    return null
  }
}

/** Serves the built page to either shell; a fresh nonce for each load stands in its policy and its markup. */
export function pageServer(folder: string): (request: Request) => Promise<Response> {
  return async (request) => {
    const nonce = randomBytes(16).toString('base64')
    const headers = pageHeaders(nonce)
    const text = (status: number, message: string) =>
      new Response(message, { status, headers: { ...headers, 'Content-Type': 'text/plain; charset=utf-8' } })
    if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'Only GET and HEAD are answered here.')
    const found = await find(folder, new URL(request.url).pathname)
    if (found === null)
      return text(404, 'There is no such file. Where the page itself is missing, run "npm run build" first.')
    const bytes = await readFile(found.file)
    const body = found.type.startsWith('text/html')
      ? bytes.toString('utf8').replaceAll('__CSP_NONCE__', nonce)
      : new Uint8Array(bytes)
    return new Response(request.method === 'HEAD' ? null : body, {
      headers: { ...headers, 'Content-Type': found.type },
    })
  }
}

/** The page's policy on data too: whatever is navigated to can run nothing. */
export function withPageHeaders(response: Response): Response {
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(pageHeaders(''))) headers.set(name, value)
  return new Response(response.body, { status: response.status, headers })
}
