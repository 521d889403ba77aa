import { int, intAttribute, ints, intsAttribute, stringAttribute } from '../../graph/attributes.ts'
import type { NodeContext } from '../context.ts'
import type { LinearMap, Operator } from '../operator.ts'

/**
 * ConvTranspose: y[o] = Σ W[t]·x[i] over o = i·stride + t·dilation − before. Its transpose is a convolution with the
 * same weights, whose layout fits as it stands.
 *
 *   forward    x [N, C, …in], W [C, M/group, …k]  →  y [N, M, …out]
 *   backward   g [N, M, …out], W                  →  [N, C, …in]
 *
 * source  ONNX operator set, ConvTranspose 1, 11, 22
 */
export const ConvTranspose: Operator = {
  opType: 'ConvTranspose',
  domain: '',
  role: 'linear',
  vjp: (c) => [c.needs(0) ? transpose(c, c.g(), c.input(1)) : null],
  linear,
}

/** Cells cut off at the beginning of each axis; `output_shape` and `auto_pad` are resolved as the runtime does. */
function cutBefore(c: NodeContext, kernel: readonly number[]): readonly number[] {
  const ones = kernel.map(() => 1)
  const strides = intsAttribute(c.node, 'strides', ones)
  const dilations = intsAttribute(c.node, 'dilations', ones)
  const extra = intsAttribute(
    c.node,
    'output_padding',
    kernel.map(() => 0),
  )
  const auto = stringAttribute(c.node, 'auto_pad', 'NOTSET')
  const given = c.node.attributes['output_shape'] !== undefined
  if (auto === 'NOTSET' && !given)
    return intsAttribute(
      c.node,
      'pads',
      kernel.flatMap(() => [0, 0]),
    ).slice(0, kernel.length)
  if (auto === 'VALID' && !given) return kernel.map(() => 0)
  const input = c.dims(0).slice(2)
  const output = c.outputDims().slice(2)
  return kernel.map((k, i) => {
    const full = (input[i] - 1) * strides[i] + extra[i] + (k - 1) * dilations[i] + 1
    const total = Math.max(0, full - output[i])
    return auto === 'SAME_UPPER' ? Math.floor(total / 2) : total - Math.floor(total / 2)
  })
}

function transpose(c: NodeContext, s: string, weights: string): string {
  const { emit } = c
  const kernel = emit.dims(weights).slice(2)
  const ones = kernel.map(() => 1)
  const strides = intsAttribute(c.node, 'strides', ones)
  const dilations = intsAttribute(c.node, 'dilations', ones)
  const before = cutBefore(c, kernel)
  const input = c.dims(0).slice(2)
  const output = c.outputDims().slice(2)
  const after = kernel.map((k, i) => (input[i] - 1) * strides[i] + (k - 1) * dilations[i] + 1 - output[i] - before[i])
  const cut = (amounts: readonly number[]): number[] => [0, 0, ...amounts.map((a) => Math.min(0, a))]
  const cropped = emit.pad(s, cut(before), cut(after))
  const pads = [...before, ...after].map((p) => Math.max(0, p))
  const geometry = { strides, dilations, pads, group: intAttribute(c.node, 'group', 1) }
  return emit.conv(cropped, weights, null, geometry, c.dims(0))
}

function linear(c: NodeContext): LinearMap | null {
  if (c.needs(1) || c.needs(2)) return null
  const kernel = c.dims(1).slice(2)
  const attributes = { ...c.node.attributes, kernel_shape: ints(kernel), group: int(intAttribute(c.node, 'group', 1)) }
  return {
    x: 0,
    weights: c.input(1),
    bias: c.hasInput(2) ? c.input(2) : null,
    apply: (x, weights, bias) =>
      c.emit.node('ConvTranspose', bias === null ? [x, weights] : [x, weights, bias], c.outputDims(), attributes),
    transpose: (s, weights) => transpose(c, s, weights),
  }
}
