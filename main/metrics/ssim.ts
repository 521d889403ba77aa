import { z } from 'zod'
import { alongAxis } from '../tensor/axes.ts'
import { gaussianKernel } from '../tensor/gaussian.ts'
import { sizeOf } from '../tensor/tensor.ts'
import { mapFields, undefinedBecause } from './measured-map.ts'
import { pairMetric } from './pair-metric.ts'

/** Weighted means over all windows that fit wholly, one axis after the other. */
function windowMeans(data: Float64Array, dims: readonly number[], kernel: Float64Array): Float64Array {
  let current = { data, dims: [...dims] }
  for (let axis = 0; axis < dims.length; axis++) {
    const length = dims[axis] - kernel.length + 1
    current = alongAxis(current.data, current.dims, axis, length, (input, output) => {
      for (let i = 0; i < length; i++) {
        let sum = 0
        for (let k = 0; k < kernel.length; k++) sum += kernel[k] * input[i + k]
        output[i] = sum
      }
    })
  }
  return current.data
}

const gaussianSigma = 1.5
const gaussianRadius = Math.floor(3.5 * gaussianSigma + 0.5)

/**
 * Structural similarity of two maps, the mean over windows.
 *
 *   (2μxμy + C1)(2σxy + C2) / ((μx² + μy² + C1)(σx² + σy² + C2)),  C1 = (0.01 R)², C2 = (0.03 R)²
 *
 * window  odd width of a uniform window, or `gaussian` (σ 1.5, 11 wide); only windows that fit wholly count; any number of axes
 * covariance `sample` scales variances by W/(W − 1), W = positions of a window (also for the Gaussian, as scikit-image does)
 * value   −1 … 1. Maps are expected in 0 … 1; a dataRange too large inflates flat maps
 * undefined  map-not-finite, too-few (smaller than one window)
 * source  Wang et al. 2004, doi 10.1109/TIP.2003.819861; scikit-image structural_similarity
 */
export const ssim = pairMetric({
  id: 'ssim',
  title: 'Structural similarity',
  summary: 'Mean structural similarity (SSIM) of two maps over sliding windows. Expects maps scaled to 0 … 1.',
  source: 'Wang et al. 2004, doi 10.1109/TIP.2003.819861; scikit-image structural_similarity',
  range: [-1, 1],
  parameters: z.strictObject({
    ...mapFields,
    window: z
      .union([
        z.literal('gaussian'),
        z
          .number()
          .int()
          .min(3)
          .max(1001)
          .refine((w) => w % 2 === 1, 'must be odd'),
      ])
      .default(7)
      .meta({
        title: 'Window',
        description: 'Odd width of a uniform window, or gaussian (σ 1.5, 11 wide).',
        unit: 'positions',
      }),
    dataRange: z.number().gt(0).default(1).meta({
      title: 'Data range',
      description: 'Distance between the smallest and the largest possible value.',
      unit: 'map',
    }),
    covariance: z.enum(['sample', 'population']).default('sample').meta({
      title: 'Covariance',
      description: 'sample (N − 1, scikit-image’s default) or population (Wang’s setting).',
    }),
  }),
  measure({ a, b, dims }, { window, dataRange, covariance }) {
    const kernel =
      window === 'gaussian' ? gaussianKernel(gaussianSigma, gaussianRadius) : new Float64Array(window).fill(1 / window)
    if (dims.some((d) => d < kernel.length)) return undefinedBecause('too-few')
    const mean = (f: (i: number) => number) =>
      windowMeans(
        Float64Array.from(a, (_, i) => f(i)),
        dims,
        kernel,
      )
    const [ux, uy, uxx, uyy, uxy] = [
      mean((i) => a[i]),
      mean((i) => b[i]),
      mean((i) => a[i] * a[i]),
      mean((i) => b[i] * b[i]),
      mean((i) => a[i] * b[i]),
    ]
    const positions = sizeOf(dims.map(() => kernel.length))
    const scale = covariance === 'sample' ? positions / (positions - 1) : 1
    const c1 = (0.01 * dataRange) ** 2
    const c2 = (0.03 * dataRange) ** 2
    let sum = 0
    for (let i = 0; i < ux.length; i++) {
      const vx = scale * (uxx[i] - ux[i] * ux[i])
      const vy = scale * (uyy[i] - uy[i] * uy[i])
      const vxy = scale * (uxy[i] - ux[i] * uy[i])
      sum += ((2 * ux[i] * uy[i] + c1) * (2 * vxy + c2)) / ((ux[i] ** 2 + uy[i] ** 2 + c1) * (vx + vy + c2))
    }
    return { value: sum / ux.length }
  },
})
