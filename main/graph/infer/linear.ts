import { intAttribute, intsAttribute, stringAttribute } from '../attributes.ts'
import { reducedAxes } from '../evaluate/reduce.ts'
import { axisFromFront, broadcastDims } from '../evaluate/value.ts'
import { type Inference, type Known, known, numbers, one } from './known.ts'

/** Shape of a matrix product with NumPy's rules: 1-D operands are lifted and dropped again. */
export function productDims(a: readonly number[], b: readonly number[]): number[] | null {
  if (a.length === 0 || b.length === 0) return null
  const left = a.length === 1 ? [1, a[0]] : a
  const right = b.length === 1 ? [b[0], 1] : b
  if (left[left.length - 1] !== right[right.length - 2]) return null
  const batch = broadcastDims(left.slice(0, -2), right.slice(0, -2))
  if (batch === null) return null
  const rows = a.length === 1 ? [] : [left[left.length - 2]]
  const columns = b.length === 1 ? [] : [right[right.length - 1]]
  return [...batch, ...rows, ...columns]
}

const product =
  (second: number, type?: Known['type']): Inference =>
  (_, inputs) => {
    const [a, b] = [inputs[0], inputs[second]]
    return a && b ? one(type ?? a.type, productDims(a.dims, b.dims)) : null
  }

const gemm: Inference = (node, [a, b]) => {
  if (a?.dims.length !== 2 || b?.dims.length !== 2) return null
  const [rows, inner] = intAttribute(node, 'transA', 0) ? [a.dims[1], a.dims[0]] : a.dims
  const [depth, columns] = intAttribute(node, 'transB', 0) ? [b.dims[1], b.dims[0]] : b.dims
  return inner === depth ? one(a.type, [rows, columns]) : null
}

/** Einsum without "…": sizes by label. */
const einsum: Inference = (node, inputs) => {
  const equation = stringAttribute(node, 'equation').replaceAll(' ', '')
  if (equation.includes('.') || inputs.includes(null)) return null
  const [left, right] = equation.split('->')
  const sizes = new Map<string, number>()
  left.split(',').forEach((labels, k) => {
    ;[...labels].forEach((label, i) => {
      const size = inputs[k]?.dims[i] ?? 1
      if (size !== 1 || !sizes.has(label)) sizes.set(label, size)
    })
  })
  const counted = [...left.replaceAll(',', '')]
  const output =
    right ??
    counted
      .filter((l) => counted.indexOf(l) === counted.lastIndexOf(l))
      .sort()
      .join('')
  return one(
    inputs[0]?.type ?? 'float',
    [...output].map((label) => sizes.get(label) ?? 1),
  )
}

const reduction: Inference = (node, [x, axesInput]) => {
  if (!x || (axesInput && !axesInput.value)) return null
  const axes = reducedAxes(node, x.dims.length, numbers(axesInput))
  return axes && one(x.type, reducedDims(x.dims, axes, intAttribute(node, 'keepdims', 1) === 1))
}

function reducedDims(dims: readonly number[], axes: readonly number[], keep: boolean): number[] {
  return dims.flatMap((d, i) => (axes.includes(i) ? (keep ? [1] : []) : [d]))
}

const argument: Inference = (node, [x]) => {
  const axis = x && axisFromFront(intAttribute(node, 'axis', 0), x.dims.length)
  return x && axis !== null ? one('int64', reducedDims(x.dims, [axis], intAttribute(node, 'keepdims', 1) === 1)) : null
}

const topK: Inference = (node, [x, k]) => {
  const count = numbers(k)?.[0]
  if (!x || count === undefined) return null
  const axis = axisFromFront(intAttribute(node, 'axis', -1), x.dims.length)
  const dims = x.dims.map((d, i) => (i === axis ? count : d))
  return [known(x.type, dims), known('int64', dims)]
}

const gather: Inference = (node, [data, indices]) => {
  if (!data || !indices) return null
  const axis = axisFromFront(intAttribute(node, 'axis', 0), data.dims.length)
  return axis === null
    ? null
    : one(data.type, [...data.dims.slice(0, axis), ...indices.dims, ...data.dims.slice(axis + 1)])
}

const gatherElements: Inference = (_, [data, indices]) => (data && indices ? one(data.type, indices.dims) : null)

const gatherND: Inference = (node, [data, indices]) => {
  if (!data || !indices) return null
  const batch = intAttribute(node, 'batch_dims', 0)
  return one(data.type, [
    ...indices.dims.slice(0, -1),
    ...data.dims.slice(batch + indices.dims[indices.dims.length - 1]),
  ])
}

/** ⌊size · scale⌋ in single precision, as the runtime takes it: 36 · 0.58333331 is 21 there and 20.99… in double. */
const scaledSize = (size: number, scale: number): number => Math.floor(Math.fround(Math.fround(scale) * size))

const resize: Inference = (node, [x, , scalesInput, sizesInput]) => {
  if (!x) return null
  const sizes = numbers(sizesInput)
  const scales = numbers(scalesInput)
  const rank = x.dims.length
  const axes = node.attributes['axes']
    ? intsAttribute(node, 'axes').map((a) => axisFromFront(a, rank))
    : x.dims.map((_, i) => i)
  if (stringAttribute(node, 'keep_aspect_ratio_policy', 'stretch') !== 'stretch') return null
  const dims = [...x.dims]
  axes.forEach((axis, i) => {
    if (axis === null) return
    if (sizes && sizes.length > 0) dims[axis] = sizes[i]
    else if (scales && scales.length > 0) dims[axis] = scaledSize(x.dims[axis], scales[i])
  })
  return (sizes && sizes.length > 0) || (scales && scales.length > 0) ? one(x.type, dims) : null
}

const gridSample: Inference = (_, [x, grid]) =>
  x && grid ? one(x.type, [x.dims[0], x.dims[1], ...grid.dims.slice(1, -1)]) : null

const oneHot: Inference = (node, [indices, depth, values]) => {
  const count = numbers(depth)?.[0]
  if (!indices || !values || count === undefined) return null
  const axis = axisFromFront(intAttribute(node, 'axis', -1), indices.dims.length + 1)
  if (axis === null) return null
  return one(values.type, [...indices.dims.slice(0, axis), count, ...indices.dims.slice(axis)])
}

/** LSTM, GRU, RNN: Y, last hidden state and, for LSTM, last cell state. */
const recurrent: Inference = (node, [x]) => {
  if (x?.dims.length !== 3 || intAttribute(node, 'layout', 0) !== 0) return null
  const directions = stringAttribute(node, 'direction', 'forward') === 'bidirectional' ? 2 : 1
  const hidden = intAttribute(node, 'hidden_size')
  const [steps, batch] = x.dims
  const last = known(x.type, [directions, batch, hidden])
  return [known(x.type, [steps, directions, batch, hidden]), last, last]
}

const roiAlign: Inference = (node, [x, rois]) =>
  x && rois
    ? one(x.type, [
        rois.dims[0],
        x.dims[1],
        intAttribute(node, 'output_height', 1),
        intAttribute(node, 'output_width', 1),
      ])
    : null

const reductionNames = 'Sum Mean Max Min Prod L1 L2 LogSum LogSumExp SumSquare'.split(' ')

export const linearShapes: Readonly<Record<string, Inference>> = {
  MatMul: product(1),
  MatMulInteger: product(1, 'int32'),
  QLinearMatMul: product(3),
  Gemm: gemm,
  Einsum: einsum,
  ArgMax: argument,
  ArgMin: argument,
  TopK: topK,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  Resize: resize,
  GridSample: gridSample,
  OneHot: oneHot,
  LSTM: recurrent,
  GRU: recurrent,
  RNN: recurrent,
  RoiAlign: roiAlign,
  ...Object.fromEntries(reductionNames.map((name) => [`Reduce${name}`, reduction])),
}
