import { sizeOf } from '../dims.ts'
import type { Operator } from '../operator.ts'

/**
 * MaxUnpool: puts each value at its index among zeros; x receives g read at those places.
 *
 * source  ONNX operator set, MaxUnpool 9, 11, 22
 */
export const MaxUnpool: Operator = {
  opType: 'MaxUnpool',
  domain: '',
  role: 'shape',
  vjp: (c) => {
    const { emit } = c
    const flat = emit.reshape(c.g(), [sizeOf(c.outputDims())])
    const picked = emit.gather(flat, emit.reshape(c.input(1), [sizeOf(c.dims(1))]), 0)
    return [emit.reshape(picked, c.dims())]
  },
}
