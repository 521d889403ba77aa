import type { Operator } from '../operator.ts'

/**
 * Where: y = a where the condition holds, else b; each receives g at its own places.
 *
 * source  ONNX operator set, Where 9, 16
 */
export const Where: Operator = {
  opType: 'Where',
  domain: '',
  role: 'shape',
  vjp: (c) => {
    const { emit } = c
    const own = (condition: string, i: number): string =>
      emit.unbroadcast(emit.mul(c.g(), emit.indicator(condition)), c.dims(i))
    return [null, c.needs(1) ? own(c.input(0), 1) : null, c.needs(2) ? own(emit.not(c.input(0)), 2) : null]
  },
}
