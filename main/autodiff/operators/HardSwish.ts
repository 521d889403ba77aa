import { elementWise } from '../operator.ts'

/**
 * HardSwish: y = x·clip(x/6 + ½, 0, 1). Slope 0 for x ≤ −3, 1 for x ≥ 3, (2x + 3)/6 between.
 *
 * source  ONNX operator set, HardSwish 14, 22
 */
export const HardSwish = elementWise('HardSwish', (emit, x) => {
  const middle = emit.add(emit.mul(x, 1 / 3), 0.5)
  return emit.where(emit.greater(x, -3), emit.where(emit.less(x, 3), middle, 1), 0)
})
