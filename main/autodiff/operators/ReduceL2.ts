import type { Operator } from '../operator.ts'
import { reductionRule } from '../reductions.ts'

/**
 * ReduceL2: y = √Σx²; x receives g·x/y, 0 where y = 0.
 *
 * source  ONNX operator set, ReduceL2 1 to 18
 */
export const ReduceL2: Operator = {
  opType: 'ReduceL2',
  domain: '',
  role: 'reduction',
  vjp: (c) => reductionRule(c, (x, y) => c.emit.where(c.emit.greater(y, 0), c.emit.div(x, y), 0)),
}
