import { int, intAttribute, ints, intsAttribute } from '../../attributes.ts'
import { type Window, windowOf } from '../../infer/windows.ts'
import type { Node, Shapes } from '../../model.ts'
import type { Emit } from '../../rewrite.ts'

/** Lowest float32; a kernel need not know infinity. */
const LOWEST = -3.4028234663852886e38

const isUneven = (pads: readonly number[]): boolean => {
  const rank = pads.length / 2
  return pads.slice(0, rank).some((p, i) => p !== pads[rank + i])
}

/**
 * Pads that differ at the two ends of an axis, done by nodes of their own: Pad before Conv and the pools, Slice behind
 * ConvTranspose. A max pool is padded with the lowest number; an average pool is given zeros and its divisors afterwards. A max
 * pool that tells its winners stays: the padding would shift what they count.
 */
export function unevenPads(node: Node, emit: Emit, shapes: Shapes): boolean {
  if (!isUneven(intsAttribute(node, 'pads', []))) return false
  switch (node.opType) {
    case 'Conv':
    case 'LpPool':
      return padded(node, emit, shapes, 0)
    case 'MaxPool':
      return node.outputs[1] ? false : padded(node, emit, shapes, LOWEST)
    case 'AveragePool':
      return average(node, emit, shapes)
    case 'ConvTranspose':
      return sliced(node, emit)
    default:
      return false
  }
}

interface Geometry extends Window {
  readonly input: readonly number[]
  readonly output: readonly number[]
}

function geometryOf(node: Node, shapes: Shapes): Geometry | null {
  const [x, y] = [shapes.get(node.inputs[0]), shapes.get(node.outputs[0])]
  const kernel = node.opType === 'Conv' ? shapes.get(node.inputs[1])?.dims.slice(2) : []
  if (!x || !y || !kernel) return null
  const input = x.dims.slice(2)
  return { ...windowOf(node, input, kernel), input, output: y.dims.slice(2) }
}

/** The input with as much around it as the last window needs, so that rounding up of sizes has nothing left to do. */
function around(emit: Emit, x: string, { input, output, kernel, strides, dilations, pads }: Geometry, value: number) {
  const before = pads.slice(0, input.length)
  const needed = output.map((o, i) => (o - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1)
  const after = needed.map((n, i) => Math.max(0, n - before[i] - input[i]))
  const amounts = [0, 0, ...before, 0, 0, ...after]
  const fill = value === 0 ? [] : [emit.constant('float', [], [value])]
  return emit.add('Pad', [x, emit.constant('int64', [amounts.length], amounts), ...fill])[0]
}

function padded(node: Node, emit: Emit, shapes: Shapes, value: number): boolean {
  const geometry = geometryOf(node, shapes)
  if (geometry === null) return false
  const x = around(emit, node.inputs[0], geometry, value)
  const attributes = { ...node.attributes, pads: ints(geometry.pads.map(() => 0)) }
  emit.add(node.opType, [x, ...node.inputs.slice(1)], withoutCeil(attributes), node.outputs)
  return true
}

function withoutCeil(attributes: Node['attributes']): Node['attributes'] {
  return 'ceil_mode' in attributes ? { ...attributes, ceil_mode: int(0) } : attributes
}

/** Cells of each window of one axis that an average counts: those of the input, with `inclusive` those of the pads too. */
function counted({ input, output, kernel, strides, dilations, pads }: Geometry, axis: number, inclusive: boolean) {
  const before = pads[axis]
  const from = inclusive ? -before : 0
  const to = input[axis] + (inclusive ? pads[input.length + axis] : 0)
  return Array.from({ length: output[axis] }, (_, o) => {
    const first = o * strides[axis] - before
    const cells = Array.from({ length: kernel[axis] }, (__, t) => first + t * dilations[axis])
    return cells.filter((at) => at >= from && at < to).length
  })
}

function average(node: Node, emit: Emit, shapes: Shapes): boolean {
  const geometry = geometryOf(node, shapes)
  if (geometry === null) return false
  const { kernel, output } = geometry
  const inclusive = intAttribute(node, 'count_include_pad', 0) === 1
  const cells = kernel.reduce((n, k) => n * k, 1)
  let counts = [1]
  kernel.forEach((_, axis) => {
    const own = counted(geometry, axis, inclusive)
    counts = counts.flatMap((n) => own.map((v) => n * v))
  })
  const x = around(emit, node.inputs[0], geometry, 0)
  const attributes = withoutCeil({ ...node.attributes, pads: ints(geometry.pads.map(() => 0)) })
  if (counts.every((n) => n === cells)) {
    emit.add('AveragePool', [x], attributes, node.outputs)
    return true
  }
  const [mean] = emit.add('AveragePool', [x], attributes)
  const factors = counts.map((n) => cells / Math.max(1, n))
  emit.add('Mul', [mean, emit.constant('float', [1, 1, ...output], factors)], {}, node.outputs)
  return true
}

function sliced(node: Node, emit: Emit): boolean {
  const pads = intsAttribute(node, 'pads', [])
  const rank = pads.length / 2
  const list = (values: readonly number[]): string => emit.constant('int64', [rank], values)
  const [whole] = emit.add('ConvTranspose', node.inputs, { ...node.attributes, pads: ints(pads.map(() => 0)) })
  const begins = pads.slice(0, rank)
  const ends = pads.slice(rank).map((p) => (p === 0 ? 2 ** 31 : -p))
  emit.add('Slice', [whole, list(begins), list(ends), list(begins.map((_, i) => i + 2))], {}, node.outputs)
  return true
}
