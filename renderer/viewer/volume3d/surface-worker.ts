import { type Surface, surfaceNets } from './surface-nets.ts'

/** A binary box to turn into a surface; `id` comes back with the answer. */
export interface SurfaceRequest {
  readonly id: number
  readonly inside: Uint8Array<ArrayBuffer>
  readonly size: readonly [number, number, number]
}

export type SurfaceAnswer =
  | { readonly id: number; readonly surface: Surface }
  | { readonly id: number; readonly error: string }

self.onmessage = (event: MessageEvent<SurfaceRequest>) => {
  const { id, inside, size } = event.data
  try {
    const surface = surfaceNets(inside, size)
    const answer: SurfaceAnswer = { id, surface }
    self.postMessage(answer, { transfer: [surface.positions.buffer, surface.triangles.buffer] })
  } catch (error) {
    const answer: SurfaceAnswer = { id, error: error instanceof Error ? error.message : String(error) }
    self.postMessage(answer)
  }
}
