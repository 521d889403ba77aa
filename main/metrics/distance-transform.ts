import { alongAxis } from '../tensor/axes.ts'

/** Lower envelope of parabolas along one line: d(q) = min_p (q − p)² + f(p). */
function envelopeLine(f: Float64Array, out: Float64Array): void {
  const n = f.length
  const at = new Int32Array(n)
  const border = new Float64Array(n + 1)
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
    out[q] = (q - at[j]) ** 2 + f[at[j]]
  }
}

/**
 * Squared Euclidean distance, in positions, of every position to the nearest marked one (0 inside; ∞ when none is marked).
 *
 * source  Felzenszwalb & Huttenlocher 2012, Theory of Computing 8, 415
 */
export function squaredDistances(marked: Uint8Array, dims: readonly number[]): Float64Array {
  let current = { data: Float64Array.from(marked, (v) => (v ? 0 : Number.POSITIVE_INFINITY)), dims: [...dims] }
  for (let axis = 0; axis < dims.length; axis++) {
    current = alongAxis(current.data, dims, axis, dims[axis], envelopeLine) as typeof current
  }
  return current.data
}
