import type { Mask, MaskVersion } from '../../../main/shared/domain/mask.ts'
import { type ErrorCode, SaliscopeError } from '../../../main/shared/errors.ts'
import { type ApiFetch, fetchJson, sendJson } from '../api.ts'
import type { Box } from './box.ts'
import type { MaskDocument } from './document.ts'
import { maskSaving, type SaveState, type Saving, type SavingRegistry } from './saving.ts'

interface Stroke {
  readonly sequence: number
  readonly body: Uint8Array<ArrayBuffer>
}

/** Header line and new voxel values of one stroke, as POST /api/masks/:id/strokes reads it. */
export function encodeStroke(box: Box, sequence: number, values: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = new TextEncoder().encode(`${JSON.stringify({ box, sequence })}\n`)
  const body = new Uint8Array(header.length + values.length)
  body.set(header)
  body.set(values, header.length)
  return body
}

const retryMs = [500, 1000, 2000, 4000, 8000]

/** Answers that the same request will get for ever: sending it again helps nobody. */
const final: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'project.stroke-order',
  'project.stroke-shape',
  'project.not-found',
  'project.read-only',
  'api.not-found',
  'api.read-only',
  'api.invalid',
  'api.too-large',
])

/**
 * Sends every completed edit (and every undo and redo) to the project in order; acknowledged means saved. A failing request
 * is tried again with growing pauses, later strokes wait behind it, and nothing is dropped. A stroke that the project
 * refuses stops the mask: what was drawn stays on the screen until the reader reads the mask again.
 */
export class MaskSync implements Saving {
  state: SaveState = 'saved'
  /** The project refused a stroke; nothing is sent any more. */
  stopped = false
  savedAt: Date | null = null
  error: Error | null = null
  /** Strokes acknowledged since the last saved version. */
  strokesSinceVersion: number
  private readonly api: ApiFetch
  private readonly document: MaskDocument
  private readonly registry: SavingRegistry
  private readonly queue: Stroke[] = []
  private readonly listeners = new Set<() => void>()
  private readonly stop: () => void
  private sequence: number
  private running: Promise<void> | null = null
  private timer: ReturnType<typeof setTimeout> | null = null

  constructor(
    api: ApiFetch,
    document: MaskDocument,
    mask: Pick<Mask, 'lastSequence' | 'pendingStrokes'> = { lastSequence: 0, pendingStrokes: 0 },
    registry = maskSaving,
  ) {
    this.api = api
    this.document = document
    this.registry = registry
    this.sequence = mask.lastSequence + 1
    this.strokesSinceVersion = mask.pendingStrokes
    this.stop = document.onChange((box, edit) => {
      if (box && edit) this.enqueue(box)
    })
  }

  /** Strokes drawn and not acknowledged yet. */
  get waiting(): number {
    return this.queue.length
  }

  /** Number of the last stroke drawn, acknowledged or not. */
  get lastSequence(): number {
    return this.sequence - 1
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private set(state: SaveState, error: Error | null = null): void {
    this.state = state
    this.error = error
    this.registry.update(this)
    this.tell()
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }

  private enqueue(box: Box): void {
    const sequence = this.sequence++
    this.queue.push({ sequence, body: encodeStroke(box, sequence, this.document.boxValues(box)) })
    this.set(this.error ? 'failed' : 'saving', this.error)
    this.start()
  }

  private start(attempt = 0): void {
    if (this.running || this.timer || this.stopped) return
    this.running = this.drain(attempt).finally(() => {
      this.running = null
    })
  }

  private async drain(attempt: number): Promise<void> {
    while (this.queue.length > 0) {
      try {
        await this.send(this.queue[0])
      } catch (error) {
        if (!this.stopped) this.failed(error instanceof Error ? error : new Error(String(error)), attempt)
        return
      }
      this.queue.shift()
      this.strokesSinceVersion++
      attempt = 0
      if (this.queue.length > 0) this.tell()
    }
    this.savedAt = new Date()
    this.set('saved')
  }

  private send(stroke: Stroke): Promise<unknown> {
    return fetchJson(this.api, `/api/masks/${encodeURIComponent(this.document.id)}/strokes`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: stroke.body,
    })
  }

  private failed(error: Error, attempt: number): void {
    this.stopped = error instanceof SaliscopeError && final.has(error.code)
    this.set('failed', error)
    if (this.stopped) return
    this.timer = setTimeout(
      () => {
        this.timer = null
        this.start(attempt + 1)
      },
      retryMs[Math.min(attempt, retryMs.length - 1)],
    )
  }

  /** Resolves when every stroke so far is acknowledged. */
  async settled(): Promise<void> {
    if (this.timer) {
      clearTimeout(this.timer)
      this.timer = null
    }
    if (this.queue.length > 0) this.start()
    await this.running
    if (this.error) throw this.error
  }

  /** Freezes the present state as a version. */
  async saveVersion(comment: string): Promise<MaskVersion> {
    await this.settled()
    const frozen = this.strokesSinceVersion
    const version = await sendJson<MaskVersion>(
      this.api,
      'POST',
      `/api/masks/${encodeURIComponent(this.document.id)}/versions`,
      { comment },
    )
    this.document.versions = [...this.document.versions, version]
    this.strokesSinceVersion -= frozen
    this.tell()
    return version
  }

  /** Stores names, colours, locks and status of segments, and whether there is nothing to mark. */
  async saveSegments(): Promise<Mask> {
    const { segments, nothingToMark } = this.document
    return sendJson<Mask>(this.api, 'PATCH', `/api/masks/${encodeURIComponent(this.document.id)}`, {
      segments,
      nothingToMark,
    })
  }

  /** Takes no more edits; what is not acknowledged yet is still sent, for as long as it takes. */
  dispose(): void {
    this.stop()
    this.listeners.clear()
  }

  /** Gives up what is not acknowledged: the mask was deleted, or is read again as the project has it. */
  discard(): void {
    this.dispose()
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    this.stopped = true
    this.queue.length = 0
    this.registry.forget(this)
  }
}
