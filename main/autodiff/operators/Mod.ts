import { elementWise, type Operator } from '../operator.ts'

/**
 * Mod with fmod = 1: y = a − b·trunc(a/b), slope 1 in a between the jumps. The divisor has no derivative here.
 *
 * source  ONNX operator set, Mod 10, 13
 */
export const Mod: Operator = {
  ...elementWise('Mod', (emit) => emit.float(1)),
  vjp: (c) => [c.emit.unbroadcast(c.g(), c.dims(0)), null],
}
