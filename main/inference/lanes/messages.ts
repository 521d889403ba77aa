import type { ErrorEnvelope } from '../../shared/errors.ts'
import type { RawData, RawTensor, SessionSettings } from '../session.ts'

export type Tensors = Readonly<Record<string, RawTensor>>

/** What a lane is asked; `id` comes back with the answer, `graph` names a session within the lane. */
export type ToLane =
  | {
      readonly kind: 'load'
      readonly id: number
      readonly graph: number
      readonly model: Uint8Array | string
      readonly settings: SessionSettings
    }
  | {
      readonly kind: 'run'
      readonly id: number
      readonly graph: number
      readonly feeds: Tensors
      readonly outputs: readonly string[]
    }
  | { readonly kind: 'close'; readonly id: number; readonly graph: number }

export type FromLane =
  | { readonly kind: 'done'; readonly id: number; readonly values: Tensors }
  | { readonly kind: 'failed'; readonly id: number; readonly error: ErrorEnvelope }

/** Own copies of tensors, for a message, and the buffers that go with it: a view would take its whole batch along. */
export function forMessage(tensors: Tensors): { readonly tensors: Tensors; readonly buffers: ArrayBuffer[] } {
  const buffers: ArrayBuffer[] = []
  const copies: Record<string, RawTensor> = {}
  for (const [name, { type, dims, data }] of Object.entries(tensors)) {
    // A Buffer's own slice is a view.
    const copy: RawData = data instanceof Uint8Array ? new Uint8Array(data) : data.slice()
    buffers.push(copy.buffer as ArrayBuffer) // a copy always has a plain buffer
    copies[name] = { type, dims: [...dims], data: copy }
  }
  return { tensors: copies, buffers }
}
