import { floatAttribute, intAttribute, intsAttribute } from '../../graph/attributes.ts'
import type { Node } from '../../graph/model.ts'
import { normaliseAxis, range, sizeOf } from '../dims.ts'
import { type Array64, broadcastAt, flatOf, made, reduced, reshaped } from './array64.support.ts'

type Fold = (values: readonly number[], node: Node) => number
const total = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0)

const folds: Readonly<Record<string, Fold>> = {
  ReduceMean: (v) => total(v) / v.length,
  ReduceSum: total,
  ReduceSumSquare: (v) => total(v.map((a) => a * a)),
  ReduceL1: (v) => total(v.map(Math.abs)),
  ReduceL2: (v) => Math.sqrt(total(v.map((a) => a * a))),
  ReduceLogSum: (v) => Math.log(total(v)),
  ReduceLogSumExp: (v) => Math.log(total(v.map(Math.exp))),
  ReduceProd: (v) => v.reduce((a, b) => a * b, 1),
  ReduceMax: (v) => Math.max(...v),
  ReduceMin: (v) => Math.min(...v),
}

const globalFolds: Readonly<Record<string, Fold>> = {
  GlobalAveragePool: (v) => total(v) / v.length,
  GlobalMaxPool: (v) => Math.max(...v),
  GlobalLpPool: (v, n) => {
    const p = intAttribute(n, 'p', 2)
    return total(v.map((a) => Math.abs(a) ** p)) ** (1 / p)
  },
}

export function reduction(node: Node, inputs: readonly (Array64 | null)[]): Array64 | null {
  const x = inputs[0]!
  const global = globalFolds[node.opType]
  if (global) return reduced(x, range(2, x.dims.length), true, (v) => global(v, node))
  const fold = folds[node.opType]
  if (!fold) return null
  const given = inputs[1] ? Array.from(inputs[1].data) : intsAttribute(node, 'axes', [])
  // No axes, no reduction: what the operator does to each element (square, logarithm, modulus) is still done.
  if (given.length === 0 && intAttribute(node, 'noop_with_empty_axes', 0) === 1)
    return { dims: x.dims, data: x.data.map((v) => fold([v], node)) }
  const axes = given.length > 0 ? given.map((a) => normaliseAxis(a, x.dims.length)) : range(0, x.dims.length)
  return reduced(x, axes, intAttribute(node, 'keepdims', 1) === 1, (v) => fold(v, node))
}

/** Statistics over axes, then f(value, statistics) element by element. */
function byGroup(
  x: Array64,
  axes: readonly number[],
  statistics: (v: readonly number[]) => number[],
  f: (value: number, s: readonly number[], index: readonly number[]) => number,
): Array64 {
  const count = statistics([1]).length
  const each = range(0, count).map((k) => reduced(x, axes, true, (v) => statistics(v)[k]))
  return made(x.dims, (index, flat) =>
    f(
      x.data[flat],
      each.map((s) => s.data[broadcastAt(s, index)]),
      index,
    ),
  )
}

const meanAndVariance = (v: readonly number[]): number[] => {
  const mean = total(v) / v.length
  return [mean, total(v.map((a) => (a - mean) ** 2)) / v.length]
}

export const norms: Readonly<Record<string, (n: Node, inputs: readonly (Array64 | null)[]) => Array64>> = {
  BatchNormalization: (n, [x, scale, shift, mean, variance]) =>
    made(x!.dims, (index, i) => {
      const c = index[1]
      const d = Math.sqrt(variance!.data[c] + floatAttribute(n, 'epsilon', 1e-5))
      return (scale!.data[c] * (x!.data[i] - mean!.data[c])) / d + shift!.data[c]
    }),
  LayerNormalization: (n, [x, scale, shift]) => {
    const axes = range(normaliseAxis(intAttribute(n, 'axis', -1), x!.dims.length), x!.dims.length)
    return byGroup(x!, axes, meanAndVariance, (v, [m, s], at) => {
      const normal = (v - m) / Math.sqrt(s + floatAttribute(n, 'epsilon', 1e-5))
      return normal * scale!.data[broadcastAt(scale!, at)] + (shift ? shift.data[broadcastAt(shift, at)] : 0)
    })
  },
  RMSNormalization: (n, [x, scale]) => {
    const axes = range(normaliseAxis(intAttribute(n, 'axis', -1), x!.dims.length), x!.dims.length)
    const square = (v: readonly number[]): number[] => [total(v.map((a) => a * a)) / v.length]
    return byGroup(x!, axes, square, (v, [s], at) => {
      return (v / Math.sqrt(s + floatAttribute(n, 'epsilon', 1e-5))) * scale!.data[broadcastAt(scale!, at)]
    })
  },
  InstanceNormalization: (n, [x, scale, shift]) =>
    byGroup(x!, range(2, x!.dims.length), meanAndVariance, (v, [m, s], [, c]) => {
      return ((v - m) / Math.sqrt(s + floatAttribute(n, 'epsilon', 1e-5))) * scale!.data[c] + shift!.data[c]
    }),
  GroupNormalization: (n, [x, scale, shift]) => {
    const [items, channels, ...space] = x!.dims
    const groups = intAttribute(n, 'num_groups')
    const view = reshaped(x!, [items, groups, channels / groups, sizeOf(space)])
    const y = byGroup(view, [2, 3], meanAndVariance, (v, [m, s], [, g, c]) => {
      const at = scale!.dims[0] === groups && groups !== channels ? g : (g * channels) / groups + c
      return ((v - m) / Math.sqrt(s + floatAttribute(n, 'epsilon', 1e-5))) * scale!.data[at] + shift!.data[at]
    })
    return reshaped(y, x!.dims)
  },
  MeanVarianceNormalization: (n, [x]) =>
    byGroup(x!, intsAttribute(n, 'axes', [0, 2, 3]), meanAndVariance, (v, [m, s]) => (v - m) / (Math.sqrt(s) + 1e-9)),
  LpNormalization: (n, [x]) => {
    const p = intAttribute(n, 'p', 2)
    const axis = normaliseAxis(intAttribute(n, 'axis', -1), x!.dims.length)
    const length = (v: readonly number[]): number[] => [total(v.map((a) => Math.abs(a) ** p)) ** (1 / p)]
    return byGroup(x!, [axis], length, (v, [s]) => (s === 0 ? 0 : v / s))
  },
  LRN: (n, [x]) => {
    const size = intAttribute(n, 'size')
    return made(x!.dims, (index, i) => {
      let power = 0
      const from = Math.max(0, index[1] - Math.floor((size - 1) / 2))
      const to = Math.min(x!.dims[1] - 1, index[1] + Math.ceil((size - 1) / 2))
      for (let c = from; c <= to; c++) power += x!.data[flatOf(x!.dims, [index[0], c, ...index.slice(2)])] ** 2
      const d = floatAttribute(n, 'bias', 1) + (floatAttribute(n, 'alpha', 1e-4) / size) * power
      return x!.data[i] / d ** floatAttribute(n, 'beta', 0.75)
    })
  },
  Softmax: (n, [x]) => {
    const axis = normaliseAxis(intAttribute(n, 'axis', -1), x!.dims.length)
    return byGroup(
      x!,
      [axis],
      (v) => [total(v.map(Math.exp))],
      (v, [s]) => Math.exp(v) / s,
    )
  },
  LogSoftmax: (n, [x]) => {
    const axis = normaliseAxis(intAttribute(n, 'axis', -1), x!.dims.length)
    return byGroup(
      x!,
      [axis],
      (v) => [total(v.map(Math.exp))],
      (v, [s]) => v - Math.log(s),
    )
  },
}
