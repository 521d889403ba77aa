import { ascendingOrder } from '../tensor/sort.ts'
import { type Curve, type ModelCase, scoresOf, setPosition } from './model-metric.ts'

/** Positions of every group, groups numbered from 0. */
export function membersOf(labels: Int32Array, count: number): number[][] {
  const members: number[][] = Array.from({ length: count }, () => [])
  labels.forEach((label, q) => {
    members[label].push(q)
  })
  return members
}

/** Groups from the highest worth down; equal ones by number. */
export function groupsByWorth(worth: ArrayLike<number>): Uint32Array {
  return ascendingOrder(Float64Array.from(worth, (v) => -v))
}

/** Scores while whole groups are replaced one after the other; x = groups replaced ÷ groups. */
export async function groupCurve(
  data: ModelCase,
  members: readonly number[][],
  order: ArrayLike<number>,
  empty: Float32Array,
): Promise<Curve> {
  const current = data.x.slice()
  const y = await scoresOf(data, members.length + 1, (row, into) => {
    if (row > 0) for (const q of members[order[row - 1]]) setPosition(data.geometry, current, empty, q)
    into.set(current)
  })
  return { x: y.map((_, k) => k / members.length), y }
}
