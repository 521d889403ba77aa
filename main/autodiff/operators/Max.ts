import type { Operator } from '../operator.ts'
import { shareAmongWinners } from '../winners.ts'

/**
 * Max of n tensors with broadcasting. Operands that tie share g equally, as torch has it.
 *
 * source  ONNX operator set, Max 8, 12, 13
 */
export const Max: Operator = { opType: 'Max', domain: '', role: 'extremum', vjp: shareAmongWinners }
