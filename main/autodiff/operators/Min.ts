import type { Operator } from '../operator.ts'
import { shareAmongWinners } from '../winners.ts'

/**
 * Min of n tensors with broadcasting. Operands that tie share g equally, as torch has it.
 *
 * source  ONNX operator set, Min 8, 12, 13
 */
export const Min: Operator = { opType: 'Min', domain: '', role: 'extremum', vjp: shareAmongWinners }
