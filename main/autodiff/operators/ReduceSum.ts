import type { Operator } from '../operator.ts'
import { reductionRule } from '../reductions.ts'

/**
 * ReduceSum: every element receives g.
 *
 * source  ONNX operator set, ReduceSum 1 to 18
 */
export const ReduceSum: Operator = {
  opType: 'ReduceSum',
  domain: '',
  role: 'average',
  vjp: (c) => reductionRule(c, () => 1),
}
