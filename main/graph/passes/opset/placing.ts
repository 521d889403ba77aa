import { int, intAttribute, ints, intsAttribute } from '../../attributes.ts'
import type { Emit, Rule } from '../../rewrite.ts'
import { counting, int64s, joined, sizeOf, sizesOf } from './heads.ts'
import { refuseOperator } from './refuse.ts'

const toTheEnd = 2 ** 31 - 1
const number = (emit: Emit, value: number): string => emit.constant('float', [], [value])
const one = (emit: Emit, op: string, ...inputs: readonly string[]): string => emit.add(op, inputs)[0]

/** Where the n cells of an axis lie between −1 and 1: their middles, or with aligned corners the first and last on the ends. */
function coordinates(emit: Emit, cell: string, size: string, aligned: boolean): string {
  const [at, n] = [cell, size].map((x) => emit.add('Cast', [x], { to: int(1) })[0])
  if (!aligned) {
    const middle = one(emit, 'Add', one(emit, 'Mul', at, number(emit, 2)), number(emit, 1))
    return one(emit, 'Sub', one(emit, 'Div', middle, n), number(emit, 1))
  }
  // Counted from the last cell: a single one lies at 1, where ONNX Runtime puts it.
  const last = one(emit, 'Sub', n, number(emit, 1))
  const steps = one(emit, 'Max', last, number(emit, 1))
  const back = one(emit, 'Div', one(emit, 'Sub', last, at), steps)
  return one(emit, 'Sub', number(emit, 1), one(emit, 'Mul', back, number(emit, 2)))
}

/**
 * AffineGrid 20: the cells of a picture or volume as points (x, y, 1) or (x, y, z, 1), in rows, times the matrices of the
 * batch. Whether there is depth is not known yet: without it the column of z is cut away.
 *
 * θ [N, d, d + 1], size (N, C, (D,) H, W) → [N, (D,) H, W, d]
 * source  ONNX operator set, AffineGrid 20
 */
export const affineGrid: Rule = (node, emit) => {
  const [theta, size] = node.inputs
  const aligned = intAttribute(node, 'align_corners', 0) === 1
  const part = (from: number, to: number): string => one(emit, 'Slice', size, int64s(emit, from), int64s(emit, to))
  const last = (axis: number): string =>
    emit.add('Gather', [size, emit.constant('int64', [], [axis])], { axis: int(0) })[0]
  const all = (sizes: string): string => emit.add('ReduceProd', [sizes], { keepdims: int(0) })[0]
  const space = part(2, toTheEnd)
  const [depth, height, width] = [all(part(2, -2)), last(-2), last(-1)]
  const cell = counting(emit, all(space))
  const row = one(emit, 'Div', cell, width)
  const column = (at: string, n: string): string =>
    one(emit, 'Unsqueeze', coordinates(emit, at, n, aligned), int64s(emit, 1))
  const x = column(one(emit, 'Mod', cell, width), width)
  const y = column(one(emit, 'Mod', row, height), height)
  const z = column(one(emit, 'Div', row, height), depth)
  const axes = one(emit, 'Shape', space)
  const kept = one(emit, 'Slice', z, int64s(emit, 0), one(emit, 'Sub', axes, int64s(emit, 2)), int64s(emit, 1))
  const ones = one(emit, 'Add', one(emit, 'Mul', x, number(emit, 0)), number(emit, 1))
  const points = emit.add('Concat', [x, y, kept, ones], { axis: int(1) })[0]
  const turned = emit.add('Transpose', [theta], { perm: ints([0, 2, 1]) })[0]
  const grid = one(emit, 'MatMul', points, turned)
  emit.add('Reshape', [grid, joined(emit, int64s(emit, 0), space, axes)], {}, node.outputs)
  return true
}

/**
 * CenterCropPad 18: zeros around axes that are too short, then the middle of those that are too long; of an odd number
 * of cells the smaller half lies in front.
 *
 * source  ONNX operator set, CenterCropPad 18
 */
export const centerCropPad: Rule = (node, emit) => {
  const [x, wanted] = node.inputs
  const named = intsAttribute(node, 'axes', [])
  // Without axes, sizes of all of them are given.
  const axes = named.length > 0 ? [int64s(emit, ...named)] : []
  const target = emit.add('Cast', [wanted], { to: int(7) })[0]
  const two = int64s(emit, 2)
  const shape = one(emit, 'Shape', x)
  const own = axes.length > 0 ? emit.add('Gather', [shape, ...axes], { axis: int(0) })[0] : shape
  const lacking = one(emit, 'Sub', one(emit, 'Max', own, target), own)
  const before = one(emit, 'Div', lacking, two)
  const pads = joined(emit, before, one(emit, 'Sub', lacking, before))
  const padded = one(emit, 'Pad', x, pads, ...(axes.length > 0 ? ['', ...axes] : []))
  const start = one(emit, 'Div', one(emit, 'Sub', one(emit, 'Max', own, target), target), two)
  emit.add('Slice', [padded, start, one(emit, 'Add', start, target), ...axes], {}, node.outputs)
  return true
}

/** Weights [cells, 1, …block] of a transposed convolution that puts channel k at cell k of its window. */
function placing(emit: Emit, block: readonly number[]): string {
  const cells = block.reduce((product, k) => product * k, 1)
  const weights = new Float32Array(cells * cells)
  for (let k = 0; k < cells; k++) weights[k * cells + k] = 1
  return emit.constant('float', [cells, 1, ...block], weights)
}

/**
 * Col2Im 18: windows laid side by side are added up into an image. A transposed convolution of every channel by itself,
 * whose weights put each column's numbers at their places; then cells that no window reaches, and the padding cut away.
 *
 * [N, C·cells, windows] → [N, C, …image]
 * errors  graph.operator: the block is computed
 * source  ONNX operator set, Col2Im 18
 */
export const col2Im: Rule = (node, emit) => {
  const [x, image, blockInput] = node.inputs
  const given = emit.numbersOf(blockInput)
  if (given === null) refuseOperator(node, 'computes the size of its windows')
  const block = Array.from(given, Number)
  const each = (name: string, value: number): readonly number[] =>
    intsAttribute(
      node,
      name,
      block.map(() => value),
    )
  const [strides, dilations] = [each('strides', 1), each('dilations', 1)]
  const pads = intsAttribute(
    node,
    'pads',
    [...block, ...block].map(() => 0),
  )
  const [before, after] = [pads.slice(0, block.length), pads.slice(block.length)]
  const reach = block.map((k, i) => dilations[i] * (k - 1) + 1)
  const whole = one(emit, 'Add', image, int64s(emit, ...before.map((b, i) => b + after[i])))
  const room = one(emit, 'Sub', whole, int64s(emit, ...reach))
  const steps = one(emit, 'Div', room, int64s(emit, ...strides))
  const windows = one(emit, 'Add', steps, int64s(emit, 1))
  const weights = placing(emit, block)
  const cells = block.reduce((product, k) => product * k, 1)
  const columns = one(emit, 'Reshape', x, joined(emit, int64s(emit, -1, cells), windows))
  const geometry = { strides: ints(strides), dilations: ints(dilations), kernel_shape: ints(block) }
  const placed = emit.add('ConvTranspose', [columns, weights], geometry)[0]
  const unreached = one(emit, 'Sub', room, one(emit, 'Mul', steps, int64s(emit, ...strides)))
  const axes = int64s(emit, ...block.map((_, i) => i + 2))
  const padded = one(emit, 'Pad', placed, joined(emit, int64s(emit, ...block.map(() => 0)), unreached), '', axes)
  const from = int64s(emit, ...before)
  const cut = one(emit, 'Slice', padded, from, one(emit, 'Add', from, image), axes)
  emit.add('Reshape', [cut, joined(emit, sizesOf(emit, x, 0, 1), int64s(emit, -1), image)], {}, node.outputs)
  return true
}

/**
 * CumProd 26: y_i = Π x_j over j ≤ i (exclusive: j < i; reverse: from the other end). Along a further axis every other
 * number is replaced by 1 and the products taken, so that the derivative is a product of the others and right at zeros.
 *
 * errors  graph.operator: the axis is computed
 * source  ONNX operator set, CumProd 26
 */
export const cumProd: Rule = (node, emit) => {
  const [x, axisInput] = node.inputs
  const given = emit.numbersOf(axisInput)
  if (given === null) refuseOperator(node, 'computes the axis of its products')
  const axis = Number(given[0])
  const exclusive = intAttribute(node, 'exclusive', 0) === 1
  const reverse = intAttribute(node, 'reverse', 0) === 1
  const cell = counting(emit, sizeOf(emit, x, axis))
  const factor = one(emit, 'Unsqueeze', cell, int64s(emit, 0))
  const result = one(emit, 'Unsqueeze', cell, int64s(emit, 1))
  const [low, high] = reverse ? [result, factor] : [factor, result]
  const takesPart = one(emit, exclusive ? 'Less' : 'LessOrEqual', low, high)
  const behind = axis === -1 ? null : sizesOf(emit, x, axis + 1)
  const pair = joined(emit, one(emit, 'Shape', cell), one(emit, 'Shape', cell))
  const mask =
    behind === null ? takesPart : one(emit, 'Reshape', takesPart, joined(emit, pair, one(emit, 'Div', behind, behind)))
  const spread = one(emit, 'Unsqueeze', x, int64s(emit, axis < 0 ? axis - 1 : axis))
  const neutral = one(emit, 'CastLike', number(emit, 1), x)
  const factors = one(emit, 'Where', mask, spread, neutral)
  const along = int64s(emit, axis < 0 ? axis : axis + 1)
  emit.add('ReduceProd', [factors, along], { keepdims: int(0) }, node.outputs)
  return true
}
