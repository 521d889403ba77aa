import { intAttribute, intsAttribute, stringAttribute } from '../../graph/attributes.ts'
import type { Node } from '../../graph/model.ts'
import { normaliseAxis, range } from '../dims.ts'
import { type Array64, array64, broadcastAt, everyIndex, flatOf, made, permuted, reshaped } from './array64.support.ts'

type Inputs = readonly (Array64 | null)[]
type Moving = (node: Node, inputs: Inputs, outputDims: readonly (readonly number[])[]) => Array64[]

/** y[index] = x[source(index)], or `outside` where the source is null. */
function read(x: Array64, dims: readonly number[], source: (index: number[]) => number[] | null, outside = 0): Array64 {
  return made(dims, (index) => {
    const at = source([...index])
    return at === null ? outside : x.data[flatOf(x.dims, at)]
  })
}

const replaced = (index: readonly number[], axis: number, value: number): number[] =>
  index.map((v, a) => (a === axis ? value : v))
const axisOf = (node: Node, fallback: number, x: Array64): number =>
  normaliseAxis(intAttribute(node, 'axis', fallback), x.dims.length)
const wrap = (i: number, size: number): number => (i < 0 ? i + size : i)

function slice(_node: Node, [x, starts, ends, axes, steps]: Inputs): Array64[] {
  const rank = x!.dims.length
  const at = axes ? Array.from(axes.data, (a) => normaliseAxis(a, rank)) : range(0, starts!.data.length)
  let y = x!
  at.forEach((axis, i) => {
    const size = x!.dims[axis]
    const step = steps?.data[i] ?? 1
    const picked: number[] = []
    const low = step > 0 ? 0 : -1
    const high = step > 0 ? size : size - 1
    const clampTo = (v: number, from: number): number => Math.max(from, Math.min(high, v < 0 ? v + size : v))
    const first = clampTo(starts!.data[i], step > 0 ? 0 : 0)
    const last = clampTo(ends!.data[i], low)
    for (let k = first; step > 0 ? k < last : k > last; k += step) picked.push(k)
    const from = y
    y = read(from, replaced(from.dims, axis, picked.length), (index) => replaced(index, axis, picked[index[axis]]))
  })
  return [y]
}

function pad(node: Node, [x, pads, value, axes]: Inputs): Array64[] {
  const rank = x!.dims.length
  const mode = stringAttribute(node, 'mode', 'constant')
  const at = axes ? Array.from(axes.data, (a) => normaliseAxis(a, rank)) : range(0, rank)
  const before = x!.dims.map(() => 0)
  const after = x!.dims.map(() => 0)
  at.forEach((axis, i) => {
    before[axis] = pads!.data[i]
    after[axis] = pads!.data[i + at.length]
  })
  const cell = (p: number, size: number): number => {
    if (mode === 'edge') return Math.min(Math.max(p, 0), size - 1)
    if (mode === 'wrap') return ((p % size) + size) % size
    let q = p
    while (q < 0 || q >= size) q = q < 0 ? -q : 2 * (size - 1) - q
    return q
  }
  const dims = x!.dims.map((d, a) => d + before[a] + after[a])
  const source = (index: number[]): number[] | null => {
    const place = index.map((v, a) => v - before[a])
    if (mode !== 'constant') return place.map((p, a) => cell(p, x!.dims[a]))
    return place.every((p, a) => p >= 0 && p < x!.dims[a]) ? place : null
  }
  return [read(x!, dims, source, value?.data[0] ?? 0)]
}

function concat(node: Node, inputs: Inputs, [dims]: readonly (readonly number[])[]): Array64[] {
  const axis = axisOf(node, 1, inputs[0]!)
  return [
    made(dims, (index) => {
      let at = index[axis]
      let k = 0
      while (at >= inputs[k]!.dims[axis]) at -= inputs[k++]!.dims[axis]
      return inputs[k]!.data[flatOf(inputs[k]!.dims, replaced(index, axis, at))]
    }),
  ]
}

function split(node: Node, [x]: Inputs, outputs: readonly (readonly number[])[]): Array64[] {
  const axis = axisOf(node, 0, x!)
  let start = 0
  return outputs.map((dims) => {
    const from = start
    start += dims[axis]
    return read(x!, dims, (index) => replaced(index, axis, index[axis] + from))
  })
}

function gather(node: Node, [x, indices]: Inputs, [dims]: readonly (readonly number[])[]): Array64[] {
  const axis = axisOf(node, 0, x!)
  const rank = indices!.dims.length
  return [
    read(x!, dims, (index) => {
      const at = indices!.data[flatOf(indices!.dims, index.slice(axis, axis + rank))]
      return [...index.slice(0, axis), wrap(at, x!.dims[axis]), ...index.slice(axis + rank)]
    }),
  ]
}

function gatherND(node: Node, [x, indices]: Inputs, [dims]: readonly (readonly number[])[]): Array64[] {
  const b = intAttribute(node, 'batch_dims', 0)
  const lead = indices!.dims.length - 1
  const depth = indices!.dims[lead]
  return [
    read(x!, dims, (index) => {
      const tuple = range(0, depth).map((k) => {
        const at = indices!.data[flatOf(indices!.dims, [...index.slice(0, lead), k])]
        return wrap(at, x!.dims[b + k])
      })
      return [...index.slice(0, b), ...tuple, ...index.slice(lead)]
    }),
  ]
}

function scatterElements(node: Node, [x, indices, updates]: Inputs): Array64[] {
  const axis = axisOf(node, 0, x!)
  const adds = stringAttribute(node, 'reduction', 'none') === 'add'
  const y = array64(x!.dims, x!.data)
  everyIndex(updates!.dims, (index, flat) => {
    const at = flatOf(y.dims, replaced(index, axis, wrap(indices!.data[flat], y.dims[axis])))
    y.data[at] = updates!.data[flat] + (adds ? y.data[at] : 0)
  })
  return [y]
}

function scatterND(node: Node, [x, indices, updates]: Inputs): Array64[] {
  const adds = stringAttribute(node, 'reduction', 'none') === 'add'
  const lead = indices!.dims.length - 1
  const depth = indices!.dims[lead]
  const y = array64(x!.dims, x!.data)
  everyIndex(updates!.dims, (index, flat) => {
    const tuple = range(0, depth).map((k) =>
      wrap(indices!.data[flatOf(indices!.dims, [...index.slice(0, lead), k])], y.dims[k]),
    )
    const at = flatOf(y.dims, [...tuple, ...index.slice(lead)])
    y.data[at] = updates!.data[flat] + (adds ? y.data[at] : 0)
  })
  return [y]
}

function cumSum(node: Node, [x, axis]: Inputs): Array64[] {
  const at = normaliseAxis(axis!.data[0], x!.dims.length)
  const exclusive = intAttribute(node, 'exclusive', 0)
  const backwards = intAttribute(node, 'reverse', 0) === 1
  return [
    made(x!.dims, (index) => {
      let sum = 0
      for (let k = 0; k < x!.dims[at]; k++) {
        const counted = backwards ? k >= index[at] + exclusive : k <= index[at] - exclusive
        if (counted) sum += x!.data[flatOf(x!.dims, replaced(index, at, k))]
      }
      return sum
    }),
  ]
}

function topK(node: Node, [x, k]: Inputs, [dims]: readonly (readonly number[])[]): Array64[] {
  const axis = axisOf(node, -1, x!)
  const sign = intAttribute(node, 'largest', 1) === 1 ? -1 : 1
  const order = (index: readonly number[]): number[] =>
    range(0, x!.dims[axis]).sort((a, b) => {
      const value = (i: number): number => x!.data[flatOf(x!.dims, replaced(index, axis, i))]
      return sign * (value(a) - value(b)) || a - b
    })
  const places = made(dims, (index) => order(replaced(index, axis, 0))[index[axis]])
  if (k!.data[0] !== dims[axis]) throw new RangeError('TopK was given another k.')
  const values = made(dims, (index, flat) => x!.data[flatOf(x!.dims, replaced(index, axis, places.data[flat]))])
  return [values, places]
}

function compress(node: Node, [x, condition]: Inputs): Array64[] {
  const chosen = Array.from(condition!.data).flatMap((v, i) => (v ? [i] : []))
  if (node.attributes['axis'] === undefined)
    return [
      array64(
        [chosen.length],
        chosen.map((i) => x!.data[i]),
      ),
    ]
  const axis = axisOf(node, 0, x!)
  return [read(x!, replaced(x!.dims, axis, chosen.length), (index) => replaced(index, axis, chosen[index[axis]]))]
}

function reverseSequence(node: Node, [x, lengths]: Inputs): Array64[] {
  const batch = intAttribute(node, 'batch_axis', 1)
  const time = intAttribute(node, 'time_axis', 0)
  return [
    read(x!, x!.dims, (index) => {
      const length = lengths!.data[index[batch]]
      return index[time] < length ? replaced(index, time, length - 1 - index[time]) : index
    }),
  ]
}

function depthToSpace(node: Node, [x]: Inputs): Array64[] {
  const b = intAttribute(node, 'blocksize')
  const [n, c, h, w] = x!.dims
  const crd = stringAttribute(node, 'mode', 'DCR') === 'CRD'
  const view = reshaped(x!, crd ? [n, c / (b * b), b, b, h, w] : [n, b, b, c / (b * b), h, w])
  const turned = permuted(view, crd ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2])
  return [reshaped(turned, [n, c / (b * b), h * b, w * b])]
}

function spaceToDepth(node: Node, [x]: Inputs): Array64[] {
  const b = intAttribute(node, 'blocksize')
  const [n, c, h, w] = x!.dims
  const turned = permuted(reshaped(x!, [n, c, h / b, b, w / b, b]), [0, 3, 5, 1, 2, 4])
  return [reshaped(turned, [n, c * b * b, h / b, w / b])]
}

function trilu(node: Node, [x, k]: Inputs): Array64[] {
  const upper = intAttribute(node, 'upper', 1) === 1
  const shift = k?.data[0] ?? 0
  return [
    made(x!.dims, (index, flat) => {
      const [row, column] = index.slice(-2)
      return (upper ? column >= row + shift : column <= row + shift) ? x!.data[flat] : 0
    }),
  ]
}

const same: Moving = (_n, [x], [dims]) => [reshaped(x!, dims)]

export const moving: Readonly<Record<string, Moving>> = {
  Reshape: same,
  Flatten: same,
  Squeeze: same,
  Unsqueeze: same,
  Transpose: (n, [x]) => [permuted(x!, intsAttribute(n, 'perm', range(0, x!.dims.length).reverse()))],
  Expand: (_n, [x], [dims]) => [made(dims, (index) => x!.data[broadcastAt(x!, index)])],
  Tile: (_n, [x], [dims]) => [read(x!, dims, (index) => index.map((v, a) => v % x!.dims[a]))],
  Slice: slice,
  Pad: pad,
  Concat: concat,
  Split: split,
  Gather: gather,
  GatherND: gatherND,
  GatherElements: (n, [x, indices]) => {
    const axis = axisOf(n, 0, x!)
    return [
      made(indices!.dims, (index, flat) => {
        return x!.data[flatOf(x!.dims, replaced(index, axis, wrap(indices!.data[flat], x!.dims[axis])))]
      }),
    ]
  },
  ScatterElements: scatterElements,
  ScatterND: scatterND,
  CumSum: cumSum,
  TopK: topK,
  Compress: compress,
  ReverseSequence: reverseSequence,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
  Trilu: trilu,
}
