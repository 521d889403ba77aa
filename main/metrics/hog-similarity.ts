import { z } from 'zod'
import { mapFields, undefinedBecause } from './measured-map.ts'
import { correlation, pairMetric } from './pair-metric.ts'

interface HogOptions {
  readonly orientations: number
  readonly cell: number
  readonly block: number
}

/** Histogram of gradient directions per cell: unsigned angle, hard bins, magnitudes summed and divided by the cell's area. */
function cellHistograms(
  map: Float64Array,
  height: number,
  width: number,
  { orientations, cell }: HogOptions,
): Float64Array {
  const rows = Math.floor(height / cell)
  const columns = Math.floor(width / cell)
  const cells = new Float64Array(rows * columns * orientations)
  for (let r = 0; r < rows * cell; r++) {
    for (let c = 0; c < columns * cell; c++) {
      const at = r * width + c
      const gy = r > 0 && r < height - 1 ? map[at + width] - map[at - width] : 0
      const gx = c > 0 && c < width - 1 ? map[at + 1] - map[at - 1] : 0
      const degrees = (Math.atan2(gy, gx) * 180) / Math.PI
      const angle = ((degrees % 180) + 180) % 180
      const bin = Math.min(orientations - 1, Math.floor(angle / (180 / orientations)))
      const which = (Math.floor(r / cell) * columns + Math.floor(c / cell)) * orientations + bin
      cells[which] += Math.hypot(gx, gy) / (cell * cell)
    }
  }
  return cells
}

/** L2-Hys: scaled to length 1, clipped at 0.2, scaled again. */
function normaliseBlock(block: Float64Array): void {
  for (const clip of [0.2, Number.POSITIVE_INFINITY]) {
    let sum = 0
    for (const v of block) sum += v * v
    const length = Math.sqrt(sum + 1e-10)
    for (let i = 0; i < block.length; i++) block[i] = Math.min(clip, block[i] / length)
  }
}

/**
 * Histogram-of-gradients descriptor of a two-dimensional map: central differences with zero borders, blocks of cells at every
 * offset. Empty when the map is smaller than one block.
 *
 * source  Dalal & Triggs 2005, doi 10.1109/CVPR.2005.177; scikit-image hog
 */
export function hogDescriptor(map: Float64Array, height: number, width: number, options: HogOptions): Float64Array {
  const { orientations, cell, block } = options
  const rows = Math.floor(height / cell)
  const columns = Math.floor(width / cell)
  const down = rows - block + 1
  const across = columns - block + 1
  if (down < 1 || across < 1) return new Float64Array(0)
  const cells = cellHistograms(map, height, width, options)
  const size = block * block * orientations
  const out = new Float64Array(down * across * size)
  for (let r = 0; r < down; r++) {
    for (let c = 0; c < across; c++) {
      const part = out.subarray((r * across + c) * size, (r * across + c + 1) * size)
      for (let i = 0; i < block; i++) {
        const from = ((r + i) * columns + c) * orientations
        part.set(cells.subarray(from, from + block * orientations), i * block * orientations)
      }
      normaliseBlock(part)
    }
  }
  return out
}

/**
 * HOG similarity: Pearson's correlation of the gradient descriptors of two maps as given.
 *
 * value   −1 … 1; rest rows and columns are left out; 2-D only
 * undefined  not-applicable (not 2-D), too-few (smaller than one block), map-constant (a descriptor without variation), map-not-finite
 * source  Adebayo et al. 2018, arXiv:1810.03292; Dalal & Triggs 2005
 */
export const hogSimilarity = pairMetric({
  id: 'hog-similarity',
  title: 'HOG similarity',
  summary:
    'Correlation of the histograms of gradient directions of two maps: whether they show the same shapes. 2-D only.',
  source: 'Adebayo et al. 2018, arXiv:1810.03292; Dalal & Triggs 2005, doi 10.1109/CVPR.2005.177',
  range: [-1, 1],
  parameters: z.strictObject({
    ...mapFields,
    orientations: z
      .number()
      .int()
      .min(2)
      .max(180)
      .default(9)
      .meta({ title: 'Orientations', description: 'Bins over 180 degrees.', unit: 'bins' }),
    cell: z
      .number()
      .int()
      .min(1)
      .max(1024)
      .default(8)
      .meta({ title: 'Cell', description: 'Edge of a cell.', unit: 'positions' }),
    block: z
      .number()
      .int()
      .min(1)
      .max(64)
      .default(3)
      .meta({ title: 'Block', description: 'Edge of a block that is scaled as one.', unit: 'cells' }),
  }),
  measure({ a, b, dims }, p) {
    if (dims.length !== 2) return undefinedBecause('not-applicable')
    const [one, two] = [a, b].map((map) => hogDescriptor(map, dims[0], dims[1], p))
    if (one.length === 0) return undefinedBecause('too-few')
    const value = correlation(one, two)
    return value === null ? undefinedBecause('map-constant') : { value }
  },
})
