import { Hono } from 'hono'
import type { WorkstationEvent } from '../experiment/events.ts'
import { SaliscopeError } from '../shared/errors.ts'
import type { ApiDeps } from './deps.ts'

const mostStreams = 32
const beatMs = 15_000
/** A reader this far behind is let go; it reconnects and reads the lists anew. */
const mostWaiting = 1000

/** Server-sent events with a sequence number as id; a comment every 15 s keeps the connection. */
export function eventRoutes(deps: ApiDeps) {
  let open = 0
  let sequence = 0
  const encoder = new TextEncoder()
  return new Hono().get('/', (c) => {
    if (open >= mostStreams)
      throw new SaliscopeError(
        'api.busy',
        'Too many event streams are open. Close other windows of the workstation.',
        {},
        'limit',
      )
    open++
    let stop = (): void => {}
    const stream = new ReadableStream<Uint8Array>(
      {
        start(controller) {
          const send = (text: string): void => {
            if ((controller.desiredSize ?? 0) < -mostWaiting) {
              stop()
              controller.close()
            } else controller.enqueue(encoder.encode(text))
          }
          const tell = (event: WorkstationEvent): void =>
            send(`id: ${++sequence}\nevent: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`)
          const unlisten = deps.workbench.events.listen(tell)
          const beat = setInterval(() => send(': still here\n\n'), beatMs)
          beat.unref()
          stop = () => {
            stop = () => {}
            unlisten()
            clearInterval(beat)
            open--
          }
          tell({ event: 'hello', data: { version: deps.version } })
        },
        cancel() {
          stop()
        },
      },
      { highWaterMark: 16 },
    )
    c.req.raw.signal?.addEventListener('abort', () => stop(), { once: true })
    return c.body(stream, 200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    })
  })
}
