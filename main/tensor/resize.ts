import { alongAxis } from './axes.ts'
import { gaussianBlur } from './gaussian.ts'

export type Interpolation = 'linear' | 'nearest' | 'cubic'

export interface ResizeOptions {
  readonly interpolation: Interpolation
  /** Blurs with σ = max(0, (old/new − 1)/2) per axis before shrinking; never for 'nearest'. */
  readonly antialias?: boolean
  /**
   * What the blur and cubic interpolation meet outside the array: the edge (default), or zero as in scikit-image's mode
   * 'constant'. Linear and nearest interpolation keep to the edge.
   */
  readonly outside?: 'edge' | 'zero'
  /** Which of two equally near centres 'nearest' takes: as torch's nearest-exact (default), or as SciPy, always the later one. */
  readonly ties?: 'torch' | 'scipy'
}

type Line = (input: Float64Array, output: Float64Array) => void

/** Where output sample i lies in the input: half-pixel centres, (i + ½)·old/new − ½. */
const sourcePosition = (i: number, from: number, to: number): number => ((i + 0.5) * from) / to - 0.5

/** In which sample of n output sample i of m lies. Where (i + ½)·n/m is whole, two centres are equally near. */
type Place = (i: number, n: number, m: number) => number

const places: Readonly<Record<NonNullable<ResizeOptions['ties']>, Place>> = {
  // Its float32 arithmetic ends upwards only for factors that it holds exactly.
  torch: (i, n, m) => Math.floor(Math.fround((i + 0.5) * Math.fround(n / m))),
  scipy: (i, n, m) => Math.floor(((i + 0.5) * n) / m),
}

const nearestLine =
  (place: Place): Line =>
  (input, output) => {
    const n = input.length
    for (let i = 0; i < output.length; i++) output[i] = input[Math.min(n - 1, place(i, n, output.length))]
  }

const linearLine: Line = (input, output) => {
  const n = input.length
  for (let i = 0; i < output.length; i++) {
    const p = Math.min(n - 1, Math.max(0, sourcePosition(i, n, output.length)))
    const below = Math.min(n - 1, Math.floor(p))
    const above = Math.min(n - 1, below + 1)
    output[i] = input[below] + (input[above] - input[below]) * (p - below)
  }
}

/** Beyond twelve samples the prefilter's memory of the border is below 1e-6 of it, SciPy's choice too. */
const splinePadding = 12
const pole = Math.sqrt(3) - 2

/** Coefficients of the interpolating cubic B-spline, whole-sample mirror at both ends. */
export function splineCoefficients(line: Float64Array): void {
  const n = line.length
  if (n < 2) return
  for (let i = 0; i < n; i++) line[i] *= 6
  let power = pole
  const last = pole ** (n - 1)
  let sum = line[0] + last * line[n - 1]
  for (let i = 1; i < n - 1; i++) {
    sum += power * (line[i] + last * line[n - 1 - i])
    power *= pole
  }
  line[0] = sum / (1 - last * last)
  for (let i = 1; i < n; i++) line[i] += pole * line[i - 1]
  line[n - 1] = (pole / (pole * pole - 1)) * (pole * line[n - 2] + line[n - 1])
  for (let i = n - 2; i >= 0; i--) line[i] = pole * (line[i + 1] - line[i])
}

function cubicLine(outside: 'edge' | 'zero'): Line {
  let padded = new Float64Array(0)
  return (input, output) => {
    const n = input.length
    if (padded.length !== n + 2 * splinePadding) padded = new Float64Array(n + 2 * splinePadding)
    padded.fill(outside === 'edge' ? input[0] : 0, 0, splinePadding)
    padded.fill(outside === 'edge' ? input[n - 1] : 0, splinePadding + n)
    padded.set(input, splinePadding)
    splineCoefficients(padded)
    for (let i = 0; i < output.length; i++) {
      const p = sourcePosition(i, n, output.length) + splinePadding
      const k = Math.floor(p)
      const t = p - k
      const u = 1 - t
      output[i] =
        (padded[k - 1] * u * u * u +
          padded[k] * (4 - 6 * t * t + 3 * t * t * t) +
          padded[k + 1] * (4 - 6 * u * u + 3 * u * u * u) +
          padded[k + 2] * t * t * t) /
        6
    }
  }
}

/** Ends of the values, so that an overshooting spline can be brought back. */
function clipTo(data: Float64Array, source: Float32Array | Float64Array): void {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of source) {
    if (value < low) low = value
    if (value > high) high = value
  }
  for (let i = 0; i < data.length; i++) data[i] = Math.min(high, Math.max(low, data[i]))
}

/**
 * Resizes an array of any rank, one axis after the other, sampling half-pixel centres.
 *
 * 'linear'   edge clamped · 'nearest' for labels · 'cubic' interpolating B-spline of order 3, clipped to the input's range
 * target     the new dims, as many as `dims`; axes of equal length are left alone
 * returns    double precision
 */
export function resize(
  data: Float32Array | Float64Array,
  dims: readonly number[],
  target: readonly number[],
  options: ResizeOptions,
): Float64Array {
  if (dims.length !== target.length)
    throw new RangeError(`An array of [${dims.join(', ')}] cannot be resized to [${target.join(', ')}].`)
  const outside = options.outside ?? 'edge'
  let current: { data: Float64Array; dims: number[] } = { data: Float64Array.from(data), dims: [...dims] }
  if (options.antialias && options.interpolation !== 'nearest') {
    const sigmas = dims.map((d, axis) => Math.max(0, (d / target[axis] - 1) / 2))
    const all = dims.map((_, axis) => axis)
    current.data = gaussianBlur(current.data, dims, all, sigmas, outside === 'zero' ? 'zero' : 'reflect')
  }
  const line = { linear: linearLine, nearest: nearestLine(places[options.ties ?? 'torch']), cubic: cubicLine(outside) }[
    options.interpolation
  ]
  for (let axis = 0; axis < dims.length; axis++) {
    if (dims[axis] === target[axis]) continue
    current = alongAxis(current.data, current.dims, axis, target[axis], line)
  }
  if (options.interpolation === 'cubic') clipTo(current.data, data)
  return current.data
}
