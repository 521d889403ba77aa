import { elementWise, type Operator, type Slope } from '../operator.ts'

const slope: Slope = (emit, x, _y, _node, c) => emit.where(emit.greater(x, 0), 1, c.input(1))

/**
 * PRelu: y = x where x > 0, else s·x, the slope s broadcast to x.
 *
 *   x  receives g·(1 or s) ; s receives Σ g·x over x ≤ 0
 *
 * source  ONNX operator set, PRelu 6, 7, 9, 16
 */
export const PRelu: Operator = {
  ...elementWise('PRelu', slope),
  vjp: (c) => {
    const { emit } = c
    const at = emit.mul(c.g(), slope(emit, c.input(0), c.output(0), c.node, c))
    if (!c.needs(1)) return [at, null]
    const part = emit.mul(c.g(), emit.min(c.input(0), 0))
    return [at, emit.unbroadcast(part, c.dims(1))]
  },
}
