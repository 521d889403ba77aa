import { type Curve, type ModelCase, scoresOf, setPosition } from './model-metric.ts'

/**
 * Scores along a walk that changes more and more positions.
 *
 * order   positions in the order they change
 * counts  how many have changed at each point of the curve, upwards
 * from, to  the pictures before and after; x of the curve = counts/n
 */
export async function removalCurve(
  data: ModelCase,
  order: Uint32Array,
  counts: readonly number[],
  from: Float32Array,
  to: Float32Array,
): Promise<Curve> {
  const current = from.slice()
  let changed = 0
  const y = await scoresOf(data, counts.length, (row, into) => {
    while (changed < counts[row]) setPosition(data.geometry, current, to, order[changed++])
    into.set(current)
  })
  return { x: counts.map((count) => count / order.length), y }
}

/** ⌊min(1, i·step)·n + ½⌋ for i = 0 … ⌈1/step⌉. */
export function countsByShare(n: number, step: number): number[] {
  const last = Math.ceil(1 / step - 1e-9)
  return Array.from({ length: last + 1 }, (_, i) => Math.floor(Math.min(1, i * step) * n + 0.5))
}

/** 0, pixels, 2·pixels, … n; the last step may be shorter. */
export function countsByPixels(n: number, pixels: number): number[] {
  return Array.from({ length: Math.ceil(n / pixels) + 1 }, (_, i) => Math.min(n, i * pixels))
}
