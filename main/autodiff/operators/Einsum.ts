import { string, stringAttribute } from '../../graph/attributes.ts'
import type { NodeContext } from '../context.ts'
import type { Operator } from '../operator.ts'

/**
 * Einsum: sums of products over labelled axes, e.g. `bij,bjk->bik`.
 *
 *   operand i receives Einsum(labels of y, labels of the others → labels of i); a label that only operand i has was summed
 *   over, so what arrives is repeated along it
 *
 * errors  autodiff.unsupported: a label twice within one operand
 * source  ONNX operator set, Einsum 12
 */
export const Einsum: Operator = {
  opType: 'Einsum',
  domain: '',
  role: 'product',
  vjp: (c) => {
    const { operands, result } = labels(c)
    return c.node.inputs.map((_, i) => (c.needs(i) ? forOperand(c, operands, result, i) : null))
  },
}

function forOperand(c: NodeContext, operands: readonly string[], result: string, index: number): string {
  const { emit } = c
  const own = operands[index]
  const others = operands.flatMap((_, k) => (k === index ? [] : [k]))
  const present = new Set([result, ...others.map((k) => operands[k])].join(''))
  const kept = [...own].filter((label) => present.has(label)).join('')
  const dims = c.dims(index)
  const equation = `${[result, ...others.map((k) => operands[k])].join(',')}->${kept}`
  const keptDims = [...kept].map((label) => dims[own.indexOf(label)])
  const inputs = [c.g(), ...others.map((k) => c.input(k))]
  const part = emit.node('Einsum', inputs, keptDims, { equation: string(equation) })
  const spread = [...own].map((label, a) => (present.has(label) ? dims[a] : 1))
  return emit.expand(emit.reshape(part, spread), dims)
}

/** Labels of each operand and of the result, the ellipsis replaced by letters of its own. */
function labels(c: NodeContext): { operands: string[]; result: string } {
  const equation = stringAttribute(c.node, 'equation').replaceAll(' ', '')
  const [left, right] = equation.split('->')
  const free = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].filter((l) => !equation.includes(l)).join('')
  let dots = 0
  const operands = left.split(',').map((term, i) => {
    const rank = c.dims(i).length - term.replace('...', '').length
    dots = Math.max(dots, rank)
    // The ellipsis aligns at its last axis, as broadcasting does.
    return term.replace('...', free.slice(0, 8).slice(8 - rank))
  })
  const ellipsis = free.slice(0, 8).slice(8 - dots)
  const used = operands.join('')
  const once = [...new Set(used)].filter((l) => used.split(l).length === 2 && !ellipsis.includes(l)).sort()
  const result = right === undefined ? ellipsis + once.join('') : right.replace('...', ellipsis)
  operands.forEach((term, i) => {
    if (new Set(term).size !== term.length) c.refuse(`repeats a label within operand ${i} ("${term}")`)
    for (const [a, label] of [...term].entries()) {
      const at = result.indexOf(label)
      if (at >= 0 && c.outputDims()[at] !== c.dims(i)[a]) c.refuse('stretches an axis of its ellipsis')
    }
  })
  return { operands, result }
}
