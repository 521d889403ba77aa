import type { Operator } from '../operator.ts'
import { reductionRule } from '../reductions.ts'

/**
 * ReduceMean: every element receives g/n.
 *
 * source  ONNX operator set, ReduceMean 1 to 18
 */
export const ReduceMean: Operator = {
  opType: 'ReduceMean',
  domain: '',
  role: 'average',
  vjp: (c) => reductionRule(c, (_x, _y, count) => 1 / count),
}
