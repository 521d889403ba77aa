import type { AttributionCheck } from './method.ts'

/** Sum of one item's values in double precision, first to last. */
export function sumOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return sum
}

/** a/b, or null where b is 0 or the quotient is not finite. */
export function ratio(a: number, b: number): number | null {
  const value = a / b
  return b !== 0 && Number.isFinite(value) ? value : null
}

/**
 * Completeness: Σ map should equal `expected` for each item.
 *
 * gap = Σ map − expected, relative = gap ÷ |expected|
 */
export function completenessCheck(
  sums: readonly number[],
  expected: readonly number[],
  kind = 'completeness',
): AttributionCheck {
  const gap = sums.map((sum, i) => sum - expected[i])
  return { kind, values: { sum: sums, expected, gap, relative: gap.map((g, i) => ratio(g, Math.abs(expected[i]))) } }
}

/** Sums of the items of a batch. */
export function itemSums(map: Float32Array | Float64Array, items: number): number[] {
  const size = map.length / items
  return Array.from({ length: items }, (_, i) => sumOf(map.subarray(i * size, (i + 1) * size)))
}
