/** Lower envelope of parabolas along one line: d[q] = min over p of f[p] + (s·(q − p))². Felzenszwalb & Huttenlocher 2012. */
function lineTransform(
  f: Float64Array,
  n: number,
  spacing: number,
  out: Float64Array,
  v: Int32Array,
  z: Float64Array,
): void {
  const s2 = spacing * spacing
  let k = -1
  for (let q = 0; q < n; q++) {
    if (f[q] === Number.POSITIVE_INFINITY) continue
    let cross = Number.NEGATIVE_INFINITY
    while (k >= 0) {
      const p = v[k]
      cross = (f[q] - f[p]) / (2 * s2 * (q - p)) + (q + p) / 2
      if (cross > z[k]) break
      k--
    }
    if (k < 0) cross = Number.NEGATIVE_INFINITY
    k++
    v[k] = q
    z[k] = cross
    z[k + 1] = Number.POSITIVE_INFINITY
  }
  if (k < 0) {
    out.fill(Number.POSITIVE_INFINITY, 0, n)
    return
  }
  let at = 0
  for (let q = 0; q < n; q++) {
    while (z[at + 1] < q) at++
    out[q] = f[v[at]] + s2 * (q - v[at]) ** 2
  }
}

/**
 * Exact squared Euclidean distance in mm² from every voxel centre to the nearest voxel centre with `seeds` ≠ 0; infinite
 * when there is none.
 *
 * size, spacing  voxels and mm per axis, i fastest; two-dimensional data has size 1 along the third axis
 */
export function squaredDistance(
  seeds: Uint8Array,
  size: readonly [number, number, number],
  spacing: readonly number[],
): Float64Array {
  const field = new Float64Array(seeds.length)
  for (let p = 0; p < seeds.length; p++) field[p] = seeds[p] !== 0 ? 0 : Number.POSITIVE_INFINITY
  const longest = Math.max(...size)
  const line = new Float64Array(longest)
  const out = new Float64Array(longest)
  const v = new Int32Array(longest)
  const z = new Float64Array(longest + 1)
  const stride = [1, size[0], size[0] * size[1]]
  for (let axis = 0; axis < 3; axis++) {
    const n = size[axis]
    if (n === 1) continue
    const step = stride[axis]
    for (let start = 0; start < seeds.length; start++) {
      if (Math.floor(start / step) % n !== 0) continue
      for (let q = 0; q < n; q++) line[q] = field[start + q * step]
      lineTransform(line, n, spacing[axis], out, v, z)
      for (let q = 0; q < n; q++) field[start + q * step] = out[q]
    }
  }
  return field
}

/** Signed distance in mm to the border of a shape: negative inside. The border lies midway between inside and outside centres. */
export function signedDistance(
  inside: Uint8Array,
  size: readonly [number, number, number],
  spacing: readonly number[],
): Float32Array {
  const outside = inside.map((v) => (v === 0 ? 1 : 0))
  const toInside = squaredDistance(inside, size, spacing)
  const toOutside = squaredDistance(outside, size, spacing)
  const half = Math.min(...spacing.filter((_, axis) => size[axis] > 1), Number.POSITIVE_INFINITY) / 2
  return Float32Array.from(inside, (v, p) => (v !== 0 ? half - Math.sqrt(toOutside[p]) : Math.sqrt(toInside[p]) - half))
}
