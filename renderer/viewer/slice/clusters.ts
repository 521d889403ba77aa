/**
 * A copy of a map in which connected groups (6-neighbours) of fewer than `minimum` values at or above the threshold are set
 * to 0. Display only: probe, statistics and export keep the original values.
 */
export function dropSmallClusters(
  values: Float32Array,
  dims: readonly number[],
  threshold: number,
  signed: boolean,
  minimum: number,
): Float32Array {
  const out = values.slice()
  if (minimum <= 1) return out
  const [ni, nj, nk] = dims
  const isOn = (v: number) => (signed ? Math.abs(v) : v) >= threshold && v !== 0
  const seen = new Uint8Array(values.length)
  const stack = new Int32Array(values.length)
  for (let seed = 0; seed < values.length; seed++) {
    if (seen[seed] || !isOn(values[seed])) continue
    let top = 0
    let read = 0
    stack[top++] = seed
    seen[seed] = 1
    const visit = (at: number) => {
      if (seen[at] || !isOn(values[at])) return
      seen[at] = 1
      stack[top++] = at
    }
    while (read < top) {
      const at = stack[read++]
      const i = at % ni
      const j = Math.floor(at / ni) % nj
      const k = Math.floor(at / (ni * nj))
      if (i > 0) visit(at - 1)
      if (i + 1 < ni) visit(at + 1)
      if (j > 0) visit(at - ni)
      if (j + 1 < nj) visit(at + ni)
      if (k > 0) visit(at - ni * nj)
      if (k + 1 < nk) visit(at + ni * nj)
    }
    if (top < minimum) for (let n = 0; n < top; n++) out[stack[n]] = 0
  }
  return out
}
