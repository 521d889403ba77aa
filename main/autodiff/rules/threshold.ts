import { floatAttribute } from '../../graph/attributes.ts'
import type { Node } from '../../graph/model.ts'
import type { NodeContext } from '../context.ts'
import type { LinearNode } from './lrp-linear.ts'

/** Channels whose scale is smaller than this part of the largest stay plain: their threshold would explode. */
const smallest = 1e-4

/**
 * Canonises BatchNormalization → ReLU → linear, the order of DenseNet. With the normalisation as
 * s·x + h per channel and t = −h/s,
 *
 *   relu(s·x + h) = s·(max(x, t) − t) for s > 0,  s·(min(x, t) − t) for s < 0
 *
 * so the linear node takes W·s on the thresholded x, with bias b − f_{W·s}(t). Where the node pads with zeros that bias
 * depends on the position and is a whole plane. The activation and the normalisation then simply pass.
 * Returns null where the node's input is no such chain.
 */
export function throughThreshold(
  producers: ReadonlyMap<string, Node>,
  c: NodeContext,
  node: LinearNode,
): LinearNode | null {
  const { emit } = c
  if (c.node.opType !== 'Conv') return null
  const relu = producers.get(node.x)
  const norm = relu?.opType === 'Relu' ? producers.get(relu.inputs[0]) : undefined
  if (norm?.opType !== 'BatchNormalization') return null
  const values = norm.inputs.slice(1, 5).map((name) => emit.numbersOf(name))
  if (values.some((v) => v === null)) return null
  const [gamma, beta, mean, variance] = values as ArrayLike<number>[]
  const epsilon = floatAttribute(norm, 'epsilon', 1e-5)
  const scale = Float64Array.from(gamma, (g, i) => g / Math.sqrt(variance[i] + epsilon))
  const largest = scale.reduce((m, s) => Math.max(m, Math.abs(s)), 0)
  const plain = Array.from(scale, (s) => Math.abs(s) <= smallest * largest)
  const channels = scale.length
  const threshold = Float64Array.from(scale, (s, i) => (plain[i] ? 0 : mean[i] - beta[i] / s))
  const rank = c.dims().length
  const shape = [1, channels, ...new Array<number>(rank - 2).fill(1)]
  const constant = (f: (i: number) => number): string =>
    emit.floats(
      shape,
      Float64Array.from(scale, (_, i) => f(i)),
    )
  const x = norm.inputs[0]
  const t = constant((i) => threshold[i])
  const flag = (test: (i: number) => boolean): string =>
    emit.greater(
      constant((i) => (test(i) ? 1 : 0)),
      0.5,
    )
  const upper = emit.max(x, t)
  const hasNegative = scale.some((s, i) => s < 0 && !plain[i])
  let input = hasNegative
    ? emit.where(
        flag((i) => scale[i] > 0),
        upper,
        emit.min(x, t),
      )
    : upper
  if (plain.includes(true))
    input = emit.where(
      flag((i) => plain[i]),
      node.x,
      input,
    )
  // One weight per input channel; grouped kernels see their own channels only.
  const perGroup = emit.dims(node.weights)[1]
  if (perGroup !== channels) return null
  const factor = emit.floats(
    shape,
    Float64Array.from(scale, (s, i) => (plain[i] ? 1 : s)),
  )
  const weights = emit.mul(node.weights, factor)
  const item = [1, ...c.dims().slice(1)]
  const filled = emit.expand(t, item)
  const shift = emit.unary('Neg', node.apply(filled, weights, null))
  const own = node.bias === null ? null : lifted(c, node.bias)
  return {
    ...node,
    x: input,
    weights,
    bias: own === null ? shift : emit.add(own, shift),
    nonNegative: false,
    lift: (v) => v,
    apply: (v, w, b) => {
      const y = node.apply(v, w, null)
      return b === null ? y : emit.add(y, b)
    },
  }
}

function lifted(c: NodeContext, bias: string): string {
  const dims = c.emit.dims(bias)
  const rank = c.dims().length
  return dims.length === 1 ? c.emit.reshape(bias, [dims[0], ...new Array<number>(rank - 2).fill(1)]) : bias
}
