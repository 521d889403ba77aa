import { floatAttribute } from '../../graph/attributes.ts'
import { range } from '../dims.ts'
import { meanOver } from '../normalise.ts'
import type { Operator } from '../operator.ts'

/**
 * RMSNormalization over the axes from `axis` to the last: x̂ = x·r, r = 1/√(mean(x²) + ε), y = γ·x̂.
 *
 *   x  receives r·(u − x̂·mean(u·x̂)), u = g·γ
 *
 * source  ONNX operator set, RMSNormalization 23; Zhang & Sennrich 2019, arXiv:1910.07467
 */
export const RMSNormalization: Operator = {
  opType: 'RMSNormalization',
  domain: '',
  role: 'norm',
  vjp: (c) => {
    const { emit } = c
    const axes = range(c.axis('axis', -1), c.dims().length)
    const x = c.input(0)
    const square = meanOver(emit, emit.mul(x, x), axes)
    const r = emit.unary('Reciprocal', emit.unary('Sqrt', emit.add(square, floatAttribute(c.node, 'epsilon', 1e-5))))
    const normal = emit.mul(x, r)
    const u = emit.mul(c.g(), c.input(1))
    const swing = emit.mul(normal, meanOver(emit, emit.mul(u, normal), axes))
    return [emit.mul(r, emit.sub(u, swing))]
  },
}
