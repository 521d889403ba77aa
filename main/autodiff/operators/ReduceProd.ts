import type { Operator } from '../operator.ts'
import { reductionRule } from '../reductions.ts'

/**
 * ReduceProd: y = Πx. x receives g·(product of the others), formed without dividing by x so that zeros are right:
 * with one zero among the elements that element alone receives the product of the rest, with two nothing flows.
 *
 * source  ONNX operator set, ReduceProd 1 to 18
 */
export const ReduceProd: Operator = {
  opType: 'ReduceProd',
  domain: '',
  role: 'reduction',
  vjp: (c) =>
    reductionRule(c, (x, y, _count, axes) => {
      const { emit } = c
      const isZero = emit.equal(x, 0)
      const zeros = emit.reduce('ReduceSum', emit.indicator(isZero), axes)
      const filled = emit.where(isZero, 1, x)
      const rest = emit.reduce('ReduceProd', filled, axes)
      const lone = emit.mul(rest, emit.indicator(emit.less(zeros, 1.5)))
      return emit.where(isZero, lone, emit.div(y, filled))
    }),
}
