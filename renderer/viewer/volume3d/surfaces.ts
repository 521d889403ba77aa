import { SaliscopeError } from '../../../main/shared/errors.ts'
import { boundsOf, boxSize, padded } from '../mask/box.ts'
import { binaryBox } from '../mask/components.ts'
import type { MaskDocument } from '../mask/document.ts'
import type { Surface } from './surface-nets.ts'
import type { SurfaceAnswer, SurfaceRequest } from './surface-worker.ts'

/** Makes mask surfaces in a worker, so that no stroke waits for them. One maker per 3-D view; `dispose` ends its worker. */
export class SurfaceMaker {
  private readonly worker = new Worker(new URL('./surface-worker.ts', import.meta.url), { type: 'module' })
  private readonly waiting = new Map<number, { resolve(surface: Surface): void; reject(error: Error): void }>()
  private next = 1

  constructor() {
    this.worker.onmessage = (event: MessageEvent<SurfaceAnswer>) => {
      const answer = event.data
      const waiting = this.waiting.get(answer.id)
      this.waiting.delete(answer.id)
      if ('surface' in answer) waiting?.resolve(answer.surface)
      else
        waiting?.reject(new SaliscopeError('viewer.surface-failed', `The surface could not be made: ${answer.error}`))
    }
    this.worker.onerror = (event) => {
      for (const { reject } of this.waiting.values())
        reject(new SaliscopeError('viewer.surface-failed', `The surface could not be made: ${event.message}`))
      this.waiting.clear()
    }
  }

  /** Surface of one segment in voxel coordinates of the document's grid; null when the segment is empty. */
  async surfaceOf(document: MaskDocument, value: number): Promise<Surface | null> {
    const tight = document.bounds ? boundsOf(document.data, document.dims, document.bounds, (v) => v === value) : null
    if (!tight) return null
    const box = padded(tight, [0, 0, 0], document.dims)
    const size = boxSize(box)
    const inside = binaryBox(document.data, document.dims, box, value)
    // One empty layer all round closes shapes that touch the volume's border.
    const wide = size.map((n) => n + 2) as [number, number, number]
    const bordered = new Uint8Array(wide[0] * wide[1] * wide[2])
    for (let k = 0, p = 0; k < size[2]; k++)
      for (let j = 0; j < size[1]; j++, p += size[0])
        bordered.set(inside.subarray(p, p + size[0]), 1 + wide[0] * (j + 1 + wide[1] * (k + 1)))
    const surface = await this.ask({ id: this.next++, inside: bordered, size: wide })
    for (let v = 0; v < surface.positions.length; v += 3) {
      for (let a = 0; a < 3; a++) surface.positions[v + a] += box[2 * a] - 1
    }
    return surface
  }

  private ask(request: SurfaceRequest): Promise<Surface> {
    return new Promise((resolve, reject) => {
      this.waiting.set(request.id, { resolve, reject })
      this.worker.postMessage(request, [request.inside.buffer])
    })
  }

  dispose(): void {
    this.worker.terminate()
    for (const { reject } of this.waiting.values()) reject(new SaliscopeError('cancelled', 'The 3-D view was closed.'))
    this.waiting.clear()
  }
}
