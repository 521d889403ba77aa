import { sizeOf } from '../../tensor/tensor.ts'
import { intAttribute, stringAttribute } from '../attributes.ts'
import { axisFromFront, type Evaluator, integers, storage, stridesOf, type Value } from './value.ts'

const copyOf = (value: Value): Float32Array | Float64Array => {
  const data = storage(value.type, value.data.length)
  data.set(value.data)
  return data
}

/** Gather: slices of `data` along an axis; an index outside leaves the node to ONNX Runtime, which reports it. */
const gather: Evaluator = (node, [data, indices]) => {
  if (!data || !indices) return null
  const axis = axisFromFront(intAttribute(node, 'axis', 0), data.dims.length)
  if (axis === null) return null
  const picks = integers(indices).map((i) => axisFromFront(i, data.dims[axis]))
  if (picks.includes(null)) return null
  const dims = [...data.dims.slice(0, axis), ...indices.dims, ...data.dims.slice(axis + 1)]
  const out = storage(data.type, sizeOf(dims))
  const inner = sizeOf(data.dims.slice(axis + 1))
  const outer = sizeOf(data.dims.slice(0, axis))
  let at = 0
  for (let o = 0; o < outer; o++) {
    for (const p of picks as number[]) {
      const from = (o * data.dims[axis] + p) * inner
      for (let i = 0; i < inner; i++) out[at++] = data.data[from + i]
    }
  }
  return [{ type: data.type, dims, data: out }]
}

/** Linear offset of each index row of GatherND/ScatterND, or null when one is outside. */
function rowOffsets(data: Value, indices: Value): number[] | null {
  const depth = indices.dims[indices.dims.length - 1]
  const strides = stridesOf(data.dims)
  const offsets: number[] = []
  for (let row = 0; row < indices.data.length / depth; row++) {
    let offset = 0
    for (let k = 0; k < depth; k++) {
      const place = axisFromFront(indices.data[row * depth + k], data.dims[k])
      if (place === null) return null
      offset += place * strides[k]
    }
    offsets.push(offset)
  }
  return offsets
}

const gatherND: Evaluator = (node, [data, indices]) => {
  if (!data || !indices || intAttribute(node, 'batch_dims', 0) !== 0) return null
  const offsets = rowOffsets(data, indices)
  if (offsets === null) return null
  const tail = data.dims.slice(indices.dims[indices.dims.length - 1])
  const run = sizeOf(tail)
  const out = storage(data.type, offsets.length * run)
  offsets.forEach((offset, row) => {
    for (let i = 0; i < run; i++) out[row * run + i] = data.data[offset + i]
  })
  return [{ type: data.type, dims: [...indices.dims.slice(0, -1), ...tail], data: out }]
}

const scatterND: Evaluator = (node, [data, indices, updates]) => {
  if (!data || !indices || !updates || stringAttribute(node, 'reduction', 'none') !== 'none') return null
  const offsets = rowOffsets(data, indices)
  if (offsets === null) return null
  const run = sizeOf(data.dims.slice(indices.dims[indices.dims.length - 1]))
  const out = copyOf(data)
  offsets.forEach((offset, row) => {
    for (let i = 0; i < run; i++) out[offset + i] = updates.data[row * run + i]
  })
  return [{ type: data.type, dims: data.dims, data: out }]
}

/** For every element of `indices`, the offset in `data` with the index put in place of its coordinate along the axis. */
function elementOffsets(data: Value, indices: Value, axis: number): number[] | null {
  const from = stridesOf(indices.dims)
  const to = stridesOf(data.dims)
  const offsets: number[] = []
  for (let at = 0; at < indices.data.length; at++) {
    const place = axisFromFront(indices.data[at], data.dims[axis])
    if (place === null) return null
    let rest = at
    let offset = 0
    for (let k = 0; k < indices.dims.length; k++) {
      const coordinate = Math.floor(rest / from[k])
      rest -= coordinate * from[k]
      offset += (k === axis ? place : coordinate) * to[k]
    }
    offsets.push(offset)
  }
  return offsets
}

const gatherElements: Evaluator = (node, [data, indices]) => {
  if (!data || !indices) return null
  const axis = axisFromFront(intAttribute(node, 'axis', 0), data.dims.length)
  const offsets = axis === null ? null : elementOffsets(data, indices, axis)
  if (offsets === null) return null
  const out = storage(data.type, offsets.length)
  offsets.forEach((offset, i) => {
    out[i] = data.data[offset]
  })
  return [{ type: data.type, dims: indices.dims, data: out }]
}

const scatterElements: Evaluator = (node, [data, indices, updates]) => {
  if (!data || !indices || !updates || stringAttribute(node, 'reduction', 'none') !== 'none') return null
  const axis = axisFromFront(intAttribute(node, 'axis', 0), data.dims.length)
  const offsets = axis === null ? null : elementOffsets(data, indices, axis)
  if (offsets === null) return null
  const out = copyOf(data)
  offsets.forEach((offset, i) => {
    out[offset] = updates.data[i]
  })
  return [{ type: data.type, dims: data.dims, data: out }]
}

const nonZero: Evaluator = (_, [x]) => {
  if (!x) return null
  const strides = stridesOf(x.dims)
  const places: number[] = []
  for (let i = 0; i < x.data.length; i++) if (x.data[i] !== 0) places.push(i)
  const rank = Math.max(x.dims.length, 1)
  const data = new Float64Array(rank * places.length)
  places.forEach((place, column) => {
    let rest = place
    for (let axis = 0; axis < x.dims.length; axis++) {
      const coordinate = Math.floor(rest / strides[axis])
      rest -= coordinate * strides[axis]
      data[axis * places.length + column] = coordinate
    }
  })
  return [{ type: 'int64', dims: [rank, places.length], data }]
}

const oneHot: Evaluator = (node, [indices, depth, values]) => {
  if (!indices || !depth || !values || intAttribute(node, 'axis', -1) !== -1) return null
  const count = depth.data[0]
  const data = storage(values.type, indices.data.length * count).fill(values.data[0])
  for (let i = 0; i < indices.data.length; i++) {
    const place = axisFromFront(indices.data[i], count)
    if (place !== null) data[i * count + place] = values.data[1]
  }
  return [{ type: values.type, dims: [...indices.dims, count], data }]
}

export const select: Readonly<Record<string, Evaluator>> = {
  Gather: gather,
  GatherND: gatherND,
  GatherElements: gatherElements,
  ScatterND: scatterND,
  ScatterElements: scatterElements,
  NonZero: nonZero,
  OneHot: oneHot,
}
