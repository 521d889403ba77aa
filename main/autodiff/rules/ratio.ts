import type { Emit } from '../emit.ts'

/** Differences below this part of the values say nothing in single precision. */
const smallest = 1e-6

/** Δy/Δx per element; `slope` where |Δx| ≤ 1e-6·max(1, |x|, |x₀|). */
export function ratio(emit: Emit, x: string, x0: string, y: string, y0: string, slope: string): string {
  const delta = emit.sub(x, x0)
  const size = emit.max(emit.max(emit.unary('Abs', x), emit.unary('Abs', x0)), 1)
  const moved = emit.greater(emit.unary('Abs', delta), emit.mul(size, smallest))
  return emit.where(moved, emit.div(emit.sub(y, y0), withoutZeros(emit, delta, emit.not(moved))), slope)
}

/** The divisor, larger by 1 where the condition holds. Where would take several times as long as these three together. */
export function withoutZeros(emit: Emit, divisor: string, condition: string): string {
  return emit.add(divisor, emit.indicator(condition))
}

/**
 * Δy/Δx of a rectifier is (y + y₀)/(|x| + |x₀|): 1 where both runs are positive, 0 where neither is, and x/(x − x₀) between, without a
 * difference that could cancel. At x = x₀ = 0 it is 0, as the derivative there.
 */
export function rectifierRatio(emit: Emit, x: string, x0: string, y: string, y0: string): string {
  const size = emit.add(emit.unary('Abs', x), emit.unary('Abs', x0))
  return emit.div(emit.add(y, y0), emit.add(size, 1e-37))
}
