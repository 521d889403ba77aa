import { floatAttribute, hasAttribute, intAttribute, intsAttribute } from '../../attributes.ts'
import type { Attribute, Node } from '../../model.ts'
import type { Emit, Rule } from '../../rewrite.ts'

function without(node: Node, ...names: readonly string[]): Record<string, Attribute> {
  return Object.fromEntries(Object.entries(node.attributes).filter(([name]) => !names.includes(name)))
}

const int64s = (emit: Emit, values: readonly number[]): string => emit.constant('int64', [values.length], values)

/** Clip 6: `min` and `max` become inputs (11). */
const clip: Rule = (node, emit) => {
  if (emit.opset >= 11) return false
  const bound = (name: string): string =>
    hasAttribute(node, name) ? emit.constant('float', [], [floatAttribute(node, name)]) : ''
  emit.add('Clip', [node.inputs[0], bound('min'), bound('max')], {}, node.outputs)
  return true
}

/** Pad 2: `pads` and `value` become inputs (11). */
const pad: Rule = (node, emit) => {
  if (emit.opset >= 11) return false
  const value = floatAttribute(node, 'value', 0)
  const inputs = [node.inputs[0], int64s(emit, intsAttribute(node, 'pads')), emit.constant('float', [], [value])]
  emit.add('Pad', inputs, without(node, 'pads', 'value'), node.outputs)
  return true
}

/** Slice 1: `starts`, `ends` and `axes` become inputs (10). */
const slice: Rule = (node, emit) => {
  if (emit.opset >= 10) return false
  const starts = intsAttribute(node, 'starts')
  const axes = intsAttribute(
    node,
    'axes',
    starts.map((_, i) => i),
  )
  const inputs = [node.inputs[0], int64s(emit, starts), int64s(emit, intsAttribute(node, 'ends')), int64s(emit, axes)]
  emit.add('Slice', inputs, {}, node.outputs)
  return true
}

/** Squeeze and Unsqueeze 1 and 11: `axes` becomes an input (13). */
const squeeze: Rule = (node, emit) => {
  if (emit.opset >= 13 || !hasAttribute(node, 'axes')) return false
  emit.add(node.opType, [node.inputs[0], int64s(emit, intsAttribute(node, 'axes'))], {}, node.outputs)
  return true
}

/** Split 2 and 11: `split` becomes an input (13); equal parts need `num_outputs` (18). */
const split: Rule = (node, emit) => {
  if (emit.opset >= 18) return false
  if (emit.opset < 13 && hasAttribute(node, 'split')) {
    emit.add(
      'Split',
      [node.inputs[0], int64s(emit, intsAttribute(node, 'split'))],
      without(node, 'split'),
      node.outputs,
    )
    return true
  }
  if (node.inputs[1]) return false
  emit.add(
    'Split',
    node.inputs.slice(0, 1),
    { ...node.attributes, num_outputs: { kind: 'int', value: node.outputs.length } },
    node.outputs,
  )
  return true
}

/** Dropout 7 and 10: `ratio` became an input (12); inference does not use it. */
const dropout: Rule = (node, emit) => {
  if (emit.opset >= 12) return false
  emit.add('Dropout', [node.inputs[0]], {}, node.outputs)
  return true
}

/** TopK 1: `k` becomes an input (10). */
const topK: Rule = (node, emit) => {
  if (emit.opset >= 10) return false
  emit.add('TopK', [node.inputs[0], int64s(emit, [intAttribute(node, 'k')])], without(node, 'k'), node.outputs)
  return true
}

/** Reductions: `axes` becomes an input, at 13 for ReduceSum and at 18 for the others. */
const reduce: Rule = (node, emit) => {
  const changedAt = node.opType === 'ReduceSum' ? 13 : 18
  if (emit.opset >= changedAt || !hasAttribute(node, 'axes')) return false
  emit.add(
    node.opType,
    [node.inputs[0], int64s(emit, intsAttribute(node, 'axes'))],
    without(node, 'axes'),
    node.outputs,
  )
  return true
}

export const attributesToInputs: Readonly<Record<string, Rule>> = {
  Clip: clip,
  Pad: pad,
  Slice: slice,
  Squeeze: squeeze,
  Unsqueeze: squeeze,
  Split: split,
  Dropout: dropout,
  TopK: topK,
  ReduceSum: reduce,
  ReduceMean: reduce,
  ReduceMax: reduce,
  ReduceMin: reduce,
  ReduceProd: reduce,
  ReduceL1: reduce,
  ReduceL2: reduce,
  ReduceLogSum: reduce,
  ReduceLogSumExp: reduce,
  ReduceSumSquare: reduce,
}
