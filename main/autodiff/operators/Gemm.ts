import { floatAttribute, intAttribute } from '../../graph/attributes.ts'
import type { NodeContext } from '../context.ts'
import type { LinearMap, Operator } from '../operator.ts'

/**
 * Gemm: y = alpha·A′·B′ + beta·C, where ′ transposes on demand. A [M, K], B [K, N], C broadcast to [M, N].
 *
 *   A′ receives alpha·g·B′ᵀ ; B′ receives alpha·A′ᵀ·g ; C receives beta·g summed over stretched axes
 *
 * source  ONNX operator set, Gemm 7, 9, 11, 13
 */
export const Gemm: Operator = {
  opType: 'Gemm',
  domain: '',
  role: 'linear',
  vjp: (c) => {
    const { emit } = c
    const { alpha, beta, transA, transB } = flags(c)
    const g = c.g()
    const a = (): string =>
      transA ? emit.gemm(c.input(1), g, transB, true, alpha) : emit.gemm(g, c.input(1), false, !transB, alpha)
    const b = (): string =>
      transB ? emit.gemm(g, c.input(0), true, transA, alpha) : emit.gemm(c.input(0), g, !transA, false, alpha)
    return [
      c.needs(0) ? a() : null,
      c.needs(1) ? b() : null,
      c.needs(2) ? emit.unbroadcast(emit.mul(g, beta), c.dims(2)) : null,
    ]
  },
  linear,
}

function flags(c: NodeContext): { alpha: number; beta: number; transA: boolean; transB: boolean } {
  return {
    alpha: floatAttribute(c.node, 'alpha', 1),
    beta: floatAttribute(c.node, 'beta', 1),
    transA: intAttribute(c.node, 'transA', 0) === 1,
    transB: intAttribute(c.node, 'transB', 0) === 1,
  }
}

function linear(c: NodeContext): LinearMap | null {
  if (c.needs(1) || c.needs(2)) return null
  const { emit } = c
  const { alpha, transA, transB } = flags(c)
  return {
    x: 0,
    weights: c.input(1),
    bias: c.hasInput(2) ? c.input(2) : null,
    apply: (x, weights, bias) =>
      emit.node('Gemm', bias === null ? [x, weights] : [x, weights, bias], c.outputDims(), c.node.attributes),
    transpose: (s, weights) =>
      transA ? emit.gemm(weights, s, transB, true, alpha) : emit.gemm(s, weights, false, !transB, alpha),
  }
}
