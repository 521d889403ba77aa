import type { Shape } from './document.ts'

/** A drag between two positions, in voxels; equal for a dab. */
export interface Drag {
  readonly from: readonly [number, number, number]
  readonly to: readonly [number, number, number]
}

/**
 * Voxels whose centre lies within `radiusMm` of the drag's segment, distances measured in mm along the voxel axes:
 * a disc swept in one slice (`axis` is its normal), or a ball swept in space (`axis` null). The voxels the segment itself
 * passes through are always included, so that a brush finer than a voxel still marks.
 *
 * dims, spacing  voxels and mm per axis
 */
export function brushShape(
  dims: readonly number[],
  spacing: readonly number[],
  drag: Drag,
  radiusMm: number,
  axis: 0 | 1 | 2 | null,
): Shape {
  return (put) => {
    const from = drag.from.map((v, a) => v * spacing[a])
    const step = drag.to.map((v, a) => v * spacing[a] - from[a])
    if (axis !== null) step[axis] = 0
    const lengthSquared = step[0] ** 2 + step[1] ** 2 + step[2] ** 2
    const low: number[] = []
    const high: number[] = []
    for (let a = 0; a < 3; a++) {
      const slice = Math.round(drag.from[a])
      const [p, q] = [drag.from[a], a === axis ? drag.from[a] : drag.to[a]]
      low[a] = Math.max(0, a === axis ? slice : Math.ceil(Math.min(p, q) - radiusMm / spacing[a]))
      high[a] = Math.min(dims[a] - 1, a === axis ? slice : Math.floor(Math.max(p, q) + radiusMm / spacing[a]))
    }
    const limit = radiusMm * radiusMm
    for (let k = low[2]; k <= high[2]; k++) {
      const z = axis === 2 ? 0 : k * spacing[2] - from[2]
      for (let j = low[1]; j <= high[1]; j++) {
        const y = axis === 1 ? 0 : j * spacing[1] - from[1]
        const row = dims[0] * (j + dims[1] * k)
        for (let i = low[0]; i <= high[0]; i++) {
          const x = axis === 0 ? 0 : i * spacing[0] - from[0]
          const along =
            lengthSquared > 0 ? Math.min(1, Math.max(0, (x * step[0] + y * step[1] + z * step[2]) / lengthSquared)) : 0
          const dx = x - along * step[0]
          const dy = y - along * step[1]
          const dz = z - along * step[2]
          if (dx * dx + dy * dy + dz * dz <= limit) put(row + i)
        }
      }
    }
    traceLine(dims, drag, axis, put)
  }
}

/** Voxels along the drag, sampled at half-voxel steps. */
function traceLine(dims: readonly number[], drag: Drag, axis: 0 | 1 | 2 | null, put: (offset: number) => void): void {
  const delta = drag.to.map((v, a) => (a === axis ? 0 : v - drag.from[a]))
  const steps = Math.max(1, Math.ceil(2 * Math.max(...delta.map(Math.abs))))
  for (let n = 0; n <= steps; n++) {
    const voxel = delta.map((d, a) => Math.round(drag.from[a] + (d * n) / steps))
    if (voxel.every((v, a) => v >= 0 && v < dims[a])) put(voxel[0] + dims[0] * (voxel[1] + dims[1] * voxel[2]))
  }
}

/** Keeps the part of a shape that is connected (6-neighbours) to the voxel at the brush's centre and fulfils `accepts`. */
export function connectedShape(
  dims: readonly number[],
  shape: Shape,
  centre: readonly [number, number, number],
  accepts: (offset: number) => boolean,
): Shape {
  return (put) => {
    const inside = new Set<number>()
    shape((offset) => {
      if (accepts(offset)) inside.add(offset)
    })
    const [i, j, k] = centre.map(Math.round)
    const seed = i + dims[0] * (j + dims[1] * k)
    if (!inside.delete(seed)) return
    const stack = [seed]
    while (stack.length > 0) {
      const at = stack.pop() as number
      put(at)
      const x = at % dims[0]
      const y = Math.floor(at / dims[0]) % dims[1]
      const near = [
        x > 0 ? at - 1 : -1,
        x + 1 < dims[0] ? at + 1 : -1,
        y > 0 ? at - dims[0] : -1,
        y + 1 < dims[1] ? at + dims[0] : -1,
      ]
      near.push(at - dims[0] * dims[1], at + dims[0] * dims[1])
      for (const next of near) if (inside.delete(next)) stack.push(next)
    }
  }
}
