import { sizeOf } from '../dims.ts'
import type { Operator } from '../operator.ts'

/**
 * GlobalAveragePool: every position receives g ÷ positions.
 *
 * source  ONNX operator set, GlobalAveragePool 1, 22
 */
export const GlobalAveragePool: Operator = {
  opType: 'GlobalAveragePool',
  domain: '',
  role: 'average',
  vjp: (c) => [c.emit.expand(c.emit.mul(c.g(), 1 / sizeOf(c.dims().slice(2))), c.dims())],
}
