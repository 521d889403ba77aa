import { z } from 'zod'
import { findSegmenter } from '../segmentation/registry.ts'
import { pictureOf, renumbered } from '../segmentation/segmenter.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf, type Tensor } from '../tensor/tensor.ts'
import { arrayOfItem, arraySchema } from './array-parameter.ts'
import { itemRange } from './baseline.ts'
import { channelOffsets, type ItemGeometry } from './item-geometry.ts'
import { parseParameters } from './parameters.ts'

const segmentsField = z
  .union([arraySchema, z.number().int().min(2).max(1_000_000)])
  .optional()
  .meta({
    title: 'Segments',
    description: 'Label map [...spatial], which replaces the segmenter; or how many segments SLIC is asked for.',
  })

export const segmenterFields = (id: 'quickshift' | 'slic') => ({
  segments: segmentsField,
  segmenter: z.enum(['felzenszwalb', 'slic', 'quickshift']).default(id).meta({
    title: 'Segmenter',
    description: 'How the input, scaled to 0 … 1, is cut into segments. Its own parameters are written segmenter.NAME.',
  }),
  segmenterParameters: z
    .record(z.string(), z.unknown())
    .default({})
    .meta({ title: 'Parameters of the segmenter', description: 'Written segmenter.NAME.' }),
})

export interface SegmentParameters {
  readonly segments?: Tensor | number
  readonly segmenter: string
  readonly segmenterParameters: Record<string, unknown>
}

/** Which segment each position belongs to: labels 0 … count − 1. */
export interface Segments {
  readonly labels: Int32Array
  readonly count: number
}

/** Channels of one item, one after the other, scaled to `low` … 1 over the whole item; null for a constant item. */
export function scaledChannels(x: Float32Array, geometry: ItemGeometry, low: -1 | 0): Float64Array | null {
  const { minimum, maximum } = itemRange(x)
  if (minimum === maximum) return null
  const out = new Float64Array(geometry.size)
  for (let c = 0; c < geometry.channels; c++) {
    channelOffsets(geometry, c).forEach((at, q) => {
      const unit = (x[at] - minimum) / (maximum - minimum)
      out[c * geometry.positions + q] = low === 0 ? unit : 2 * unit - 1
    })
  }
  return out
}

/** LIME's settings where they differ from the segmenter's own. */
const limeQuickshift = { kernelSize: 4, maximumDistance: 200, ratio: 0.2 }

function cut(x: Float32Array, geometry: ItemGeometry, p: SegmentParameters): Int32Array {
  const channels = scaledChannels(x, geometry, 0)
  if (!channels) return new Int32Array(geometry.positions)
  const segmenter = findSegmenter(p.segmenter)
  const isQuickshift = segmenter.id === 'quickshift'
  const inLab = isQuickshift && (geometry.channels === 1 || geometry.channels === 3)
  // Grey is copied to three channels, so that it can be converted to Lab.
  const copies = inLab && geometry.channels === 1 ? 3 : 1
  const data = new Float64Array(channels.length * copies)
  for (let k = 0; k < copies; k++) data.set(channels, k * channels.length)
  const defaults = isQuickshift ? { ...limeQuickshift, lab: inLab } : {}
  const count = typeof p.segments === 'number' ? { segments: p.segments } : {}
  const given = { ...defaults, ...p.segmenterParameters, ...count }
  const parameters = parseParameters(segmenter, given, 'segmentation.parameter')
  return segmenter.run(pictureOf(data, geometry.channels * copies, geometry.spatialDims), parameters)
}

/**
 * The segments of one item: those given, or those the segmenter finds in the item scaled to 0 … 1.
 *
 * errors  attribution.array-shape, attribution.segments (fewer than two), segmentation.*
 */
export function segmentsOf(
  x: Float32Array,
  item: number,
  items: number,
  geometry: ItemGeometry,
  p: SegmentParameters,
): Segments {
  const { spatialDims } = geometry
  const labels =
    typeof p.segments === 'object'
      ? renumbered(arrayOfItem('segments', withoutChannel(p.segments, spatialDims.length), item, items, spatialDims))
      : cut(x, geometry, p)
  const count = labels.reduce((most, label) => Math.max(most, label), 0) + 1
  if (count < 2) {
    throw new SaliscopeError(
      'attribution.segments',
      `The segmentation leaves ${count} segment, and at least two are needed to compare; give other segments or other parameters of the segmenter.`,
      { count },
    )
  }
  return { labels, count }
}

/** [N, 1, ...spatial], as `explain` writes maps, counts as [N, ...spatial]. */
function withoutChannel(segments: Tensor, rank: number): Tensor {
  const { dims } = segments
  return dims.length === rank + 2 && dims[1] === 1
    ? { dims: [dims[0], ...dims.slice(2)], data: segments.data }
    : segments
}

export type SegmentFill = 'mean' | number | Tensor

export const segmentFillField = z
  .union([z.literal('mean'), z.number(), arraySchema])
  .default('mean')
  .meta({
    title: 'Fill',
    description: 'What a hidden segment holds, in model space: its own mean per channel, a number, or an array.',
    unit: 'model input',
  })

/**
 * The whole picture with every segment hidden.
 *
 * errors  attribution.array-shape (fill)
 */
export function hiddenPicture(
  x: Float32Array,
  item: number,
  items: number,
  geometry: ItemGeometry,
  segments: Segments,
  fill: SegmentFill,
): Float32Array {
  if (typeof fill === 'number') return new Float32Array(geometry.size).fill(fill)
  if (typeof fill === 'object') return arrayOfItem('fill', fill, item, items, geometry.itemDims)
  const out = new Float32Array(geometry.size)
  for (let c = 0; c < geometry.channels; c++) {
    const offsets = channelOffsets(geometry, c)
    const sums = new Float64Array(segments.count)
    const sizes = new Float64Array(segments.count)
    offsets.forEach((at, q) => {
      sums[segments.labels[q]] += x[at]
      sizes[segments.labels[q]]++
    })
    offsets.forEach((at, q) => {
      out[at] = sums[segments.labels[q]] / sizes[segments.labels[q]]
    })
  }
  return out
}

/** No feature hides a segment of this label. */
const NEVER_HIDDEN = -1

/** Labels counted from 1 and features counted from 0, as many as segments were asked for: label l belongs to feature l. */
export function fixedFeatures(segments: Segments, features: number): Segments {
  const labels = segments.labels.map((label) => (label + 1 < features ? label + 1 : NEVER_HIDDEN))
  return { labels, count: features }
}

/** Writes the item with only the segments of `shown` (0/1 per segment) visible. */
export function showSegments(
  x: Float32Array,
  hidden: Float32Array,
  geometry: ItemGeometry,
  segments: Segments,
  shown: ArrayLike<number>,
  into: Float32Array,
): void {
  into.set(x)
  for (let c = 0; c < geometry.channels; c++) {
    for (let q = 0; q < geometry.positions; q++) {
      const label = segments.labels[q]
      if (label === NEVER_HIDDEN || shown[label]) continue
      const at = geometry.offset(q, c)
      into[at] = hidden[at]
    }
  }
}

/** Rows of 0/1 given as an array [samples, segments]. */
export function givenRows(draws: Tensor, count: number): Float32Array[] {
  if (draws.dims.length !== 2 || draws.dims[1] !== count || sizeOf(draws.dims) === 0) {
    throw new SaliscopeError(
      'attribution.array-shape',
      `The array draws has the shape [${draws.dims.join(', ')}], where [samples, ${count}] is needed for ${count} segments.`,
      { parameter: 'draws', segments: count },
    )
  }
  return Array.from({ length: draws.dims[0] }, (_, k) => draws.data.subarray(k * count, (k + 1) * count))
}
