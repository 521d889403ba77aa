import type { NodeContext } from '../context.ts'
import { range } from '../dims.ts'
import { kernelGradient } from '../kernel-gradient.ts'
import type { LinearMap, Operator } from '../operator.ts'
import { transposedConv } from '../transposed-conv.ts'
import { convGeometry, convWindow } from '../windows.ts'

/**
 * Conv: y = W ⋆ x + b over any number of spatial axes. Linear in x up to the bias.
 *
 *   forward    x [N, C, …in], W [M, C/group, …k]  →  y [N, M, …out]
 *   backward   g [N, M, …out], W                  →  [N, C, …in]
 *
 * Kernels and biases that the network computes itself receive theirs too; then it is a product of x and W.
 * source  ONNX operator set, Conv 1, 11, 22
 */
export const Conv: Operator = {
  opType: 'Conv',
  domain: '',
  role: 'linear',
  vjp: (c) => {
    const { emit } = c
    const w = convWindow(c)
    return [
      c.needs(0) ? transposedConv(emit, c.g(), c.input(1), w) : null,
      c.needs(1) ? kernelGradient(emit, c.g(), c.input(0), w) : null,
      c.needs(2) ? emit.reduce('ReduceSum', c.g(), [0, ...range(2, c.outputDims().length)], false) : null,
    ]
  },
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
