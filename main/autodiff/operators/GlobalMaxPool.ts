import { range } from '../dims.ts'
import type { Operator } from '../operator.ts'
import { shareAmongTies } from '../reductions.ts'

/**
 * GlobalMaxPool: positions that equal the maximum share g equally.
 *
 * source  ONNX operator set, GlobalMaxPool 1, 22
 */
export const GlobalMaxPool: Operator = {
  opType: 'GlobalMaxPool',
  domain: '',
  role: 'extremum',
  vjp: (c) => shareAmongTies(c, range(2, c.dims().length)),
}
