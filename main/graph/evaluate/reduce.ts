import { sizeOf } from '../../tensor/tensor.ts'
import { floatAttribute, intAttribute } from '../attributes.ts'
import type { Node } from '../model.ts'
import { axisFromFront, type Evaluator, integers, storage, stridesOf, visit } from './value.ts'

/** Axes a reduction works on, counted from the front; empty when it does nothing (noop_with_empty_axes). */
export function reducedAxes(node: Node, rank: number, axes: readonly number[] | null): number[] | null {
  if (axes === null || axes.length === 0) {
    return intAttribute(node, 'noop_with_empty_axes', 0) === 1 ? [] : Array.from({ length: rank }, (_, i) => i)
  }
  const front = axes.map((a) => axisFromFront(a, rank))
  return front.includes(null) ? null : (front as number[])
}

interface Reduction {
  readonly start: number
  readonly step: (total: number, x: number) => number
  readonly end?: (total: number, count: number) => number
}

function reduce({ start, step, end }: Reduction): Evaluator {
  return (node, [x, axesInput]) => {
    if (!x || x.data.length === 0) return null
    const axes = reducedAxes(node, x.dims.length, axesInput ? integers(axesInput) : null)
    if (axes === null) return null
    const kept = x.dims.map((d, i) => (axes.includes(i) ? 1 : d))
    const totals = new Float64Array(sizeOf(kept)).fill(start)
    const steps = stridesOf(kept).map((s, i) => (axes.includes(i) ? 0 : s))
    visit(x.dims, [steps], (at, [to]) => {
      totals[to] = step(totals[to], x.data[at])
    })
    const count = x.data.length / totals.length
    const data = storage(x.type, totals.length)
    for (let i = 0; i < data.length; i++) data[i] = end ? end(totals[i], count) : totals[i]
    const dims = intAttribute(node, 'keepdims', 1) === 1 ? kept : x.dims.filter((_, i) => !axes.includes(i))
    return [{ type: x.type, dims, data }]
  }
}

/** Products of constant matrices up to this many multiplications are computed here, larger ones by ONNX Runtime. */
const largestProduct = 2 ** 26

const matMul: Evaluator = (_, [a, b]) => {
  if (!a || !b || a.dims.length !== 2 || b.dims.length !== 2 || a.dims[1] !== b.dims[0]) return null
  const [rows, inner] = a.dims
  const columns = b.dims[1]
  if (rows * inner * columns > largestProduct) return null
  const data = storage(a.type, rows * columns)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0
      for (let k = 0; k < inner; k++) sum += a.data[i * inner + k] * b.data[k * columns + j]
      data[i * columns + j] = sum
    }
  }
  return [{ type: a.type, dims: [rows, columns], data }]
}

function extreme(better: (x: number, best: number) => boolean): Evaluator {
  return (node, [x]) => {
    if (!x || intAttribute(node, 'select_last_index', 0) === 1) return null
    const axis = axisFromFront(intAttribute(node, 'axis', 0), x.dims.length)
    if (axis === null) return null
    const inner = sizeOf(x.dims.slice(axis + 1))
    const outer = sizeOf(x.dims.slice(0, axis))
    const data = new Float64Array(outer * inner)
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        const at = (k: number): number => x.data[(o * x.dims[axis] + k) * inner + i]
        let best = 0
        for (let k = 1; k < x.dims[axis]; k++) if (better(at(k), at(best))) best = k
        data[o * inner + i] = best
      }
    }
    const kept = intAttribute(node, 'keepdims', 1) === 1
    const dims = x.dims.flatMap((d, i) => (i === axis ? (kept ? [1] : []) : [d]))
    return [{ type: 'int64', dims, data }]
  }
}

/** (x − mean)·scale/√(variance + ε) + bias per item and channel: how standardised weights stand in files. */
const instanceNormalization: Evaluator = (node, [x, scale, bias]) => {
  if (!x || !scale || !bias || x.dims.length < 3) return null
  const channels = x.dims[1]
  const count = sizeOf(x.dims.slice(2))
  const epsilon = floatAttribute(node, 'epsilon', 1e-5)
  const data = storage(x.type, x.data.length)
  for (let start = 0; start < data.length; start += count) {
    const channel = (start / count) % channels
    let sum = 0
    for (let i = 0; i < count; i++) sum += x.data[start + i]
    const mean = sum / count
    let squares = 0
    for (let i = 0; i < count; i++) squares += (x.data[start + i] - mean) ** 2
    const factor = scale.data[channel] / Math.sqrt(squares / count + epsilon)
    for (let i = 0; i < count; i++) data[start + i] = (x.data[start + i] - mean) * factor + bias.data[channel]
  }
  return [{ type: x.type, dims: x.dims, data }]
}

const cumSum: Evaluator = (node, [x, axisInput]) => {
  if (!x || !axisInput) return null
  const axis = axisFromFront(axisInput.data[0], x.dims.length)
  if (axis === null || intAttribute(node, 'exclusive', 0) === 1 || intAttribute(node, 'reverse', 0) === 1) return null
  const data = storage(x.type, x.data.length)
  const stride = stridesOf(x.dims)[axis]
  for (let i = 0; i < data.length; i++) {
    const first = Math.floor(i / stride) % x.dims[axis] === 0
    data[i] = x.data[i] + (first ? 0 : data[i - stride])
  }
  return [{ type: x.type, dims: x.dims, data }]
}

/** (q − zero point)·scale, per tensor or along an axis; the weights of quantised models. */
const dequantizeLinear: Evaluator = (node, [x, scale, zero]) => {
  if (!x || !scale || scale.dims.length > 1) return null
  const axis = axisFromFront(intAttribute(node, 'axis', 1), x.dims.length)
  const perAxis = scale.data.length > 1
  if (perAxis && axis === null) return null
  const stride = axis === null ? 1 : stridesOf(x.dims)[axis]
  const data = new Float32Array(x.data.length)
  for (let i = 0; i < data.length; i++) {
    const k = perAxis ? Math.floor(i / stride) % scale.data.length : 0
    data[i] = (x.data[i] - (zero ? zero.data[k] : 0)) * scale.data[k]
  }
  return [{ type: 'float', dims: x.dims, data }]
}

const add = (total: number, x: number): number => total + x
const addSquare = (total: number, x: number): number => total + x * x

export const reductions: Readonly<Record<string, Evaluator>> = {
  ReduceSum: reduce({ start: 0, step: add }),
  ReduceMean: reduce({ start: 0, step: add, end: (total, count) => total / count }),
  ReduceProd: reduce({ start: 1, step: (total, x) => total * x }),
  ReduceMax: reduce({ start: Number.NEGATIVE_INFINITY, step: Math.max }),
  ReduceMin: reduce({ start: Number.POSITIVE_INFINITY, step: Math.min }),
  ReduceL1: reduce({ start: 0, step: (total, x) => total + Math.abs(x) }),
  ReduceL2: reduce({ start: 0, step: addSquare, end: Math.sqrt }),
  ReduceSumSquare: reduce({ start: 0, step: addSquare }),
  MatMul: matMul,
  ArgMax: extreme((x, best) => x > best),
  ArgMin: extreme((x, best) => x < best),
  CumSum: cumSum,
  InstanceNormalization: instanceNormalization,
  DequantizeLinear: dequantizeLinear,
}
