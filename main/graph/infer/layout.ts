import { sizeOf } from '../../tensor/tensor.ts'
import { intAttribute, intsAttribute, tensorAttribute } from '../attributes.ts'
import { axisFromFront, broadcastDims } from '../evaluate/value.ts'
import { reshapedDims, slicedRanges, splitSizes, unsqueezedDims } from './dims.ts'
import { type Inference, known, numbers, one } from './known.ts'

const reshape: Inference = (node, [x, shape]) => {
  const target = numbers(shape)
  return x && target ? one(x.type, reshapedDims(x.dims, target, intAttribute(node, 'allowzero', 0) === 1)) : null
}

const flatten: Inference = (node, [x]) => {
  if (!x) return null
  const axis = intAttribute(node, 'axis', 1)
  const front = axis < 0 ? axis + x.dims.length : axis
  return one(x.type, [sizeOf(x.dims.slice(0, front)), sizeOf(x.dims.slice(front))])
}

const squeeze: Inference = (_, [x, axes]) => {
  if (!x || (axes && !axes.value)) return null
  const gone = numbers(axes)?.map((a) => axisFromFront(a, x.dims.length)) ?? null
  return one(
    x.type,
    x.dims.filter((d, i) => (gone ? !gone.includes(i) : d !== 1)),
  )
}

const unsqueeze: Inference = (_, [x, axes]) => {
  const places = numbers(axes)
  return x && places ? one(x.type, unsqueezedDims(x.dims, places)) : null
}

const transpose: Inference = (node, [x]) => {
  if (!x) return null
  const reversed = x.dims.map((_, i) => x.dims.length - 1 - i)
  return one(
    x.type,
    intsAttribute(node, 'perm', reversed).map((p) => x.dims[p]),
  )
}

const concat: Inference = (node, inputs) => {
  const given = inputs.filter((x) => x !== null)
  if (given.length < inputs.length || given.length === 0) return null
  const axis = axisFromFront(intAttribute(node, 'axis'), given[0].dims.length)
  if (axis === null) return null
  const total = given.reduce((sum, x) => sum + x.dims[axis], 0)
  return one(
    given[0].type,
    given[0].dims.map((d, i) => (i === axis ? total : d)),
  )
}

const slice: Inference = (_, [x, starts, ends, axes, steps]) => {
  const from = numbers(starts)
  const to = numbers(ends)
  if (!x || !from || !to || (axes && !axes.value) || (steps && !steps.value)) return null
  const ranges = slicedRanges(x.dims, from, to, numbers(axes), numbers(steps))
  return one(x.type, ranges ? ranges.map((r) => r.count) : null)
}

const split: Inference = (node, [x, sizes]) => {
  if (!x || (sizes && !sizes.value)) return null
  const axis = axisFromFront(intAttribute(node, 'axis', 0), x.dims.length)
  if (axis === null) return null
  return splitSizes(x.dims[axis], node.outputs.length, numbers(sizes)).map((size) =>
    known(
      x.type,
      x.dims.map((d, i) => (i === axis ? size : d)),
    ),
  )
}

const expand: Inference = (_, [x, shape]) => {
  const target = numbers(shape)
  return x && target ? one(x.type, broadcastDims(x.dims, target)) : null
}

const tile: Inference = (_, [x, repeats]) => {
  const times = numbers(repeats)
  return x && times
    ? one(
        x.type,
        x.dims.map((d, i) => d * times[i]),
      )
    : null
}

const pad: Inference = (_, [x, padsInput, , axesInput]) => {
  const pads = numbers(padsInput)
  if (!x || !pads || (axesInput && !axesInput.value)) return null
  const axes = numbers(axesInput)?.map((a) => axisFromFront(a, x.dims.length)) ?? x.dims.map((_, i) => i)
  const dims = [...x.dims]
  axes.forEach((axis, i) => {
    if (axis !== null) dims[axis] += pads[i] + pads[axes.length + i]
  })
  return dims.every((d) => d >= 0) ? one(x.type, dims) : null
}

const constantOfShape: Inference = (node, [shape]) => {
  const dims = numbers(shape)
  return dims ? one(tensorAttribute(node, 'value')?.type ?? 'float', dims) : null
}

const range: Inference = (_, inputs) => {
  const [start, limit, delta] = inputs.map((x) => numbers(x)?.[0])
  if (start === undefined || limit === undefined || !delta) return null
  return one(inputs[0]?.type ?? 'int64', [Math.max(0, Math.ceil((limit - start) / delta))])
}

const shape: Inference = (node, [x]) => {
  if (!x) return null
  const part = shapePart(node, x.dims)
  const dims = [part.length]
  return [{ type: 'int64', dims, value: { type: 'int64', dims, data: Float64Array.from(part) } }]
}

/** The sizes Shape yields, `start` and `end` (version 15) applied. */
function shapePart(node: Parameters<Inference>[0], dims: readonly number[]): readonly number[] {
  return dims.slice(intAttribute(node, 'start', 0), intAttribute(node, 'end', dims.length))
}

const size: Inference = (_, [x]) =>
  x && [{ type: 'int64', dims: [], value: { type: 'int64', dims: [], data: Float64Array.of(sizeOf(x.dims)) } }]

const depthToSpace: Inference = (node, [x]) => {
  if (x?.dims.length !== 4) return null
  const b = intAttribute(node, 'blocksize')
  const [n, c, h, w] = x.dims
  return node.opType === 'DepthToSpace'
    ? one(x.type, [n, c / (b * b), h * b, w * b])
    : one(x.type, [n, c * b * b, h / b, w / b])
}

export const layoutShapes: Readonly<Record<string, Inference>> = {
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
  Shape: shape,
  Size: size,
  DepthToSpace: depthToSpace,
  SpaceToDepth: depthToSpace,
}
