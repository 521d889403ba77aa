import { floatAttribute, intAttribute, intsAttribute, stringAttribute } from '../../graph/attributes.ts'
import type { Node } from '../../graph/model.ts'
import { broadcastDims, sizeOf } from '../dims.ts'
import { type Array64, array64, broadcastAt, everyIndex, flatOf, made } from './array64.support.ts'

export interface Window64 {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly before: readonly number[]
  readonly after: readonly number[]
  readonly output: readonly number[]
}

/** Geometry of a window operator from its attributes and the input's spatial size alone. */
export function window64(node: Node, input: readonly number[], kernel: readonly number[]): Window64 {
  const strides = intsAttribute(
    node,
    'strides',
    kernel.map(() => 1),
  )
  const dilations = intsAttribute(
    node,
    'dilations',
    kernel.map(() => 1),
  )
  const auto = stringAttribute(node, 'auto_pad', 'NOTSET')
  const ceil = intAttribute(node, 'ceil_mode', 0) === 1
  const pads = intsAttribute(
    node,
    'pads',
    kernel.flatMap(() => [0, 0]),
  )
  const before = [...pads.slice(0, kernel.length)]
  const after = [...pads.slice(kernel.length)]
  const output = kernel.map((k, i) => {
    const reach = (k - 1) * dilations[i] + 1
    if (auto.startsWith('SAME')) {
      const out = Math.ceil(input[i] / strides[i])
      const total = Math.max(0, (out - 1) * strides[i] + reach - input[i])
      before[i] = auto === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2)
      after[i] = total - before[i]
      return out
    }
    const steps = (input[i] + before[i] + after[i] - reach) / strides[i]
    const out = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1
    // A window that would begin beyond the input and its first pad is left out.
    return ceil && (out - 1) * strides[i] >= input[i] + before[i] ? out - 1 : out
  })
  return { kernel, strides, dilations, before, after, output }
}

export function conv(node: Node, [x, w, b]: readonly (Array64 | null)[]): Array64 {
  const [n, , ...input] = x!.dims
  const [m, perGroup, ...kernel] = w!.dims
  const group = intAttribute(node, 'group', 1)
  const g = window64(node, input, kernel)
  return made([n, m, ...g.output], (index) => {
    const [item, channel, ...at] = index
    let sum = b ? b.data[channel] : 0
    const first = Math.floor(channel / (m / group)) * perGroup
    everyIndex([perGroup, ...kernel], ([c, ...tap], flat) => {
      const place = at.map((o, i) => o * g.strides[i] + tap[i] * g.dilations[i] - g.before[i])
      if (place.some((p, i) => p < 0 || p >= input[i])) return
      sum += w!.data[channel * perGroup * sizeOf(kernel) + flat] * x!.data[flatOf(x!.dims, [item, first + c, ...place])]
    })
    return sum
  })
}

export function convTranspose(node: Node, [x, w, b]: readonly (Array64 | null)[], dims: readonly number[]): Array64 {
  const [n, channels, ...input] = x!.dims
  const [, perGroup, ...kernel] = w!.dims
  const group = intAttribute(node, 'group', 1)
  const ones = kernel.map(() => 1)
  const strides = intsAttribute(node, 'strides', ones)
  const dilations = intsAttribute(node, 'dilations', ones)
  const output = dims.slice(2)
  const extra = intsAttribute(
    node,
    'output_padding',
    kernel.map(() => 0),
  )
  const given =
    node.attributes['output_shape'] !== undefined || stringAttribute(node, 'auto_pad', 'NOTSET').startsWith('SAME')
  const before = kernel.map((k, i) => {
    if (!given)
      return intsAttribute(
        node,
        'pads',
        kernel.flatMap(() => [0, 0]),
      )[i]
    const total = Math.max(0, (input[i] - 1) * strides[i] + extra[i] + (k - 1) * dilations[i] + 1 - output[i])
    return stringAttribute(node, 'auto_pad', 'NOTSET') === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2)
  })
  const y = array64([n, perGroup * group, ...output])
  if (b)
    everyIndex(y.dims, (index, flat) => {
      y.data[flat] = b.data[index[1]]
    })
  everyIndex(x!.dims, ([item, c, ...at], flat) => {
    const lead = Math.floor(c / (channels / group)) * perGroup
    everyIndex([perGroup, ...kernel], ([m, ...tap]) => {
      const place = at.map((i, a) => i * strides[a] + tap[a] * dilations[a] - before[a])
      if (place.some((p, a) => p < 0 || p >= output[a])) return
      y.data[flatOf(y.dims, [item, lead + m, ...place])] += x!.data[flat] * w!.data[flatOf(w!.dims, [c, m, ...tap])]
    })
  })
  return y
}

export function gemm(node: Node, [a, b, c]: readonly (Array64 | null)[]): Array64 {
  const transA = intAttribute(node, 'transA', 0)
  const transB = intAttribute(node, 'transB', 0)
  const k = a!.dims[transA ? 0 : 1]
  return made([a!.dims[transA ? 1 : 0], b!.dims[transB ? 0 : 1]], (index) => {
    const [i, j] = index
    let sum = 0
    for (let q = 0; q < k; q++) {
      sum += a!.data[flatOf(a!.dims, transA ? [q, i] : [i, q])] * b!.data[flatOf(b!.dims, transB ? [j, q] : [q, j])]
    }
    const offset = c ? floatAttribute(node, 'beta', 1) * c.data[broadcastAt(c, index)] : 0
    return floatAttribute(node, 'alpha', 1) * sum + offset
  })
}

export function matMul(a: Array64, b: Array64): Array64 {
  const left = a.dims.length === 1 ? [1, ...a.dims] : [...a.dims]
  const right = b.dims.length === 1 ? [...b.dims, 1] : [...b.dims]
  const batch = broadcastDims(left.slice(0, -2), right.slice(0, -2))
  const [rows, inner] = left.slice(-2)
  const columns = right[right.length - 1]
  const [x, w] = [
    { ...a, dims: left },
    { ...b, dims: right },
  ]
  const y = made([...batch, rows, columns], (index) => {
    const at = index.slice(0, -2)
    let sum = 0
    for (let q = 0; q < inner; q++) {
      sum +=
        x.data[broadcastAt(x, [...at, index[index.length - 2], q])] *
        w.data[broadcastAt(w, [...at, q, index[index.length - 1]])]
    }
    return sum
  })
  const dims = [...batch, ...(a.dims.length === 1 ? [] : [rows]), ...(b.dims.length === 1 ? [] : [columns])]
  return { dims, data: y.data }
}

/** Einsum without an ellipsis; every label is summed that the result does not have. */
/** The equation with letters for its ellipsis (axes aligned at their ends) and with its result written down. */
function spelledOut(equation: string, inputs: readonly Array64[]): { terms: string[]; right: string } {
  const [left, given] = equation.split('->')
  const letters = 'STUVWXYZ'
  const terms = left.split(',').map((term, i) => {
    const dots = inputs[i].dims.length - term.replace('...', '').length
    return term.replace('...', dots === 0 ? '' : letters.slice(-dots))
  })
  const widest = Math.max(
    ...left.split(',').map((t, i) => (t.includes('...') ? inputs[i].dims.length + 3 - t.length : 0)),
  )
  const dots = widest === 0 ? '' : letters.slice(-widest)
  const all = terms.join('')
  const once = [...new Set(all)].filter((l) => all.split(l).length === 2 && !dots.includes(l)).sort()
  return { terms, right: given === undefined ? dots + once.join('') : given.replace('...', dots) }
}

export function einsum(node: Node, inputs: readonly Array64[]): Array64 {
  const { terms, right } = spelledOut(stringAttribute(node, 'equation').replaceAll(' ', ''), inputs)
  const labels = [...new Set(terms.join(''))]
  const sizes = labels.map((l) => {
    const term = terms.findIndex((t) => t.includes(l))
    return inputs[term].dims[terms[term].indexOf(l)]
  })
  const out = [...right]
  const y = array64(out.map((l) => sizes[labels.indexOf(l)]))
  everyIndex(sizes, (index) => {
    let product = 1
    terms.forEach((term, i) => {
      product *=
        inputs[i].data[
          flatOf(
            inputs[i].dims,
            [...term].map((l) => index[labels.indexOf(l)]),
          )
        ]
    })
    y.data[
      flatOf(
        y.dims,
        out.map((l) => index[labels.indexOf(l)]),
      )
    ] += product
  })
  return y
}
