import type { Operator } from '../operator.ts'
import { reductionRule } from '../reductions.ts'

/**
 * ReduceSumSquare: y = Σx²; x receives 2·g·x.
 *
 * source  ONNX operator set, ReduceSumSquare 1 to 18
 */
export const ReduceSumSquare: Operator = {
  opType: 'ReduceSumSquare',
  domain: '',
  role: 'reduction',
  vjp: (c) => reductionRule(c, (x) => c.emit.mul(x, 2)),
}
