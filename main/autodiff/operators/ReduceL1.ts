import type { Operator } from '../operator.ts'
import { reductionRule } from '../reductions.ts'

/**
 * ReduceL1: y = Σ|x|; x receives g·sign(x).
 *
 * source  ONNX operator set, ReduceL1 1 to 18
 */
export const ReduceL1: Operator = {
  opType: 'ReduceL1',
  domain: '',
  role: 'reduction',
  vjp: (c) => reductionRule(c, (x) => c.emit.unary('Sign', x)),
}
