import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

export interface Refusal {
  readonly status: 401 | 403
  readonly message: string
}

export interface GuardOptions {
  readonly token: string
  /** Exact values of the Host header that are served; anything else is a rebound name. */
  readonly hosts: readonly string[]
}

export interface Asked {
  readonly method: string
  /** Path without the query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
}

/** Compared in constant time; a wrong length is wrong at once and tells nothing. */
function isToken(given: string, token: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(token)
  return a.length === b.length && timingSafeEqual(a, b)
}

function bearerOf(headers: IncomingHttpHeaders): string | null {
  const match = /^Bearer ([0-9a-f]+)$/.exec(headers.authorization ?? '')
  return match?.[1] ?? null
}

/**
 * The rules of a loopback server in their order, before any routing: Host, Origin and Sec-Fetch-Site, preflight, token. The static page
 * holds no data and needs no token; everything under /api does, whatever the method and whether an Origin came along or not.
 */
export function refuse(asked: Asked, { token, hosts }: GuardOptions): Refusal | null {
  const { headers } = asked
  if (headers.host === undefined || !hosts.includes(headers.host))
    return { status: 403, message: 'This host name is not served.' }
  if (headers.origin !== undefined && !hosts.some((host) => headers.origin === `http://${host}`))
    return { status: 403, message: 'Requests of other pages are refused.' }
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return { status: 403, message: 'Requests of other pages are refused.' }
  if (asked.method === 'OPTIONS') return { status: 403, message: 'Requests of other pages are refused.' }
  if (asked.path !== '/api' && !asked.path.startsWith('/api/')) return null
  const given = bearerOf(headers)
  if (given === null || !isToken(given, token))
    return { status: 401, message: 'The request lacks the token of this start. Open the address the program printed.' }
  return null
}

/** The exact Host values of a port on the loopback addresses, and of one forwarded port. */
export function loopbackHosts(ports: readonly number[]): string[] {
  return ports.flatMap((port) => [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
}
