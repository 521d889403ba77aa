import { intAttribute } from '../../graph/attributes.ts'
import type { Operator } from '../operator.ts'

/**
 * LpNormalization along one axis: y = x/‖x‖ₚ with p = 1 or 2; a zero vector stays zero and passes nothing.
 *
 *   p = 2   (g − y·Σ g·y)/‖x‖
 *   p = 1   (g − sign(x)·Σ g·y)/‖x‖
 *
 * source  ONNX operator set, LpNormalization 1, 22
 */
export const LpNormalization: Operator = {
  opType: 'LpNormalization',
  domain: '',
  role: 'norm',
  vjp: (c) => {
    const { emit } = c
    const axis = [c.axis('axis', -1)]
    const p = intAttribute(c.node, 'p', 2)
    const x = c.input(0)
    const norm = emit.reduce(p === 1 ? 'ReduceL1' : 'ReduceL2', x, axis)
    const along = emit.reduce('ReduceSum', emit.mul(c.g(), c.output()), axis)
    const direction = p === 1 ? emit.unary('Sign', x) : c.output()
    const inverse = emit.where(emit.greater(norm, 0), emit.unary('Reciprocal', norm), 0)
    return [emit.mul(emit.sub(c.g(), emit.mul(direction, along)), inverse)]
  },
}
