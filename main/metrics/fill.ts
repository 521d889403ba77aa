import { z } from 'zod'
import { arrayOfItem, arraySchema } from '../attribution/array-parameter.ts'
import { blurSigma, itemRange } from '../attribution/baseline.ts'
import { channelOffsets, type ItemGeometry } from '../attribution/item-geometry.ts'
import { gaussianBlur } from '../tensor/gaussian.ts'
import { counterRandom } from '../tensor/random.ts'
import type { Tensor } from '../tensor/tensor.ts'

export type Fill = number | 'minimum' | 'maximum' | 'mean' | 'noise' | `blur:${string}` | Tensor

/** What replaces a removed position. */
export const fillField = (fallback: number | 'mean' = 0) =>
  z
    .union([
      z.number(),
      z.enum(['minimum', 'maximum', 'mean', 'noise']),
      z.templateLiteral(['blur:', z.string().regex(/^\d+(\.\d+)?$/)]),
      arraySchema,
    ])
    .default(fallback)
    .meta({
      title: 'Fill',
      description:
        'What replaces a removed position, in model space: a number, minimum, maximum or mean of the original per channel, blur:SIGMA, seeded noise between minimum and maximum, or an array. It decides much of the result.',
      unit: 'model input',
    })

/**
 * The whole picture that removed positions are taken from.
 *
 * errors  attribution.array-shape
 */
export function fillPicture(fill: Fill, x: Float32Array, geometry: ItemGeometry, seed: number): Float32Array {
  if (typeof fill === 'number') return new Float32Array(geometry.size).fill(fill)
  if (typeof fill === 'object') return arrayOfItem('fill', fill, 0, 1, geometry.itemDims)
  const sigma = blurSigma(fill)
  if (sigma !== null)
    return Float32Array.from(gaussianBlur(x, geometry.itemDims, geometry.spatialAxes, sigma, 'reflect'))
  const out = new Float32Array(geometry.size)
  const random = counterRandom(seed)
  for (let c = 0; c < geometry.channels; c++) {
    const offsets = channelOffsets(geometry, c)
    const own = itemRange(Float32Array.from(offsets, (at) => x[at]))
    const span = own.maximum - own.minimum
    for (const at of offsets)
      out[at] =
        fill === 'noise' ? own.minimum + span * random.uniform(0, 0, at) : own[fill as 'minimum' | 'maximum' | 'mean']
  }
  return out
}
