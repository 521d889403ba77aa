import type { Operator } from '../operator.ts'
import { reductionRule } from '../reductions.ts'

/**
 * ReduceLogSum: y = ln Σx; x receives g·e^(−y).
 *
 * source  ONNX operator set, ReduceLogSum 1 to 18
 */
export const ReduceLogSum: Operator = {
  opType: 'ReduceLogSum',
  domain: '',
  role: 'reduction',
  vjp: (c) => reductionRule(c, (_x, y) => c.emit.unary('Exp', c.emit.unary('Neg', y))),
}
