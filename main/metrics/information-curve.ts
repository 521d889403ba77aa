import { z } from 'zod'
import { arraySchema } from '../attribution/array-parameter.ts'
import { itemRange } from '../attribution/baseline.ts'
import { forEachChunk, type Rows } from '../attribution/rows.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { quantileOfSorted } from '../tensor/quantile.ts'
import { counterRandom, permutation } from '../tensor/random.ts'
import { delaunayFill } from './delaunay-fill.ts'
import { encoderOf, informationOf } from './image-information.ts'
import { mapFields, undefinedBecause } from './measured-map.ts'
import type { Measurement } from './metric.ts'
import { type Curve, type ModelCase, singleTarget, trapezoid } from './model-metric.ts'

export const informationParameters = z.strictObject({
  ...mapFields,
  information: z.enum(['webp', 'entropy']).default('webp').meta({
    title: 'Information',
    description: 'Size of the lossless WebP file, or Shannon entropy of the grey values.',
  }),
  draws: arraySchema.optional().meta({
    format: 'array',
    title: 'Draws',
    description:
      'Pixels known from the start, [...spatial] of 0 and 1; otherwise 1 % from the seed, the same for all methods.',
  }),
  low: z
    .number()
    .optional()
    .meta({ title: 'Low', description: 'Input value of black; by default the item’s minimum.', unit: 'model input' }),
  high: z
    .number()
    .optional()
    .meta({ title: 'High', description: 'Input value of white; by default the item’s maximum.', unit: 'model input' }),
  minimumPrediction: z.number().min(0).max(1).default(0.8).meta({
    title: 'Minimum prediction',
    description: 'Images the model scores lower are left undefined.',
    unit: 'probability',
  }),
  monotone: z.boolean().default(true).meta({ title: 'Monotone', description: 'The score keeps its running maximum.' }),
})
export type InformationParameters = z.infer<typeof informationParameters>

const thresholds = [0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.13, 0.21, 0.34, 0.5, 0.75]
const seedShare = 0.01
const gridSteps = 1000

/** What the score of an image is: the class probability (sic), or whether the class wins (aic). */
export type Verdict = (probabilities: ArrayLike<number>, target: number, negate: boolean) => number

/** The item as bytes, channels first, and the way back. */
interface BytePicture {
  readonly bytes: Uint8Array
  toInput(bytes: Uint8Array, into: Float32Array): void
}

function bytePicture({ x, geometry }: ModelCase, p: InformationParameters): BytePicture {
  const own = itemRange(x)
  const low = p.low ?? own.minimum
  const span = (p.high ?? own.maximum) - low
  const { channels, positions } = geometry
  const bytes = new Uint8Array(geometry.size)
  const each = (work: (flat: number, at: number) => void) => {
    for (let c = 0; c < channels; c++)
      for (let q = 0; q < positions; q++) work(c * positions + q, geometry.offset(q, c))
  }
  each((flat, at) => {
    bytes[flat] = Math.min(255, Math.max(0, Math.round(span === 0 ? 0 : ((x[at] - low) / span) * 255)))
  })
  return {
    bytes,
    toInput: (from, into) =>
      each((flat, at) => {
        into[at] = low + (from[flat] / 255) * span
      }),
  }
}

/** errors  metrics.size-mismatch */
function seedPixels({ seed, geometry }: ModelCase, p: InformationParameters): Uint8Array {
  const n = geometry.positions
  if (p.draws) {
    if (p.draws.data.length !== n) {
      throw new SaliscopeError(
        'metrics.size-mismatch',
        `The array draws has the shape [${p.draws.dims.join(', ')}], where [${geometry.spatialDims.join(', ')}] is needed.`,
        { found: p.draws.dims },
      )
    }
    return Uint8Array.from(p.draws.data, (v) => (v > 0 ? 1 : 0))
  }
  const known = new Uint8Array(n)
  for (const q of permutation(counterRandom(seed), 0, 0, n).subarray(0, Math.floor(seedShare * n))) known[q] = 1
  return known
}

/** The pictures of the curve: filled from the seeds alone, revealed by each threshold, and the original. */
function revealedPictures(
  data: ModelCase,
  picture: Uint8Array,
  seeds: Uint8Array,
): { pictures: Uint8Array[]; shares: number[] } {
  const { channels, spatialDims } = data.geometry
  const [height, width] = spatialDims
  const sorted = data.values.slice().sort()
  const shares: number[] = []
  const revealed = thresholds.map((t) => {
    const q = quantileOfSorted(sorted, 1 - t)
    const known = Uint8Array.from(data.values, (v, i) => (v >= q || seeds[i] ? 1 : 0))
    shares.push(data.values.reduce((s, v) => s + (v >= q ? 1 : 0), 0) / known.length)
    return delaunayFill(picture, channels, height, width, known)
  })
  return { pictures: [delaunayFill(picture, channels, height, width, seeds), ...revealed, picture], shares }
}

async function verdictsOf(
  data: ModelCase,
  pictures: readonly Uint8Array[],
  picture: BytePicture,
  verdict: Verdict,
): Promise<number[]> {
  const target = singleTarget(data.target)
  const rows: Rows = { count: pictures.length, item: () => 0, fill: (k, into) => picture.toInput(pictures[k], into) }
  const out: number[] = []
  await forEachChunk(data.model, rows, data.run, 'revealed pictures', async (x, items, first) => {
    const { data: values, dims } = await data.model.probabilities(x)
    items.forEach((_, r) => {
      out[first + r] = verdict(values.subarray(r * dims[1], (r + 1) * dims[1]), target.index as number, target.negate)
    })
  })
  return out
}

const clip = (v: number): number => Math.min(1, Math.max(0, v))

/** Linear interpolation through points sorted by x; of points with equal x the last one counts. */
function interpolate(points: Curve, x: number): number {
  const last = points.x.length - 1
  let j = 0
  while (j < last && points.x[j + 1] <= x) j++
  if (j === last || points.x[j] === x) return points.y[j]
  return points.y[j] + ((points.y[j + 1] - points.y[j]) / (points.x[j + 1] - points.x[j])) * (x - points.x[j])
}

/** The curve on an even grid of information, through (0, 0) and (1, 1). */
function evenCurve(points: readonly { e: number; p: number }[]): Curve {
  const sorted = [...points, { e: 0, p: 0 }, { e: 1, p: 1 }].sort((a, b) => a.e - b.e)
  const knots = { x: sorted.map(({ e }) => e), y: sorted.map(({ p }) => p) }
  const x = Array.from({ length: gridSteps + 1 }, (_, i) => i / gridSteps)
  const y = x.map((v) => interpolate(knots, v))
  y[gridSteps] = 1
  return { x, y }
}

/**
 * Performance information curve: score over information while the map's highest pixels are revealed.
 *
 * source  Kapishnikov et al. 2019, arXiv:1906.02825; PAIR saliency PIC
 */
export async function informationCurve(
  data: ModelCase,
  p: InformationParameters,
  verdict: Verdict,
): Promise<Measurement> {
  const { channels, spatialDims } = data.geometry
  if (spatialDims.length !== 2 || (p.information === 'webp' && channels !== 1 && channels !== 3))
    return undefinedBecause('not-applicable')
  // A probability is of the whole image; the positions a map may be about have none of their own.
  if (data.target.mask) return undefinedBecause('not-applicable')
  const [height, width] = spatialDims
  const picture = bytePicture(data, p)
  const { pictures, shares } = revealedPictures(data, picture.bytes, seedPixels(data, p))
  const scores = await verdictsOf(data, pictures, picture, verdict)
  if (!scores.every(Number.isFinite)) return undefinedBecause('score-not-finite')
  const information: number[] = []
  for (const bytes of pictures) information.push(await informationOf(p.information, bytes, channels, height, width))
  const last = pictures.length - 1
  const [s0, s1, i0, i1] = [scores[0], scores[last], information[0], information[last]]
  const details = {
    score: s1,
    filledScore: s0,
    information: i1,
    filledInformation: i0,
    encoder: encoderOf(p.information),
  }
  if (s1 < p.minimumPrediction) return undefinedBecause('prediction-too-low', { details })
  if (i0 >= i1) return undefinedBecause('information-not-lower', { details })
  if (s0 >= s1) return undefinedBecause('score-not-lower', { details })
  let best = 0
  const points = thresholds.map((_, k) => {
    const score = clip((scores[k + 1] - s0) / (s1 - s0))
    best = Math.max(best, score)
    return { e: clip((information[k + 1] - i0) / (i1 - i0)), p: p.monotone ? best : score }
  })
  const curve = evenCurve(points)
  const tied = thresholds.filter((t, k) => shares[k] >= 2 * t)
  const warnings =
    tied.length > 0
      ? [`The map ties so much that at the threshold ${tied[0]} at least twice that share was revealed at once.`]
      : []
  return { value: trapezoid(curve), chance: null, curve, details, warnings }
}
