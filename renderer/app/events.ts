import { apiHeaders } from './api.ts'

export interface ServerEvent {
  readonly event: string
  readonly data: unknown
}

/** Splits the text of an event stream; returns the complete events and the unfinished rest. */
export function parseEvents(buffer: string): { events: ServerEvent[]; rest: string } {
  const blocks = buffer.split('\n\n')
  const rest = blocks.pop() ?? ''
  const events: ServerEvent[] = []
  for (const block of blocks) {
    let event = 'message'
    const data: string[] = []
    for (const line of block.split('\n')) {
      if (line.startsWith('event:')) event = line.slice(6).trim()
      else if (line.startsWith('data:')) data.push(line.slice(5).trimStart())
    }
    if (data.length > 0) events.push({ event, data: JSON.parse(data.join('\n')) })
  }
  return { events, rest }
}

/**
 * Reads /api/events by fetch (EventSource cannot send the token) until `signal` aborts, reconnecting after a second.
 * `onConnection` tells whether the workstation process is reachable.
 */
export async function readEvents(
  onEvent: (event: ServerEvent) => void,
  onConnection: (connected: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const response = await fetch('/api/events', { headers: apiHeaders(), signal })
      if (response.ok && response.body !== null) {
        onConnection(true)
        await readBody(response.body, onEvent)
      }
    } catch {
      // A broken stream is the normal end of a restarting workstation process: the banner says so and we try again.
    }
    if (signal.aborted) return
    onConnection(false)
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

async function readBody(body: ReadableStream<Uint8Array>, onEvent: (event: ServerEvent) => void): Promise<void> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>)
    .getReader()
  let buffer = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const parsed = parseEvents(buffer + value.replaceAll('\r\n', '\n'))
    buffer = parsed.rest
    for (const event of parsed.events) onEvent(event)
  }
}
