import { alongAxis } from './axes.ts'

/** What lies outside the array: its mirror image with the edge value repeated (half-sample reflection), or zeros. */
export type Border = 'reflect' | 'zero'

/** Normalised weights exp(−p²/2σ²), p = −radius … radius, radius = int(4σ + 0.5) as in SciPy. */
export function gaussianKernel(sigma: number, radius = Math.floor(4 * sigma + 0.5)): Float64Array {
  const kernel = new Float64Array(2 * radius + 1)
  let sum = 0
  for (let p = -radius; p <= radius; p++) {
    kernel[p + radius] = Math.exp((-0.5 / (sigma * sigma)) * p * p)
    sum += kernel[p + radius]
  }
  for (let p = 0; p < kernel.length; p++) kernel[p] /= sum
  return kernel
}

/** Index inside 0 … n−1 under half-sample reflection: (d c b a | a b c d | d c b a). */
export function reflected(p: number, n: number): number {
  const period = 2 * n
  const q = ((p % period) + period) % period
  return q < n ? q : period - 1 - q
}

/** One line convolved with a symmetric kernel. */
function convolveLine(kernel: Float64Array, border: Border): (input: Float64Array, output: Float64Array) => void {
  const radius = (kernel.length - 1) / 2
  let padded = new Float64Array(0)
  return (input, output) => {
    const n = input.length
    if (padded.length !== n + 2 * radius) padded = new Float64Array(n + 2 * radius)
    padded.set(input, radius)
    if (border === 'reflect') {
      for (let p = 0; p < radius; p++) {
        padded[radius - 1 - p] = input[reflected(-1 - p, n)]
        padded[radius + n + p] = input[reflected(n + p, n)]
      }
    }
    // Taps outside the line meet zeros only: they are not visited, so wide kernels stay cheap.
    const inside = border === 'zero'
    for (let i = 0; i < n; i += 4) {
      const last = Math.min(i + 3, n - 1)
      const from = inside ? Math.max(0, radius - last) : 0
      const to = inside ? Math.min(kernel.length, n + radius - i) : kernel.length
      if (last === i + 3) fourTaps(padded, kernel, i, from, to, output)
      else for (let k = i; k <= last; k++) output[k] = tap(padded, kernel, k, from, to)
    }
  }
}

function tap(padded: Float64Array, kernel: Float64Array, at: number, from: number, to: number): number {
  let sum = 0
  for (let k = from; k < to; k++) sum += kernel[k] * padded[at + k]
  return sum
}

/** Four neighbouring outputs at once, each summed in `tap`'s order: one chain of additions alone waits for itself. */
function fourTaps(
  padded: Float64Array,
  kernel: Float64Array,
  at: number,
  from: number,
  to: number,
  output: Float64Array,
): void {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  for (let k = from, p = at + from; k < to; k++, p++) {
    const weight = kernel[k]
    a += weight * padded[p]
    b += weight * padded[p + 1]
    c += weight * padded[p + 2]
    d += weight * padded[p + 3]
  }
  output[at] = a
  output[at + 1] = b
  output[at + 2] = c
  output[at + 3] = d
}

/**
 * Separable Gaussian blur along the given axes, in double precision.
 *
 * sigma   standard deviation in samples: one for all axes, or one per entry of `axes`; 0 leaves an axis alone
 * border  'reflect' or 'zero' outside the array
 * radius  int(4σ + 0.5) unless given
 */
export function gaussianBlur(
  data: Float32Array | Float64Array,
  dims: readonly number[],
  axes: readonly number[],
  sigma: number | readonly number[],
  border: Border,
  radius?: number,
): Float64Array {
  let current: Float64Array = Float64Array.from(data)
  axes.forEach((axis, k) => {
    const s = typeof sigma === 'number' ? sigma : sigma[k]
    if (!(s > 0)) return
    const kernel = gaussianKernel(s, radius)
    current = alongAxis(current, dims, axis, dims[axis], convolveLine(kernel, border)).data
  })
  return current
}
