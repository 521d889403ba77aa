import { z } from 'zod'
import { SaliscopeError } from '../shared/errors.ts'
import { counterRandom } from '../tensor/random.ts'
import { labFromRgb } from './lab.ts'
import { type Picture, renumbered, type Segmenter } from './segmenter.ts'

const parameters = z.strictObject({
  ratio: z.number().min(0).max(1e6).default(1).meta({ title: 'Ratio', description: 'Weight of colour against place.' }),
  kernelSize: z.number().min(1).max(100).default(5).meta({
    title: 'Kernel size',
    description: 'Width of the Gaussian that measures density; larger values give fewer segments.',
    unit: 'positions',
  }),
  maximumDistance: z.number().gt(0).max(1e9).default(10).meta({
    title: 'Maximum distance',
    description: 'Links longer than this are cut; larger values give fewer segments.',
  }),
  lab: z
    .boolean()
    .default(true)
    .meta({ title: 'Lab', description: 'Colour distances in L*a*b*; needs three channels.' }),
  seed: z
    .number()
    .int()
    .default(42)
    .meta({ title: 'Seed', description: 'Of the tiny noise that breaks ties of density.' }),
})
export type QuickshiftParameters = z.infer<typeof parameters>

/** Places within a window around a position, from the nearest out; the scan order decides between equal distances. */
interface Offset {
  readonly dy: number
  readonly dx: number
  readonly squared: number
}

function windowOffsets(radius: number): Offset[] {
  const out: Offset[] = []
  for (let dy = -radius; dy <= radius; dy++)
    for (let dx = -radius; dx <= radius; dx++) out.push({ dy, dx, squared: dy * dy + dx * dx })
  return out.sort((a, b) => a.squared - b.squared)
}

/** exp(−36) is below the last bit of a density, which is at least 1. */
const negligible = -36

function densities(
  colour: Float64Array,
  channels: number,
  height: number,
  width: number,
  kernelSize: number,
): Float64Array {
  const radius = Math.ceil(3 * kernelSize)
  const factor = -0.5 / (kernelSize * kernelSize)
  // Each pair once: its share counts for both ends. Every position sees itself with exp(0) = 1.
  const out = new Float64Array(height * width).fill(1)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      for (let dy = 0; dy <= radius && y + dy < height; dy++) {
        const from = dy === 0 ? 1 : Math.max(-radius, -x)
        const to = Math.min(radius, width - 1 - x)
        for (let dx = from; dx <= to; dx++) {
          const other = at + dy * width + dx
          let d = dy * dy + dx * dx
          for (let c = 0; c < channels; c++) d += (colour[at * channels + c] - colour[other * channels + c]) ** 2
          const exponent = d * factor
          if (exponent < negligible) continue
          const share = Math.exp(exponent)
          out[at] += share
          out[other] += share
        }
      }
    }
  }
  return out
}

/** The nearest position of higher density in the window, itself where there is none within the maximum distance. */
function parents(
  colour: Float64Array,
  channels: number,
  height: number,
  width: number,
  density: Float64Array,
  p: QuickshiftParameters,
): Int32Array {
  const offsets = windowOffsets(Math.ceil(3 * p.kernelSize))
  const parent = new Int32Array(height * width)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      let closest = Number.POSITIVE_INFINITY
      let best = at
      for (const { dy, dx, squared } of offsets) {
        if (squared > closest) break
        if (y + dy < 0 || y + dy >= height || x + dx < 0 || x + dx >= width) continue
        const other = at + dy * width + dx
        if (density[other] <= density[at]) continue
        let d = squared
        for (let c = 0; c < channels; c++) d += (colour[at * channels + c] - colour[other * channels + c]) ** 2
        if (d < closest || (d === closest && other < best)) {
          closest = d
          best = other
        }
      }
      parent[at] = Math.sqrt(closest) > p.maximumDistance ? at : best
    }
  }
  return parent
}

/** Every position's root: pointers are doubled until nothing moves. */
function roots(parent: Int32Array): Int32Array {
  let current = parent
  for (;;) {
    const next = current.map((at) => current[at])
    if (next.every((v, i) => v === current[i])) return next
    current = next
  }
}

function positionFirst({ channels, data }: Picture, p: QuickshiftParameters): Float64Array {
  const colour = p.lab ? labFromRgb(data) : data
  const n = data.length / channels
  const out = new Float64Array(data.length)
  for (let i = 0; i < n; i++) for (let c = 0; c < channels; c++) out[i * channels + c] = colour[c * n + i] * p.ratio
  return out
}

/**
 * Quickshift: every position follows the nearest one of higher density; trees are segments. 2-D only.
 *
 *   density Σ exp(−d²/2k²) over a window ±⌈3k⌉, d² = |ratio·colour difference|² + |place difference|², plus N(0, 1e-5) against ties
 *
 * errors  segmentation.input: not 2-D, or lab without three channels
 * source  Vedaldi & Soatto 2008, ECCV; scikit-image quickshift
 */
export const quickshift: Segmenter<QuickshiftParameters> = {
  id: 'quickshift',
  version: 1,
  title: 'Quickshift',
  summary:
    'Every position follows the nearest one of higher colour density: segments of free shape and size, 2-D only.',
  source: 'Vedaldi & Soatto 2008, ECCV; scikit-image quickshift',
  parameters,
  run(picture, p) {
    const { dims, channels } = picture
    if (dims.length !== 2)
      throw new SaliscopeError(
        'segmentation.input',
        `Quickshift cuts two-dimensional images, and this one has ${dims.length} axes; use slic or felzenszwalb.`,
        { dims },
      )
    if (p.lab && channels !== 3)
      throw new SaliscopeError(
        'segmentation.input',
        `Quickshift with lab=true needs three channels, and the image has ${channels}; set lab=false.`,
        { channels },
      )
    const [height, width] = dims
    const colour = positionFirst(picture, p)
    const density = densities(colour, channels, height, width, p.kernelSize)
    const random = counterRandom(p.seed)
    for (let i = 0; i < density.length; i++) density[i] += 1e-5 * random.normal(0, 0, i)
    return renumbered(roots(parents(colour, channels, height, width, density, p)))
  },
}
