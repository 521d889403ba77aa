import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { type GuardOptions, refuse } from './guard.ts'

/** Requests and streams served at a time. */
const mostRequests = 256

export interface ListenOptions {
  readonly handler: (request: Request) => Promise<Response>
  /** Asked for each request: the port, and with it the hosts, is known only after listening. */
  guard(): GuardOptions
  readonly headers: () => Record<string, string>
}

export interface Listening {
  readonly server: Server
  /** Stops listening and ends every connection, event streams too. */
  close(): Promise<void>
}

function answer(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  code: string,
  message: string,
): void {
  response.writeHead(status, { ...headers, 'Content-Type': 'application/json', Connection: 'close' })
  response.end(JSON.stringify({ ok: false, error: { code, message, outcome: 'refused' } }))
}

/** An HTTP server that looks at each request by the guard's rules before anything else sees it. */
export function makeServer(options: ListenOptions): Listening {
  const listener = getRequestListener((request) => options.handler(request), { overrideGlobalObjects: false })
  const sockets = new Set<Socket>()
  let active = 0
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const path = (request.url ?? '/').split('?')[0]
    const refusal = refuse({ method: request.method ?? 'GET', path, headers: request.headers }, options.guard())
    if (refusal !== null) {
      answer(response, refusal.status, options.headers(), 'api.forbidden', refusal.message)
      return
    }
    if (active >= mostRequests) {
      answer(response, 429, options.headers(), 'api.busy', 'Too many requests are open at once.')
      return
    }
    active++
    response.once('close', () => active--)
    void listener(request, response)
  }
  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 0, headersTimeout: 10_000 }, onRequest)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return {
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
