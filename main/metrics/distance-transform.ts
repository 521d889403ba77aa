import { alongAxis } from '../tensor/axes.ts'

/** Lower envelope of parabolas along lines of length n: d(q) = min_p (q − p)² + f(p). */
function envelopeOf(n: number): (f: Float64Array, out: Float64Array) => void {
  const at = new Int32Array(n)
  const border = new Float64Array(n + 1)
  return (f, out) => {
    let k = -1
    for (let q = 0; q < n; q++) {
      if (f[q] === Number.POSITIVE_INFINITY) continue
      let s = Number.NEGATIVE_INFINITY
      while (k >= 0) {
        const p = at[k]
        s = (f[q] + q * q - f[p] - p * p) / (2 * (q - p))
        if (s > border[k]) break
        k--
        s = Number.NEGATIVE_INFINITY
      }
      k++
      at[k] = q
      border[k] = s
      border[k + 1] = Number.POSITIVE_INFINITY
    }
    if (k < 0) {
      out.fill(Number.POSITIVE_INFINITY)
      return
    }
    let j = 0
    for (let q = 0; q < n; q++) {
      while (border[j + 1] < q) j++
      const d = q - at[j]
      out[q] = d * d + f[at[j]]
    }
  }
}

/**
 * Squared Euclidean distance, in positions, of every position to the nearest marked one (0 inside; ∞ when none is marked).
 *
 * source  Felzenszwalb & Huttenlocher 2012, Theory of Computing 8, 415
 */
export function squaredDistances(marked: Uint8Array, dims: readonly number[]): Float64Array {
  let data: Float64Array = new Float64Array(marked.length)
  for (let i = 0; i < data.length; i++) data[i] = marked[i] ? 0 : Number.POSITIVE_INFINITY
  // The last axis first: its lines lie in one piece, and those without a mark end at once.
  for (let axis = dims.length - 1; axis >= 0; axis--)
    data = alongAxis(data, dims, axis, dims[axis], envelopeOf(dims[axis])).data
  return data
}
