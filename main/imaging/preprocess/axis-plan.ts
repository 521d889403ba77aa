/** How the samples of one output axis are made from the input axis. */
export interface AxisPlan {
  /** Per output sample the input samples it reads and their weights, which add up to 1; null where it lies outside the image. */
  readonly taps: readonly ({ readonly index: Int32Array; readonly weight: Float64Array } | null)[]
  /** Input index of output sample o: `step`·o + `origin`, centres of voxels at whole numbers. */
  readonly step: number
  readonly origin: number
}

export interface AxisRequest {
  /** Samples of the input axis. */
  readonly from: number
  readonly to: number
  /** Input samples per output sample, > 0. */
  readonly ratio: number
  /** The output axis runs against the input axis. */
  readonly reversed: boolean
  readonly interpolation: 'linear' | 'nearest' | 'cubic'
  /** Widens the kernel by `ratio` when shrinking, so that every input sample counts (not for nearest). */
  readonly antialias: boolean
}

const kernels = {
  linear: { support: 1, at: (t: number): number => Math.max(0, 1 - Math.abs(t)) },
  /** Keys' cubic convolution with a = −½. */
  cubic: {
    support: 2,
    at: (t: number): number => {
      const x = Math.abs(t)
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1
      if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2
      return 0
    },
  },
} as const

/**
 * Sampling of one axis, centred on the image: output sample o lies at input index (o − (to−1)/2)·ratio + (from−1)/2, which for
 * ratio = from/to is the half-pixel rule (o + ½)·from/to − ½. A sample outside the image's extent (−½ … from−½) has no taps;
 * taps beyond the border take the border's value.
 *
 * source  Keys 1981; antialiasing as in Pillow's resize and torch's `antialias=True` (kernel widened, weights normalised)
 */
export function planAxis(request: AxisRequest): AxisPlan {
  const { from, to, ratio, reversed, interpolation, antialias } = request
  const step = reversed ? -ratio : ratio
  const origin = (from - 1) / 2 - (step * (to - 1)) / 2
  const taps = Array.from({ length: to }, (_, o) => {
    const p = step * o + origin
    if (p < -0.5 - 1e-9 || p > from - 0.5 + 1e-9) return null
    if (interpolation === 'nearest') {
      return { index: Int32Array.of(Math.min(from - 1, Math.max(0, Math.floor(p + 0.5)))), weight: Float64Array.of(1) }
    }
    return tapsAt(p, from, kernels[interpolation], antialias ? Math.max(1, ratio) : 1)
  })
  return { taps, step, origin }
}

function tapsAt(p: number, from: number, kernel: (typeof kernels)['linear' | 'cubic'], widen: number) {
  const reach = kernel.support * widen
  const weights = new Map<number, number>()
  let sum = 0
  for (let n = Math.ceil(p - reach); n <= Math.floor(p + reach); n++) {
    const weight = kernel.at((n - p) / widen)
    if (weight === 0) continue
    const index = Math.min(from - 1, Math.max(0, n))
    // A widened kernel leaves out what lies beyond the border (Pillow's rule); a plain one repeats the border.
    if (widen > 1 && index !== n) continue
    weights.set(index, (weights.get(index) ?? 0) + weight)
    sum += weight
  }
  return { index: Int32Array.from(weights.keys()), weight: Float64Array.from(weights.values(), (w) => w / sum) }
}
