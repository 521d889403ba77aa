import { int, intAttribute, ints } from '../../attributes.ts'
import { transposedWindow } from '../../infer/windows.ts'
import type { Attribute, Node, Shapes } from '../../model.ts'
import type { Emit } from '../../rewrite.ts'

/** Number of spatial axes that these forms are for. */
const AXES = 3

function dimsOf(shapes: Shapes, name: string): readonly number[] | null {
  const dims = shapes.get(name)?.dims
  return dims?.length === AXES + 2 ? dims : null
}

/** A convolution by its parts; weights [M, C/group, …k]. */
interface Convolution {
  readonly x: string
  readonly channels: number
  readonly weights: string
  readonly filters: number
  readonly bias: string | null
  readonly group: number
  /** Without group. */
  readonly attributes: Readonly<Record<string, Attribute>>
  readonly output: string
}

/** One convolution per group, side by side along the channels. */
function perGroup(emit: Emit, c: Convolution): void {
  const parts = (name: string, size: number, axis: number): readonly string[] => {
    const sizes = emit.constant('int64', [c.group], new Array<number>(c.group).fill(size / c.group))
    return emit.add('Split', [name, sizes], { axis: int(axis) }, c.group)
  }
  const inputs = parts(c.x, c.channels, 1)
  const weights = parts(c.weights, c.filters, 0)
  const biases = c.bias === null ? null : parts(c.bias, c.filters, 0)
  const made = inputs.map((x, i) => {
    const bias = biases === null ? [] : [biases[i]]
    return emit.add('Conv', [x, weights[i], ...bias], { ...c.attributes, group: int(1) })[0]
  })
  emit.add('Concat', made, { axis: int(1) }, [c.output])
}

/** Conv over three axes with groups, as one convolution per group. */
export function groupedConv(node: Node, emit: Emit, shapes: Shapes): boolean {
  const group = intAttribute(node, 'group', 1)
  if (node.opType !== 'Conv' || group === 1) return false
  const [x, w] = [dimsOf(shapes, node.inputs[0]), dimsOf(shapes, node.inputs[1])]
  if (x === null || w === null) return false
  const { group: _, ...attributes } = node.attributes
  perGroup(emit, {
    x: node.inputs[0],
    channels: x[1],
    weights: node.inputs[1],
    filters: w[0],
    bias: node.inputs[2] || null,
    group,
    attributes,
    output: node.outputs[0],
  })
  return true
}

/** Zeros between neighbours along the spatial axes, and `tail` more at the end: length n becomes (n − 1)·s + 1 + tail. */
function spread(
  emit: Emit,
  x: string,
  dims: readonly number[],
  strides: readonly number[],
  tail: readonly number[],
): string {
  const [n, c, ...space] = dims
  const shape = (sizes: readonly number[]): string => emit.constant('int64', [sizes.length], sizes)
  let wide = x
  if (strides.some((s) => s > 1)) {
    const [apart] = emit.add('Reshape', [x, shape([n, c, ...space.flatMap((d) => [d, 1])])])
    const none = [0, 0, ...space.flatMap(() => [0, 0])]
    const [padded] = emit.add('Pad', [apart, shape([...none, 0, 0, ...strides.flatMap((s) => [0, s - 1])])])
    ;[wide] = emit.add('Reshape', [padded, shape([n, c, ...space.map((d, i) => d * strides[i])])])
  }
  // Behind the last cell stand stride − 1 zeros already.
  const ends = tail.map((t, i) => t - (strides[i] - 1))
  if (ends.some((e) => e !== 0)) [wide] = emit.add('Pad', [wide, shape([0, 0, 0, 0, 0, 0, 0, ...ends])])
  return wide
}

/** [C, M/g, …k] → [M, C/g, …k], reversed in space. */
function turned(emit: Emit, weights: string, dims: readonly number[], group: number): string {
  const [c, m, ...k] = dims
  const shape = (sizes: readonly number[]): string => emit.constant('int64', [sizes.length], sizes)
  const space = k.map((_, i) => i)
  const [grouped] = emit.add('Reshape', [weights, shape([group, c / group, m, ...k])])
  const [swapped] = emit.add('Transpose', [grouped], { perm: ints([0, 2, 1, ...space.map((i) => i + 3)]) })
  const [flat] = emit.add('Reshape', [swapped, shape([group * m, c / group, ...k])])
  const axes = space.map((i) => i + 2)
  const backwards = k.map(() => -1)
  const past = k.map(() => -(2 ** 31))
  return emit.add('Slice', [flat, shape(backwards), shape(past), shape(axes), shape(backwards)])[0]
}

/**
 * ConvTranspose over three axes as a convolution at stride 1 with flipped weights, of x with stride − 1 zeros between its cells:
 *
 *   y(m, i) = Σ_{c,t,q : q·stride + t·dilation − before = i} W(c, m, t) · x(c, q) + b(m)
 *
 * source  Dumoulin & Visin 2016, arXiv:1603.07285
 */
export function zeroInsertedConv(node: Node, emit: Emit, shapes: Shapes, takesGroups: boolean): boolean {
  if (node.opType !== 'ConvTranspose') return false
  const [x, w] = [dimsOf(shapes, node.inputs[0]), dimsOf(shapes, node.inputs[1])]
  if (x === null || w === null) return false
  const group = intAttribute(node, 'group', 1)
  const { window, output } = transposedWindow(node, x.slice(2), w.slice(2))
  const { kernel, strides, dilations, pads } = window
  // Padding of the wide input; what would be negative is cut off first.
  const reach = kernel.map((k, i) => (k - 1) * dilations[i])
  const before = reach.map((r, i) => r - pads[i])
  const wide = x.slice(2).map((n, i) => (n - 1) * strides[i] + 1)
  const after = output.map((o, i) => o + reach[i] - wide[i] - before[i])
  const cut = before.map((b) => Math.min(0, b))
  let input = spread(
    emit,
    node.inputs[0],
    x,
    strides,
    after.map((a) => Math.min(0, a)),
  )
  if (cut.some((b) => b < 0))
    [input] = emit.add('Pad', [input, emit.constant('int64', [10], [0, 0, ...cut, 0, 0, 0, 0, 0])])
  const attributes = {
    kernel_shape: ints(kernel),
    strides: ints(kernel.map(() => 1)),
    dilations: ints(dilations),
    pads: ints([...before, ...after].map((p) => Math.max(0, p))),
  }
  const weights = turned(emit, node.inputs[1], w, group)
  const bias = node.inputs[2] || null
  if (group > 1 && !takesGroups) {
    const filters = w[1] * group
    perGroup(emit, { x: input, channels: x[1], weights, filters, bias, group, attributes, output: node.outputs[0] })
  } else {
    const inputs = bias === null ? [input, weights] : [input, weights, bias]
    emit.add('Conv', inputs, { ...attributes, group: int(group) }, [node.outputs[0]])
  }
  return true
}
