import { floatAttribute } from '../../graph/attributes.ts'
import type { Operand } from '../emit.ts'
import { elementWise } from '../operator.ts'

/**
 * Clip: y = min(max(x, low), high). Slope 1 strictly between the bounds, 0 on them (as ReLU6 has it).
 * The mask is taken from y, so that the runtime may still fuse the activation into the convolution before it.
 *
 * Bounds are inputs from opset 11 on and attributes before; either may be absent.
 * source  ONNX operator set, Clip 6, 11, 12, 13
 */
export const Clip = elementWise('Clip', (emit, _x, y, node, c) => {
  const bound = (index: number, attribute: string): Operand | null => {
    if (c.hasInput(index)) return emit.reshape(c.input(index), [])
    return node.attributes[attribute] === undefined ? null : floatAttribute(node, attribute)
  }
  const low = bound(1, 'min')
  const high = bound(2, 'max')
  const above = low === null ? null : emit.greater(y, low)
  const below = high === null ? null : emit.less(y, high)
  if (above === null) return below === null ? emit.float(1) : emit.indicator(below)
  return emit.indicator(below === null ? above : emit.and(above, below))
})
