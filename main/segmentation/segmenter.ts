import type { z } from 'zod'
import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf, type Tensor } from '../tensor/tensor.ts'

/** An image to cut into segments: channels first, `data[c·n + position]`. */
export interface Picture {
  readonly channels: number
  /** Spatial dims, axes of length 1 left out; at least one axis. */
  readonly dims: readonly number[]
  readonly data: Float64Array
}

/** One way of cutting an image into segments. */
export interface Segmenter<P> {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly summary: string
  readonly source: string
  readonly parameters: z.ZodType<P>
  /** One label per position from 0, no number left out; the numbering itself has no meaning. */
  run(picture: Picture, parameters: P): Int32Array
}

/**
 * A picture from an array [1, C, ...spatial]; axes of length 1 among the spatial ones are ignored.
 *
 * errors  segmentation.input
 */
export function pictureFrom(x: Tensor): Picture {
  if (x.dims.length < 3 || x.dims[0] !== 1 || x.data.length === 0) {
    throw new SaliscopeError(
      'segmentation.input',
      `The image has the shape [${x.dims.join(', ')}], where [1, channels, …spatial] is needed.`,
      { dims: x.dims },
    )
  }
  return pictureOf(Float64Array.from(x.data), x.dims[1], x.dims.slice(2))
}

/** errors  segmentation.input: a value that is not finite */
export function pictureOf(data: Float64Array, channels: number, spatialDims: readonly number[]): Picture {
  const bad = data.findIndex((v) => !Number.isFinite(v))
  if (bad >= 0)
    throw new SaliscopeError(
      'segmentation.input',
      `The image holds ${data[bad]} at element ${bad}; only finite numbers can be segmented.`,
      { element: bad },
    )
  const dims = spatialDims.filter((d) => d !== 1)
  return { channels, dims: dims.length > 0 ? dims : [1], data }
}

export const positionsOf = (picture: Picture): number => sizeOf(picture.dims)

/** Labels renumbered 0, 1, 2, … in the order of their old numbers. */
export function renumbered(labels: ArrayLike<number>): Int32Array {
  const n = labels.length
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let i = 0; i < n; i++) {
    if (labels[i] < low) low = labels[i]
    if (labels[i] > high) high = labels[i]
  }
  // Labels that do not reach far beyond the positions, as all but a user's own do, are counted in a table.
  if (high - low > 4 * n + 1024) return renumberedFar(labels)
  const place = new Int32Array(high - low + 1)
  for (let i = 0; i < n; i++) place[Math.trunc(labels[i]) - Math.trunc(low)] = 1
  let next = 0
  for (let k = 0; k < place.length; k++) if (place[k] === 1) place[k] = next++
  const out = new Int32Array(n)
  for (let i = 0; i < n; i++) out[i] = place[Math.trunc(labels[i]) - Math.trunc(low)]
  return out
}

function renumberedFar(labels: ArrayLike<number>): Int32Array {
  const sorted = Int32Array.from(new Set(Array.from(labels))).sort()
  const place = new Map(Array.from(sorted, (label, i) => [label, i]))
  return Int32Array.from({ length: labels.length }, (_, i) => place.get(labels[i]) as number)
}
