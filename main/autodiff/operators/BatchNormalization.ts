import { floatAttribute, intAttribute } from '../../graph/attributes.ts'
import type { NodeContext } from '../context.ts'
import type { Operator } from '../operator.ts'

/**
 * BatchNormalization with fixed statistics: y = γ·(x − µ)/√(σ² + ε) + β per channel (axis 1).
 *
 *   x  receives g·γ/√(σ² + ε)
 *
 * errors  autodiff.unsupported: training_mode = 1
 * source  ONNX operator set, BatchNormalization 7, 9, 14, 15
 */
export const BatchNormalization: Operator = {
  opType: 'BatchNormalization',
  domain: '',
  role: 'affine',
  vjp: (c) => [c.emit.mul(c.g(), channelFactor(c))],
}

/** γ/√(σ² + ε) as [C, 1, …], which broadcasts over [N, C, …]. Folded by the runtime where γ and σ² are constants. */
export function channelFactor(c: NodeContext): string {
  const { emit } = c
  if (intAttribute(c.node, 'training_mode', 0) === 1)
    c.refuse('computes its statistics from the batch (training_mode=1)')
  const deviation = emit.unary('Sqrt', emit.add(c.input(4), floatAttribute(c.node, 'epsilon', 1e-5)))
  const factor = emit.div(c.input(1), deviation)
  const rank = c.dims().length
  return rank <= 1 ? factor : emit.reshape(factor, [emit.dims(factor)[0], ...new Array<number>(rank - 2).fill(1)])
}
