import { request as httpRequest } from 'node:http'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'

/** Never taken from the page: the shell itself adds the token, and the page may not pretend to be forwarded. */
const STRIPPED = new Set([
  'authorization',
  'host',
  'connection',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'cookie',
  'origin',
])

/**
 * Streams one request to the workstation's private socket and its answer back, with back-pressure both ways; aborting
 * the request aborts it there. While the process restarts the answer is 503 with a hint to try again.
 */
export function forward(request: Request, socketPath: string, token: string): Promise<Response> {
  const url = new URL(request.url)
  const headers: Record<string, string> = { Authorization: `Bearer ${token}`, Host: 'saliscope' }
  request.headers.forEach((value, name) => {
    if (!STRIPPED.has(name.toLowerCase())) headers[name] = value
  })
  return new Promise((resolve) => {
    const outgoing = httpRequest(
      { socketPath, path: url.pathname + url.search, method: request.method, headers },
      (incoming) => {
        const answer = new Headers()
        for (const [name, value] of Object.entries(incoming.headers)) {
          if (value !== undefined && name !== 'transfer-encoding' && name !== 'connection')
            answer.set(name, Array.isArray(value) ? value.join(', ') : value)
        }
        const empty = request.method === 'HEAD' || incoming.statusCode === 204 || incoming.statusCode === 304
        const body = empty ? null : (Readable.toWeb(incoming) as unknown as ReadableStream<Uint8Array>)
        resolve(new Response(body, { status: incoming.statusCode ?? 502, headers: answer }))
      },
    )
    outgoing.on('error', () => resolve(unavailable()))
    request.signal.addEventListener('abort', () => outgoing.destroy(), { once: true })
    if (request.body === null) outgoing.end()
    else
      Readable.fromWeb(request.body as unknown as NodeReadableStream)
        .on('error', () => outgoing.destroy())
        .pipe(outgoing)
  })
}

export function unavailable(): Response {
  const error = {
    code: 'api.unreachable',
    message: 'The workstation process is restarting. Nothing saved is lost; the page goes on by itself.',
  }
  return Response.json({ ok: false, error }, { status: 503, headers: { 'Retry-After': '1' } })
}
