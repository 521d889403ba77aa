import type { NodeContext } from '../context.ts'
import type { LinearMap, Operator } from '../operator.ts'
import { transposedConv } from '../transposed-conv.ts'
import { convGeometry, convWindow } from '../windows.ts'

/**
 * Conv: y = W ⋆ x + b over any number of spatial axes. Linear in x up to the bias.
 *
 *   forward    x [N, C, …in], W [M, C/group, …k]  →  y [N, M, …out]
 *   backward   g [N, M, …out], W                  →  [N, C, …in]
 *
 * Only x receives a gradient: the weights of a model under study are constants.
 * source  ONNX operator set, Conv 1, 11, 22
 */
export const Conv: Operator = {
  opType: 'Conv',
  domain: '',
  role: 'linear',
  vjp: (c) => [c.needs(0) ? transposedConv(c.emit, c.g(), c.input(1), convWindow(c)) : null],
  linear,
}

function linear(c: NodeContext): LinearMap | null {
  if (c.needs(1) || c.needs(2)) return null
  const w = convWindow(c)
  return {
    x: 0,
    weights: c.input(1),
    bias: c.hasInput(2) ? c.input(2) : null,
    apply: (x, weights, bias) => {
      const dims = [c.emit.dims(x)[0], ...c.outputDims().slice(1)]
      return c.emit.conv(x, weights, bias, convGeometry(w), dims)
    },
    transpose: (s, weights) => transposedConv(c.emit, s, weights, w),
  }
}
