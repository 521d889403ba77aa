import { intAttribute } from '../graph/attributes.ts'
import type { NodeContext } from './context.ts'
import { normaliseAxis, range, reducedDims } from './dims.ts'

/** Axes of a reduction, from the second input (newer opsets) or the attribute; all axes when none is named. */
export function reductionAxes(c: NodeContext): number[] {
  const rank = c.dims().length
  const axes = c.integers(1, 'axes') ?? []
  if (axes.length > 0) return axes.map((a) => normaliseAxis(a, rank))
  return intAttribute(c.node, 'noop_with_empty_axes', 0) === 1 ? [] : range(0, rank)
}

/** A tensor of the node's output shape with the reduced axes put back as ones, so that it broadcasts against x. */
export function withReducedAxes(c: NodeContext, x: string, axes: readonly number[]): string {
  return c.emit.reshape(x, axes.length === 0 ? c.dims() : reducedDims(c.dims(), axes, true))
}

/** Rule of reductions whose derivative is one factor per element: g·factor(x, y), broadcast back to x. */
export function reductionRule(
  c: NodeContext,
  factor: (x: string, y: string, count: number, axes: readonly number[]) => string | number,
): readonly (string | null)[] {
  const axes = reductionAxes(c)
  const g = withReducedAxes(c, c.g(), axes)
  const y = withReducedAxes(c, c.output(), axes)
  const count = axes.reduce((n, a) => n * c.dims()[a], 1)
  return [c.emit.expand(c.emit.mul(g, factor(c.input(0), y, count, axes)), c.dims())]
}

/** Elements that equal the extremum share what arrives, as torch's amax and amin do. */
export function shareAmongTies(c: NodeContext, axes: readonly number[]): readonly (string | null)[] {
  const { emit } = c
  const wins = emit.indicator(emit.equal(c.input(0), withReducedAxes(c, c.output(), axes)))
  const count = emit.reduce('ReduceSum', wins, axes)
  return [emit.mul(wins, emit.div(withReducedAxes(c, c.g(), axes), count))]
}
