import { intAttribute, intsAttribute, stringAttribute } from '../attributes.ts'
import type { Node } from '../model.ts'
import { type Inference, type Known, known, numbers, one } from './known.ts'

/** Kernel, strides, dilations and pads of a sliding-window node, defaults and auto_pad resolved. */
export interface Window {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  /** All begins, then all ends, as ONNX writes them. */
  readonly pads: readonly number[]
}

/**
 * The window of Conv, MaxPool, AveragePool or LpPool on an input of these spatial sizes. SAME_UPPER puts an odd cell at
 * the end, SAME_LOWER at the beginning.
 */
export function windowOf(node: Node, spatial: readonly number[], kernelDims: readonly number[]): Window {
  const rank = spatial.length
  const ones = new Array<number>(rank).fill(1)
  const kernel = intsAttribute(node, 'kernel_shape', kernelDims)
  const strides = intsAttribute(node, 'strides', ones)
  const dilations = intsAttribute(node, 'dilations', ones)
  const mode = stringAttribute(node, 'auto_pad', 'NOTSET')
  if (mode === 'NOTSET')
    return { kernel, strides, dilations, pads: intsAttribute(node, 'pads', new Array<number>(2 * rank).fill(0)) }
  if (mode === 'VALID') return { kernel, strides, dilations, pads: new Array<number>(2 * rank).fill(0) }
  const totals = spatial.map((size, i) => {
    const out = Math.ceil(size / strides[i])
    return Math.max(0, (out - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1 - size)
  })
  const small = totals.map((t) => Math.floor(t / 2))
  const large = totals.map((t) => Math.ceil(t / 2))
  return { kernel, strides, dilations, pads: mode === 'SAME_LOWER' ? [...large, ...small] : [...small, ...large] }
}

/** Spatial output sizes; with `ceil` a last window must begin inside the input or its leading pad. */
export function windowOutput(spatial: readonly number[], w: Window, ceil = false): number[] | null {
  const sizes = spatial.map((size, i) => {
    const reach = (w.kernel[i] - 1) * w.dilations[i] + 1
    const room = size + w.pads[i] + w.pads[spatial.length + i] - reach
    if (!ceil) return Math.floor(room / w.strides[i]) + 1
    const out = Math.ceil(room / w.strides[i]) + 1
    return (out - 1) * w.strides[i] >= size + w.pads[i] ? out - 1 : out
  })
  return sizes.every((s) => Number.isInteger(s) && s > 0) ? sizes : null
}

const conv: Inference = (node, [x, w]) => {
  if (!x || !w || w.dims.length !== x.dims.length || x.dims.length < 3) return null
  const spatial = x.dims.slice(2)
  const out = windowOutput(spatial, windowOf(node, spatial, w.dims.slice(2)))
  return one(x.type === 'float' ? 'float' : 'int32', out && [x.dims[0], w.dims[0], ...out])
}

/** Pads of ConvTranspose: given, or what auto_pad or output_shape leaves. */
export function transposedWindow(
  node: Node,
  spatial: readonly number[],
  kernelDims: readonly number[],
): { readonly window: Window; readonly outputPadding: readonly number[]; readonly output: readonly number[] } {
  const rank = spatial.length
  const ones = new Array<number>(rank).fill(1)
  const kernel = intsAttribute(node, 'kernel_shape', kernelDims)
  const strides = intsAttribute(node, 'strides', ones)
  const dilations = intsAttribute(node, 'dilations', ones)
  const outputPadding = intsAttribute(node, 'output_padding', new Array<number>(rank).fill(0))
  const mode = stringAttribute(node, 'auto_pad', 'NOTSET')
  const wanted = node.attributes['output_shape'] ? intsAttribute(node, 'output_shape').slice(-rank) : null
  const full = spatial.map((s, i) => strides[i] * (s - 1) + outputPadding[i] + (kernel[i] - 1) * dilations[i] + 1)
  let pads = intsAttribute(node, 'pads', new Array<number>(2 * rank).fill(0))
  if (mode === 'VALID' && !wanted) pads = new Array<number>(2 * rank).fill(0)
  if (wanted || mode === 'SAME_UPPER' || mode === 'SAME_LOWER') {
    const target = wanted ?? spatial.map((s, i) => s * strides[i])
    const totals = full.map((f, i) => Math.max(0, f - target[i]))
    const small = totals.map((t) => Math.floor(t / 2))
    const large = totals.map((t) => Math.ceil(t / 2))
    // The specification gives the odd cell to the begin for SAME_LOWER and NOTSET alike, to the end for SAME_UPPER.
    pads = mode === 'SAME_UPPER' ? [...small, ...large] : [...large, ...small]
  }
  const output = full.map((f, i) => f - pads[i] - pads[rank + i])
  return { window: { kernel, strides, dilations, pads }, outputPadding, output }
}

const convTranspose: Inference = (node, [x, w]) => {
  if (!x || !w || w.dims.length !== x.dims.length || x.dims.length < 3) return null
  const { output } = transposedWindow(node, x.dims.slice(2), w.dims.slice(2))
  const channels = w.dims[1] * intAttribute(node, 'group', 1)
  return output.every((s) => s > 0) ? [known(x.type, [x.dims[0], channels, ...output])] : null
}

const pool: Inference = (node, [x]) => {
  if (!x || x.dims.length < 3) return null
  const spatial = x.dims.slice(2)
  const out = windowOutput(spatial, windowOf(node, spatial, []), intAttribute(node, 'ceil_mode', 0) === 1)
  if (out === null) return null
  const dims = [x.dims[0], x.dims[1], ...out]
  const outputs: Known[] = [known(x.type, dims)]
  if (node.opType === 'MaxPool') outputs.push(known('int64', dims))
  return outputs
}

/** The size given, or the smallest from which a pool with this window would come. */
const unpool: Inference = (node, [x, , size]) => {
  if (!x || x.dims.length < 3) return null
  const given = numbers(size)
  if (node.inputs[2]) return one(x.type, given)
  const spatial = x.dims.slice(2)
  const { kernel, strides, pads } = windowOf(node, spatial, [])
  const sizes = spatial.map((s, i) => (s - 1) * strides[i] + kernel[i] - pads[i] - pads[spatial.length + i])
  return one(x.type, [x.dims[0], x.dims[1], ...sizes])
}

const globalPool: Inference = (_, [x]) =>
  x && [
    known(
      x.type,
      x.dims.map((d, i) => (i < 2 ? d : 1)),
    ),
  ]

export const windowShapes: Readonly<Record<string, Inference>> = {
  Conv: conv,
  ConvInteger: (node, [x, w]) => conv(node, [x, w]),
  QLinearConv: (node, inputs) => {
    const result = conv(node, [inputs[0], inputs[3]])
    return result && inputs[7] ? one(inputs[7].type, result[0]?.dims ?? null) : null
  },
  ConvTranspose: convTranspose,
  MaxPool: pool,
  MaxUnpool: unpool,
  AveragePool: pool,
  LpPool: pool,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  GlobalLpPool: globalPool,
}
