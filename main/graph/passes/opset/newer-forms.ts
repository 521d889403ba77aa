import { int, intAttribute, intsAttribute, stringAttribute } from '../../attributes.ts'
import type { Attribute } from '../../model.ts'
import type { Emit, Rule } from '../../rewrite.ts'
import { refuseOperator } from './refuse.ts'

const int64s = (emit: Emit, values: readonly number[]): string => emit.constant('int64', [values.length], values)
const toTheEnd = 2 ** 31 - 1

/** Sizes from one axis of a shape to another. */
function sizes(emit: Emit, shape: string, from: number, to: number): string {
  return emit.add('Slice', [shape, int64s(emit, [from]), int64s(emit, [to])])[0]
}

/**
 * AveragePool 19 with dilations: every channel as an item of its own, a convolution with ones, divided by the number of
 * cells. Cells beyond the input count only with count_include_pad.
 */
const averagePool: Rule = (node, emit) => {
  const kernel = intsAttribute(node, 'kernel_shape')
  if (intsAttribute(node, 'dilations', []).every((d) => d === 1)) {
    if (node.attributes['dilations'] === undefined) return false
    const { dilations: _ones, ...attributes } = node.attributes
    emit.add('AveragePool', node.inputs, attributes, node.outputs)
    return true
  }
  if (intAttribute(node, 'ceil_mode', 0) === 1)
    refuseOperator(node, 'pools with dilation and rounds sizes up, which version 18 lacks')
  const geometry: Record<string, Attribute> = {}
  for (const name of ['kernel_shape', 'strides', 'pads', 'dilations', 'auto_pad'])
    if (node.attributes[name] !== undefined) geometry[name] = node.attributes[name]
  const cells = kernel.reduce((product, k) => product * k, 1)
  const ones = emit.constant('float', [1, 1, ...kernel], new Float32Array(cells).fill(1))
  const shape = emit.add('Shape', [node.inputs[0]])[0]
  const space = sizes(emit, shape, 2, toTheEnd)
  const single = emit.add('Concat', [int64s(emit, [-1, 1]), space], { axis: int(0) })[0]
  const sum = emit.add('Conv', [emit.add('Reshape', [node.inputs[0], single])[0], ones], geometry)[0]
  const mean = emit.add('Div', [sum, count()])[0]
  const pooled = sizes(emit, emit.add('Shape', [mean])[0], 2, toTheEnd)
  const whole = emit.add('Concat', [sizes(emit, shape, 0, 2), pooled], { axis: int(0) })[0]
  emit.add('Reshape', [mean, whole], {}, node.outputs)
  return true

  function count(): string {
    if (intAttribute(node, 'count_include_pad', 0) === 1) return emit.constant('float', [], [cells])
    const one = emit.constant('float', [], [1])
    const plane = emit.add('Concat', [int64s(emit, [1, 1]), space], { axis: int(0) })[0]
    return emit.add('Conv', [emit.add('Expand', [one, plane])[0], ones], geometry)[0]
  }
}

/** Pad 19 that wraps around: along each padded axis the cells (−before … size + after) modulo the size. */
const pad: Rule = (node, emit) => {
  if (stringAttribute(node, 'mode', 'constant') !== 'wrap') return false
  const pads = emit.numbersOf(node.inputs[1])
  const named = node.inputs[3] ? emit.numbersOf(node.inputs[3]) : undefined
  if (pads === null || named === null) refuseOperator(node, 'wraps around by a computed number of cells')
  const half = pads.length / 2
  const axes = named ? Array.from(named) : Array.from({ length: half }, (_, i) => i)
  const wrapped = axes.map((axis, i) => ({ axis, before: pads[i], after: pads[i + half] }))
  const moved = wrapped.filter(({ before, after }) => before !== 0 || after !== 0)
  if (moved.length === 0) {
    emit.add('Identity', node.inputs.slice(0, 1), {}, node.outputs)
    return true
  }
  const number = (value: number): string => emit.constant('int64', [], [value])
  let x = node.inputs[0]
  moved.forEach(({ axis, before, after }, i) => {
    const size = emit.add('Gather', [emit.add('Shape', [x])[0], number(axis)], { axis: int(0) })[0]
    const end = emit.add('Add', [size, number(after)])[0]
    const range = emit.add('Range', [number(-before), end, number(1)])[0]
    const cells = emit.add('Mod', [range, size])[0]
    const outputs = i === moved.length - 1 ? node.outputs : 1
    x = emit.add('Gather', [x, cells], { axis: int(axis) }, outputs)[0]
  })
  return true
}

/**
 * Resize 19 with half_pixel_symmetric coordinates: the same as half_pixel when the output size is exactly the scaled
 * one, as with given sizes or whole-number scales.
 */
const resize: Rule = (node, emit) => {
  if (stringAttribute(node, 'coordinate_transformation_mode', 'half_pixel') !== 'half_pixel_symmetric') return false
  const scales = node.inputs[2] ? emit.numbersOf(node.inputs[2]) : null
  const bySizes = (node.inputs[3] ?? '') !== ''
  const stretched = stringAttribute(node, 'keep_aspect_ratio_policy', 'stretch') === 'stretch'
  const isWhole = scales !== null && scales.length > 0 && Array.from(scales).every(Number.isInteger)
  if (!(bySizes ? stretched : isWhole))
    refuseOperator(node, 'uses half_pixel_symmetric coordinates with a fractional scale, which version 18 lacks')
  const mode = { kind: 'string', value: 'half_pixel' } as const
  emit.add('Resize', node.inputs, { ...node.attributes, coordinate_transformation_mode: mode }, node.outputs)
  return true
}

/** Operators that grew forms after version 18. */
export const newerForms: Readonly<Record<string, Rule>> = { AveragePool: averagePool, Pad: pad, Resize: resize }
