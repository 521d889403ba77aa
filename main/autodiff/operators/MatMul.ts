import type { NodeContext } from '../context.ts'
import { range } from '../dims.ts'
import type { LinearMap, Operator } from '../operator.ts'

/**
 * MatMul on the last two axes, the others broadcast; one-dimensional operands become a row on the left and a column on
 * the right.
 *
 *   A [… M K] receives g·Bᵀ, B [… K N] receives Aᵀ·g, both summed over stretched axes
 *
 * source  ONNX operator set, MatMul 1, 9, 13
 */
export const MatMul: Operator = {
  opType: 'MatMul',
  domain: '',
  role: 'linear',
  vjp: (c) => [c.needs(0) ? forLeft(c, c.g(), c.input(1)) : null, c.needs(1) ? forRight(c, c.g(), c.input(0)) : null],
  linear,
}

/** Shapes with one-dimensional operands lifted to matrices, and g's shape to match. */
function lifted(c: NodeContext): { a: number[]; b: number[]; y: number[] } {
  const a = [...c.dims(0)]
  const b = [...c.dims(1)]
  const y = [...c.outputDims()]
  if (c.dims(1).length === 1) {
    b.push(1)
    y.push(1)
  }
  if (c.dims(0).length === 1) {
    a.unshift(1)
    y.splice(y.length - 1, 0, 1)
  }
  return { a, b, y }
}

function turned(c: NodeContext, x: string): string {
  const rank = c.emit.dims(x).length
  return c.emit.transpose(x, [...range(0, rank - 2), rank - 1, rank - 2])
}

function forLeft(c: NodeContext, g: string, right: string): string {
  const { emit } = c
  const { b, y, a } = lifted(c)
  const arriving = emit.reshape(g, y)
  const other = emit.reshape(right, b)
  if (a.length === 2 && b.length === 2) return emit.reshape(emit.gemm(arriving, other, false, true), c.dims(0))
  return emit.reshape(emit.unbroadcast(emit.matMul(arriving, turned(c, other)), a), c.dims(0))
}

function forRight(c: NodeContext, g: string, left: string): string {
  const { emit } = c
  const { a, b, y } = lifted(c)
  let arriving = emit.reshape(g, y)
  let other = emit.reshape(left, a)
  if (b.length === 2 && a.length > 2) {
    // One matrix serves the whole batch: the sum over the batch is part of the product.
    other = emit.reshape(other, [a.slice(0, -1).reduce((n, d) => n * d, 1), a[a.length - 1]])
    arriving = emit.reshape(arriving, [y.slice(0, -1).reduce((n, d) => n * d, 1), y[y.length - 1]])
  }
  return emit.reshape(emit.unbroadcast(emit.matMul(turned(c, other), arriving), b), c.dims(1))
}

function linear(c: NodeContext): LinearMap | null {
  if (c.needs(0) === c.needs(1)) return null
  const { emit } = c
  if (c.needs(0)) {
    return {
      x: 0,
      weights: c.input(1),
      bias: null,
      apply: (x, weights, bias) => withBias(c, emit.node('MatMul', [x, weights], c.outputDims()), bias),
      transpose: (s, weights) => forLeft(c, s, weights),
    }
  }
  return {
    x: 1,
    weights: c.input(0),
    bias: null,
    apply: (x, weights, bias) => withBias(c, emit.node('MatMul', [weights, x], c.outputDims()), bias),
    transpose: (s, weights) => forRight(c, s, weights),
  }
}

function withBias(c: NodeContext, y: string, bias: string | null): string {
  return bias === null ? y : c.emit.add(y, bias)
}
