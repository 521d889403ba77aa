import type { NodeContext } from '../context.ts'
import { range } from '../dims.ts'
import type { Operator } from '../operator.ts'

/**
 * Softmax: y = eˣ/Σeˣ along one axis (from opset 13 on), or over all axes from `axis` on together (before).
 *
 *   x  receives y·(g − Σ g·y)
 *
 * source  ONNX operator set, Softmax 1, 11, 13
 */
export const Softmax: Operator = {
  opType: 'Softmax',
  domain: '',
  role: 'softmax',
  vjp: (c) => {
    const { emit } = c
    const product = emit.mul(c.g(), c.output())
    const along = emit.reduce('ReduceSum', product, softmaxAxes(c))
    return [emit.sub(product, emit.mul(c.output(), along))]
  },
}

/** The axes over which the probabilities add up to one. */
export function softmaxAxes(c: NodeContext): number[] {
  if (c.emit.opset >= 13) return [c.axis('axis', -1)]
  return range(c.axis('axis', 1), c.dims().length)
}
