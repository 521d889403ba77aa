import {
  float,
  floatAttribute,
  floatsAttribute,
  hasAttribute,
  int,
  intAttribute,
  string,
  stringAttribute,
} from '../../attributes.ts'
import type { Attribute, Node } from '../../model.ts'
import type { Emit, Rule } from '../../rewrite.ts'
import { refuseOperator } from './refuse.ts'

/** True when the tensor is surely two-dimensional, told from its producer. */
function isMatrix(name: string, emit: Emit): boolean {
  const producer = emit.producerOf(name)
  if (producer === null) return false
  if (producer.opType === 'Gemm' || producer.opType === 'Flatten') return true
  if (producer.opType === 'Reshape') return emit.constantOf(producer.inputs[1])?.dims[0] === 2
  if (producer.opType === 'Add') return producer.inputs.some((input) => isMatrix(input, emit))
  return producer.opType === 'Dropout' || producer.opType === 'Relu' ? isMatrix(producer.inputs[0], emit) : false
}

/**
 * Softmax, LogSoftmax and Hardmax before 13 flatten to a matrix at `axis` (default 1) and act along its rows. Written
 * as Flatten, the operator along the last axis, Reshape; or directly where the tensor is a matrix anyway.
 */
const softmax: Rule = (node, emit) => {
  if (emit.opset >= 13) return false
  const axis = intAttribute(node, 'axis', 1)
  const x = node.inputs[0]
  if (axis === -1 || (axis === 1 && isMatrix(x, emit))) {
    emit.add(node.opType, [x], { axis: int(-1) }, node.outputs)
    return true
  }
  const shape = emit.add('Shape', [x])
  const rows = emit.add('Flatten', [x], { axis: int(axis) })
  const y = emit.add(node.opType, rows, { axis: int(-1) })
  emit.add('Reshape', [y[0], shape[0]], {}, node.outputs)
  return true
}

/**
 * BatchNormalization 7 with spatial=0: scale, bias, mean and variance of every position, [C, D1 … Dn]. Written as x·a + c with
 * a = γ / √(σ² + ε) and c = β − μ·a, both of constants.
 */
function normalisedByPosition(node: Node, emit: Emit): void {
  const [x, scale, bias, mean, variance] = node.inputs
  const one = (op: string, ...inputs: readonly string[]): string => emit.add(op, inputs)[0]
  const epsilon = emit.constant('float', [], [floatAttribute(node, 'epsilon', 1e-5)])
  const factor = one('Div', scale, one('Sqrt', one('Add', variance, epsilon)))
  const offset = one('Sub', bias, one('Mul', mean, factor))
  emit.add('Add', [one('Mul', x, factor), offset], {}, node.outputs.slice(0, 1))
}

/** Whether the first axis surely has size 1: a constant [1, …], or what a Reshape to [1, …] gives. */
function isOneItem(name: string, emit: Emit): boolean {
  const producer = emit.producerOf(name)
  if (producer === null) return emit.constantOf(name)?.dims[0] === 1
  if (producer.opType === 'Identity') return isOneItem(producer.inputs[0], emit)
  return producer.opType === 'Reshape' && numbersBehind(producer.inputs[1], emit)?.[0] === 1
}

/** Numbers of a constant that may be handed on under another name. */
function numbersBehind(name: string, emit: Emit): ArrayLike<number> | null {
  const producer = emit.producerOf(name)
  return producer?.opType === 'Identity' ? numbersBehind(producer.inputs[0], emit) : emit.numbersOf(name)
}

/**
 * BatchNormalization with statistics of its own input. Over one item, [1, C, …], these are those of each channel, as
 * InstanceNormalization has it: so networks write standardised weights (NFNet, BiT) and norms of single images. Over a batch
 * the items would be mixed.
 */
function normalisedByItself(node: Node, emit: Emit): void {
  const [x, scale, bias] = node.inputs
  if (!isOneItem(x, emit))
    refuseOperator(node, 'is in training mode, so that the scores of an image depend on the others in its batch')
  const epsilon = float(floatAttribute(node, 'epsilon', 1e-5))
  emit.add('InstanceNormalization', [x, scale, bias], { epsilon }, node.outputs.slice(0, 1))
}

/** BatchNormalization in inference: only the first output, `spatial` gone (9), `training_mode` where no items are mixed. */
const batchNormalization: Rule = (node, emit) => {
  if (intAttribute(node, 'training_mode', 0) !== 0) {
    normalisedByItself(node, emit)
    return true
  }
  if (intAttribute(node, 'spatial', 1) !== 1) {
    normalisedByPosition(node, emit)
    return true
  }
  const attributes: Record<string, Attribute> = {}
  if (hasAttribute(node, 'epsilon')) attributes['epsilon'] = node.attributes['epsilon']
  emit.add('BatchNormalization', node.inputs.slice(0, 5), attributes, node.outputs.slice(0, 1))
  return true
}

/** Whether every factor enlarges; ONNX Runtime takes the upper neighbour when an old Resize makes smaller. */
function enlarges(scales: ArrayLike<number> | null): boolean {
  return scales === null || Array.from(scales).every((s) => s >= 1)
}

/**
 * Upsample 7 and 9 and Resize 10 → Resize 11: asymmetric coordinates; nearest rounds down when enlarging and up when
 * shrinking, as ONNX Runtime runs the old operators.
 */
const upsample: Rule = (node, emit) => {
  if (emit.opset >= 11 && node.opType === 'Resize') return false
  const given = node.inputs[1]
  const scales =
    given ?? emit.constant('float', [floatsAttribute(node, 'scales').length], floatsAttribute(node, 'scales'))
  const mode = stringAttribute(node, 'mode', 'nearest')
  const attributes: Record<string, Attribute> = {
    mode: string(mode === 'bilinear' ? 'linear' : mode),
    coordinate_transformation_mode: string('asymmetric'),
  }
  if (mode === 'nearest') attributes['nearest_mode'] = string(enlarges(emit.numbersOf(scales)) ? 'floor' : 'ceil')
  emit.add('Resize', [node.inputs[0], '', scales], attributes, node.outputs)
  return true
}

/** Scatter 9 → ScatterElements (11). */
const scatter: Rule = (node, emit) => {
  emit.add('ScatterElements', node.inputs, node.attributes, node.outputs)
  return true
}

/** Resize 10 as Upsample; Resize 11 with coordinates that were withdrawn at 13. */
const resize: Rule = (node, emit) => {
  if (emit.opset < 11) return upsample(node, emit)
  const mode = stringAttribute(node, 'coordinate_transformation_mode', 'half_pixel')
  if (mode !== 'tf_half_pixel_for_nn') return false
  if (stringAttribute(node, 'nearest_mode', 'round_prefer_floor') !== 'floor') {
    refuseOperator(node, 'combines tf_half_pixel_for_nn coordinates with rounding, which version 18 lacks')
  }
  // Withdrawn at 13: half_pixel with (x + 0.5)·scale rounded down.
  emit.add(
    'Resize',
    node.inputs,
    {
      ...node.attributes,
      coordinate_transformation_mode: string('half_pixel'),
      nearest_mode: string('round_prefer_ceil'),
    },
    node.outputs,
  )
  return true
}

/** GridSample 20 names its modes differently and knows volumes; RoiAlign 10 had no half-pixel shift. */
const gridSample: Rule = (node, emit) => {
  if (emit.opset < 20) return false
  const mode = stringAttribute(node, 'mode', 'linear')
  const old: Readonly<Record<string, string>> = { linear: 'bilinear', nearest: 'nearest', cubic: 'bicubic' }
  emit.add('GridSample', node.inputs, { ...node.attributes, mode: string(old[mode] ?? mode) }, node.outputs)
  return true
}

const roiAlign: Rule = (node, emit) => {
  if (emit.opset >= 16) return false
  emit.add(
    'RoiAlign',
    node.inputs,
    { ...node.attributes, coordinate_transformation_mode: string('output_half_pixel') },
    node.outputs,
  )
  return true
}

/** Leaves attributes out that version 18 does not know and that change nothing in float32. */
function dropAttributes(...names: readonly string[]): Rule {
  return (node: Node, emit: Emit) => {
    if (!names.some((name) => hasAttribute(node, name))) return false
    const kept = Object.entries(node.attributes).filter(([name]) => !names.includes(name))
    emit.add(node.opType, node.inputs, Object.fromEntries(kept), node.outputs)
    return true
  }
}

export const changedMeaning: Readonly<Record<string, Rule>> = {
  Softmax: softmax,
  LogSoftmax: softmax,
  Hardmax: softmax,
  BatchNormalization: batchNormalization,
  Upsample: upsample,
  Resize: resize,
  Scatter: scatter,
  GridSample: gridSample,
  RoiAlign: roiAlign,
  Cast: dropAttributes('saturate', 'round_mode'),
}
