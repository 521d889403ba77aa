import type { Operator } from '../operator.ts'
import { softmaxAxes } from './Softmax.ts'

/**
 * LogSoftmax: y = x − ln Σeˣ; x receives g − e^y·Σ g.
 *
 * source  ONNX operator set, LogSoftmax 1, 11, 13
 */
export const LogSoftmax: Operator = {
  opType: 'LogSoftmax',
  domain: '',
  role: 'softmax',
  vjp: (c) => {
    const { emit } = c
    const along = emit.reduce('ReduceSum', c.g(), softmaxAxes(c))
    return [emit.sub(c.g(), emit.mul(emit.unary('Exp', c.output()), along))]
  },
}
