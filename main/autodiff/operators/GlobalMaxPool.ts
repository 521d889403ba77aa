import { int } from '../../graph/attributes.ts'
import type { NodeContext } from '../context.ts'
import { sizeOf } from '../dims.ts'
import type { Operator } from '../operator.ts'

/**
 * GlobalMaxPool: each channel's g goes to the position that won, the first in C order where several are equal, as in MaxPool:
 * a channel that a ReLU has silenced is one tie from end to end.
 *
 * source  ONNX operator set, GlobalMaxPool 1, 22
 */
export const GlobalMaxPool: Operator = {
  opType: 'GlobalMaxPool',
  domain: '',
  role: 'extremum',
  vjp: (c) => [carryToPeaks(c, c.g())],
}

/**
 * Values at the outputs [N, C, 1, …] carried to the first largest position of [N, C, …space].
 *
 * x  the input of the run whose peaks are meant; the node's own when left out
 */
export function carryToPeaks(c: NodeContext, values: string, x: string = c.input(0)): string {
  const { emit } = c
  const [n, channels, ...space] = c.dims()
  const rows = [n, channels, sizeOf(space)]
  const one = [n, channels, 1]
  const peaks = emit.node('ArgMax', [emit.reshape(x, rows)], one, { axis: int(2), keepdims: int(1) }, 'int64')
  return emit.reshape(emit.scatter(emit.zeros(rows), peaks, emit.reshape(values, one), 2, false), c.dims())
}
