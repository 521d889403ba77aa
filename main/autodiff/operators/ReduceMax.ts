import type { Operator } from '../operator.ts'
import { reductionAxes, shareAmongTies } from '../reductions.ts'

/**
 * ReduceMax: elements that equal the result share g equally, as torch has it.
 *
 * source  ONNX operator set, ReduceMax 1 to 20
 */
export const ReduceMax: Operator = {
  opType: 'ReduceMax',
  domain: '',
  role: 'extremum',
  vjp: (c) => shareAmongTies(c, reductionAxes(c)),
}
