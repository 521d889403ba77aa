import type { Node } from '../../graph/model.ts'
import { elementWise, type Operator } from '../operator.ts'

/**
 * Step functions as DeepLIFT sees them: their derivative is 0 wherever there is one, yet between the two runs they may step, and
 * Δy/Δx of it is a multiplier as any other. Without it Softshrink, x − λ·sign x beyond ±λ, hands on too much where the sign
 * changes.
 *
 * check   m·Δx = Δy
 */
const steps: ReadonlyMap<string, Operator> = new Map(
  ['Sign', 'Floor', 'Ceil', 'Round'].map((opType) => [
    opType,
    elementWise(opType, (emit, x) => emit.zeros(emit.dims(x))),
  ]),
)

/** The step function of a node; null for all other nodes. */
export const stepOf = (node: Node): Operator | null => (node.domain === '' ? (steps.get(node.opType) ?? null) : null)
