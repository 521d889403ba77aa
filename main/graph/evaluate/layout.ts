import { sizeOf } from '../../tensor/tensor.ts'
import { intAttribute, intsAttribute, stringAttribute, tensorAttribute } from '../attributes.ts'
import { numbersOf } from '../constants.ts'
import { reshapedDims, slicedRanges, splitSizes, unsqueezedDims } from '../infer/dims.ts'
import {
  axisFromFront,
  broadcastDims,
  broadcastSteps,
  type Evaluator,
  integers,
  pick,
  storage,
  stridesOf,
  type Value,
  visit,
} from './value.ts'

const withDims = (value: Value, dims: readonly number[] | null): readonly Value[] | null => dims && [{ ...value, dims }]

const reshape: Evaluator = (node, [x, shape]) =>
  x && shape && withDims(x, reshapedDims(x.dims, integers(shape), intAttribute(node, 'allowzero', 0) === 1))

const flatten: Evaluator = (node, [x]) => {
  if (!x) return null
  const axis = intAttribute(node, 'axis', 1)
  const front = axis < 0 ? axis + x.dims.length : axis
  return [{ ...x, dims: [sizeOf(x.dims.slice(0, front)), sizeOf(x.dims.slice(front))] }]
}

const squeeze: Evaluator = (_, [x, axes]) => {
  if (!x) return null
  const gone = axes ? integers(axes).map((a) => axisFromFront(a, x.dims.length)) : null
  return [{ ...x, dims: x.dims.filter((d, i) => (gone ? !gone.includes(i) : d !== 1)) }]
}

const unsqueeze: Evaluator = (_, [x, axes]) => x && axes && withDims(x, unsqueezedDims(x.dims, integers(axes)))

const transpose: Evaluator = (node, [x]) => {
  if (!x) return null
  const perm = intsAttribute(
    node,
    'perm',
    x.dims.map((_, i) => x.dims.length - 1 - i),
  )
  const strides = stridesOf(x.dims)
  return [
    pick(
      x,
      perm.map((p) => x.dims[p]),
      perm.map((p) => strides[p]),
    ),
  ]
}

const concat: Evaluator = (node, inputs) => {
  const values = inputs.filter((v): v is Value => v !== null)
  if (values.length < inputs.length || values.length === 0) return null
  const axis = axisFromFront(intAttribute(node, 'axis'), values[0].dims.length)
  if (axis === null) return null
  const dims = values[0].dims.map((d, i) => (i === axis ? values.reduce((sum, v) => sum + v.dims[i], 0) : d))
  const data = storage(values[0].type, sizeOf(dims))
  const inner = sizeOf(dims.slice(axis + 1))
  const outer = sizeOf(dims.slice(0, axis))
  let start = 0
  for (const v of values) {
    const run = v.dims[axis] * inner
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < run; i++) data[o * dims[axis] * inner + start + i] = v.data[o * run + i]
    }
    start += run
  }
  return [{ type: values[0].type, dims, data }]
}

const slice: Evaluator = (_, [x, starts, ends, axes, steps]) => {
  if (!x || !starts || !ends) return null
  const ranges = slicedRanges(
    x.dims,
    integers(starts),
    integers(ends),
    axes ? integers(axes) : null,
    steps ? integers(steps) : null,
  )
  if (ranges === null) return null
  const strides = stridesOf(x.dims)
  const start = ranges.reduce((sum, r, i) => sum + r.start * strides[i], 0)
  return [
    pick(
      x,
      ranges.map((r) => r.count),
      ranges.map((r, i) => r.step * strides[i]),
      start,
    ),
  ]
}

const split: Evaluator = (node, [x, sizes]) => {
  if (!x) return null
  const axis = axisFromFront(intAttribute(node, 'axis', 0), x.dims.length)
  if (axis === null) return null
  const strides = stridesOf(x.dims)
  let start = 0
  return splitSizes(x.dims[axis], node.outputs.length, sizes ? integers(sizes) : null).map((size) => {
    const part = pick(
      x,
      x.dims.map((d, i) => (i === axis ? size : d)),
      strides,
      start * strides[axis],
    )
    start += size
    return part
  })
}

const expand: Evaluator = (_, [x, shape]) => {
  if (!x || !shape) return null
  const dims = broadcastDims(x.dims, integers(shape))
  return dims && [pick(x, dims, broadcastSteps(x.dims, dims))]
}

const tile: Evaluator = (_, [x, repeats]) => {
  if (!x || !repeats) return null
  const times = integers(repeats)
  const dims = x.dims.flatMap((d, i) => [times[i], d])
  const strides = stridesOf(x.dims)
  const tiled = pick(
    x,
    dims,
    x.dims.flatMap((_, i) => [0, strides[i]]),
  )
  return [{ ...tiled, dims: x.dims.map((d, i) => d * times[i]) }]
}

const pad: Evaluator = (node, [x, pads, fill, axes]) => {
  if (!x || !pads || stringAttribute(node, 'mode', 'constant') !== 'constant') return null
  const rank = x.dims.length
  const named = axes ? integers(axes).map((a) => axisFromFront(a, rank)) : x.dims.map((_, i) => i)
  const amounts = integers(pads)
  const begin = new Array<number>(rank).fill(0)
  const end = new Array<number>(rank).fill(0)
  named.forEach((axis, i) => {
    if (axis === null) return
    begin[axis] = amounts[i]
    end[axis] = amounts[named.length + i]
  })
  if ([...begin, ...end].some((p) => p < 0)) return null
  const dims = x.dims.map((d, i) => d + begin[i] + end[i])
  const data = storage(x.type, sizeOf(dims)).fill(fill ? fill.data[0] : 0)
  const strides = stridesOf(dims)
  const start = begin.reduce((sum, b, i) => sum + b * strides[i], 0)
  visit(x.dims, [strides], (at, [offset]) => {
    data[start + offset] = x.data[at]
  })
  return [{ type: x.type, dims, data }]
}

const constantOfShape: Evaluator = (node, [shape]) => {
  if (!shape) return null
  const dims = integers(shape)
  const fill = tensorAttribute(node, 'value')
  const type = fill?.type ?? 'float'
  return [{ type, dims, data: storage(type, sizeOf(dims)).fill(fill ? numbersOf(fill)[0] : 0) }]
}

const range: Evaluator = (_, [start, limit, delta]) => {
  if (!start || !limit || !delta || delta.data[0] === 0) return null
  const count = Math.max(0, Math.ceil((limit.data[0] - start.data[0]) / delta.data[0]))
  const data = storage(start.type, count)
  for (let i = 0; i < count; i++) data[i] = start.data[0] + i * delta.data[0]
  return [{ type: start.type, dims: [count], data }]
}

const trilu: Evaluator = (node, [x, diagonal]) => {
  if (!x || x.dims.length < 2) return null
  const upper = intAttribute(node, 'upper', 1) === 1
  const k = diagonal ? diagonal.data[0] : 0
  const [rows, columns] = x.dims.slice(-2)
  const data = storage(x.type, x.data.length)
  for (let i = 0; i < data.length; i++) {
    const column = i % columns
    const row = Math.floor(i / columns) % rows
    data[i] = (upper ? column - row >= k : column - row <= k) ? x.data[i] : 0
  }
  return [{ type: x.type, dims: x.dims, data }]
}

export const layout: Readonly<Record<string, Evaluator>> = {
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Concat: concat,
  Slice: slice,
  Split: split,
  Expand: expand,
  Tile: tile,
  Pad: pad,
  ConstantOfShape: constantOfShape,
  Range: range,
  Trilu: trilu,
}
