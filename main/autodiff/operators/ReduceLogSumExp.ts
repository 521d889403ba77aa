import type { Operator } from '../operator.ts'
import { reductionRule } from '../reductions.ts'

/**
 * ReduceLogSumExp: y = ln Σeˣ; x receives g·e^(x − y).
 *
 * source  ONNX operator set, ReduceLogSumExp 1 to 18
 */
export const ReduceLogSumExp: Operator = {
  opType: 'ReduceLogSumExp',
  domain: '',
  role: 'reduction',
  vjp: (c) => reductionRule(c, (x, y) => c.emit.unary('Exp', c.emit.sub(x, y))),
}
