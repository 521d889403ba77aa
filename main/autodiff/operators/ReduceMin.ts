import type { Operator } from '../operator.ts'
import { reductionAxes, shareAmongTies } from '../reductions.ts'

/**
 * ReduceMin: elements that equal the result share g equally, as torch has it.
 *
 * source  ONNX operator set, ReduceMin 1 to 20
 */
export const ReduceMin: Operator = {
  opType: 'ReduceMin',
  domain: '',
  role: 'extremum',
  vjp: (c) => shareAmongTies(c, reductionAxes(c)),
}
