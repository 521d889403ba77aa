import type { Emit } from '../emit.ts'

/** Differences below this part of the values say nothing in single precision. */
const smallest = 1e-6

/** Δy/Δx per element; `slope` where |Δx| ≤ 1e-6·max(1, |x|, |x₀|). */
export function ratio(emit: Emit, x: string, x0: string, y: string, y0: string, slope: string): string {
  const delta = emit.sub(x, x0)
  const size = emit.max(emit.max(emit.unary('Abs', x), emit.unary('Abs', x0)), 1)
  const moved = emit.greater(emit.unary('Abs', delta), emit.mul(size, smallest))
  return emit.where(moved, emit.div(emit.sub(y, y0), emit.where(moved, delta, 1)), slope)
}
