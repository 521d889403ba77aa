import { intAttribute, intsAttribute } from '../../graph/attributes.ts'
import type { Node } from '../../graph/model.ts'
import { sizeOf } from '../dims.ts'
import { type Array64, everyIndex, flatOf, made } from './array64.support.ts'
import { window64 } from './linear.support.ts'

/** A pool: `fold` sees the values of the window that lie inside the input, and how many cells count as padding. */
function pooled(node: Node, x: Array64, fold: (values: readonly number[], padding: number) => number): Array64 {
  const [n, c, ...input] = x.dims
  const kernel = intsAttribute(node, 'kernel_shape')
  const w = window64(node, input, kernel)
  return made([n, c, ...w.output], ([item, channel, ...at]) => {
    const values: number[] = []
    let padding = 0
    everyIndex(kernel, (tap) => {
      const place = at.map((o, i) => o * w.strides[i] + tap[i] * w.dilations[i] - w.before[i])
      if (place.every((p, i) => p >= 0 && p < input[i])) values.push(x.data[flatOf(x.dims, [item, channel, ...place])])
      else if (place.every((p, i) => p < input[i] + w.after[i])) padding++
    })
    return fold(values, padding)
  })
}

export const pools: Readonly<Record<string, (node: Node, x: Array64) => Array64>> = {
  MaxPool: (n, x) => pooled(n, x, (v) => Math.max(...v)),
  AveragePool: (n, x) =>
    pooled(n, x, (v, padding) => {
      const cells = v.length + (intAttribute(n, 'count_include_pad', 0) === 1 ? padding : 0)
      return v.reduce((a, b) => a + b, 0) / cells
    }),
  LpPool: (n, x) => {
    const p = intAttribute(n, 'p', 2)
    return pooled(n, x, (v) => v.reduce((a, b) => a + Math.abs(b) ** p, 0) ** (1 / p))
  },
}

/** MaxUnpool without output_shape: the size that the pool would have had without padding. */

/** Values at their places, flat over the output, as ONNX Runtime counts also where the output's shape is given. */
export function maxUnpool([x, indices]: readonly (Array64 | null)[], dims: readonly number[]): Array64 {
  const y = { dims, data: new Float64Array(sizeOf(dims)) }
  x!.data.forEach((v, i) => {
    y.data[indices!.data[i]] = v
  })
  return y
}
