import { z } from 'zod'
import { gaussianBlur } from '../tensor/gaussian.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { arrayOfItem, arraySchema } from './array-parameter.ts'
import type { ItemGeometry } from './item-geometry.ts'

export type Baseline = number | 'minimum' | 'maximum' | 'mean' | 'black-white' | `blur:${string}` | Tensor

const wordSchema = z.enum(['minimum', 'maximum', 'mean', 'black-white'])
const blurSchema = z.templateLiteral(['blur:', z.string().regex(/^\d+(\.\d+)?$/)])

/** A number, `minimum`, `maximum`, `mean` (of this input), `blur:SIGMA`, `black-white`, or an array. */
export const baselineSchema = z.union([z.number(), wordSchema, blurSchema, arraySchema]).default(0).meta({
  title: 'Baseline',
  description:
    'The reference input x′: a number in model space, minimum, maximum or mean of this input, blur:SIGMA, black-white (mean of the runs from the minimum and from the maximum), or an array. 0 is black only if preprocessing maps black to 0.',
  unit: 'model input',
})

/** σ of the word `blur:SIGMA`, or null for another word. */
export function blurSigma(word: unknown): number | null {
  return typeof word === 'string' && word.startsWith('blur:') ? Number(word.slice(5)) : null
}

/** Smallest, largest and mean value of one item. */
export function itemRange(x: Float32Array): { minimum: number; maximum: number; mean: number } {
  let minimum = Number.POSITIVE_INFINITY
  let maximum = Number.NEGATIVE_INFINITY
  let sum = 0
  for (const value of x) {
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
    sum += value
  }
  return { minimum, maximum, mean: sum / x.length }
}

/**
 * The baseline inputs of one item: one, or two for `black-white`. In double precision, so that points between baseline and input
 * are rounded once: near the kink of a ReLU the last bit of a point decides over its gradient.
 *
 * blur    spatial Gaussian, half-sample reflection, radius int(4σ + 0.5)
 * errors  attribution.array-shape
 */
export function baselinesOf(
  baseline: Baseline,
  x: Float32Array,
  item: number,
  items: number,
  geometry: ItemGeometry,
): Float64Array[] {
  const constant = (value: number) => new Float64Array(geometry.size).fill(value)
  if (typeof baseline === 'number') return [constant(baseline)]
  if (typeof baseline === 'object')
    return [Float64Array.from(arrayOfItem('baseline', baseline, item, items, geometry.itemDims))]
  const sigma = blurSigma(baseline)
  if (sigma !== null) return [gaussianBlur(x, geometry.itemDims, geometry.spatialAxes, sigma, 'reflect')]
  const range = itemRange(x)
  if (baseline === 'black-white') return [constant(range.minimum), constant(range.maximum)]
  return [constant(range[baseline as 'minimum' | 'maximum' | 'mean'])]
}

/** How many runs a baseline asks for. */
export function baselineRuns(baseline: Baseline): number {
  return baseline === 'black-white' ? 2 : 1
}

/** A baseline that is one value everywhere makes max pools tie exactly; the first index then wins. */
export function tieWarning(baseline: Baseline): string[] {
  const textured = typeof baseline === 'object' || blurSigma(baseline) !== null
  return textured
    ? []
    : [
        'The baseline is constant, so max pools and equal gradients tie exactly there; ties go to the first index. A textured baseline avoids this.',
      ]
}
