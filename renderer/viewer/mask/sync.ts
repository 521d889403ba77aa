import type { Mask, MaskVersion } from '../../../main/shared/domain/mask.ts'
import { type ApiFetch, fetchJson, sendJson } from '../api.ts'
import { type Box, union } from './box.ts'
import type { MaskDocument } from './document.ts'

export type SaveState = 'saved' | 'saving' | 'failed'

interface Stroke {
  readonly box: Box
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

/**
 * Sends every completed edit (and every undo and redo) to the project in order; acknowledged means saved. A failing request
 * is tried again with growing pauses, later strokes wait behind it, and nothing is dropped.
 */
export class MaskSync {
  state: SaveState = 'saved'
  savedAt: Date | null = null
  error: Error | null = null
  private readonly api: ApiFetch
  private readonly document: MaskDocument
  private readonly queue: Stroke[] = []
  private readonly listeners = new Set<() => void>()
  private readonly stop: () => void
  private sequence: number
  private running: Promise<void> | null = null
  private leaving = false
  private timer: ReturnType<typeof setTimeout> | null = null

  constructor(api: ApiFetch, document: MaskDocument, firstSequence = 1) {
    this.api = api
    this.document = document
    this.sequence = firstSequence
    this.stop = document.onChange((box, edit) => {
      if (box && edit) this.enqueue(box)
    })
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private set(state: SaveState, error: Error | null = null): void {
    this.state = state
    this.error = error
    for (const listener of this.listeners) listener()
  }

  private enqueue(box: Box): void {
    const sequence = this.sequence++
    this.queue.push({ box, sequence, body: encodeStroke(box, sequence, this.document.boxValues(box)) })
    this.set(this.error ? 'failed' : 'saving', this.error)
    this.start()
  }

  private start(): void {
    if (this.running || this.timer) return
    this.running = this.drain(0).finally(() => {
      this.running = null
    })
  }

  private async drain(attempt: number): Promise<void> {
    while (this.queue.length > 0) {
      const stroke = this.queue[0]
      try {
        await fetchJson(this.api, `/api/masks/${encodeURIComponent(this.document.id)}/strokes`, {
          method: 'POST',
          headers: { 'content-type': 'application/octet-stream' },
          body: stroke.body,
        })
      } catch (error) {
        this.set('failed', error instanceof Error ? error : new Error(String(error)))
        if (this.leaving && attempt >= retryMs.length) return
        this.timer = setTimeout(
          () => {
            this.timer = null
            if (!this.running)
              this.running = this.drain(attempt + 1).finally(() => {
                this.running = null
              })
          },
          retryMs[Math.min(attempt, retryMs.length - 1)],
        )
        return
      }
      this.queue.shift()
      attempt = 0
    }
    this.savedAt = new Date()
    this.set('saved')
  }

  /** Resolves when every stroke so far is acknowledged. */
  async settled(): Promise<void> {
    if (this.timer) {
      clearTimeout(this.timer)
      this.timer = null
    }
    this.start()
    await this.running
    if (this.error) throw this.error
  }

  /** Freezes the present state as a version. */
  async saveVersion(comment: string): Promise<MaskVersion> {
    await this.settled()
    const version = await sendJson<MaskVersion>(
      this.api,
      'POST',
      `/api/masks/${encodeURIComponent(this.document.id)}/versions`,
      { comment },
    )
    this.document.versions = [...this.document.versions, version]
    for (const listener of this.listeners) listener()
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

  /** Box of what is not acknowledged yet, or null. */
  get pendingBox(): Box | null {
    return this.queue.reduce<Box | null>((box, stroke) => union(box, stroke.box), null)
  }

  /** Takes no more edits; what is not acknowledged yet is still sent, with a last round of retries. */
  dispose(): void {
    this.leaving = true
    this.stop()
    this.listeners.clear()
  }
}
