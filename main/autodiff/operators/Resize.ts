import { ints, intsAttribute, stringAttribute } from '../../graph/attributes.ts'
import { matrixAlongAxis } from '../along-axis.ts'
import type { NodeContext } from '../context.ts'
import { normaliseAxis, range, sizeOf } from '../dims.ts'
import type { Operator } from '../operator.ts'

/**
 * Resize: linear, cubic or nearest interpolation, separable: along each axis y = M·x with M [out, in].
 *
 *   backward   Mᵀ along each resized axis; a whole-number nearest enlargement is a box sum
 *
 * M is what the runtime itself makes of an identity matrix, resized along one axis with the node's own attributes, so every
 * coordinate mode, antialiasing and exclude_outside come out exactly.
 *
 * errors  autodiff.unsupported: keep_aspect_ratio_policy other than stretch; autodiff.computed-parameter
 * source  ONNX operator set, Resize 10, 11, 13, 18, 19
 */
export const Resize: Operator = {
  opType: 'Resize',
  domain: '',
  role: 'average',
  vjp: (c) => {
    if (stringAttribute(c.node, 'keep_aspect_ratio_policy', 'stretch') !== 'stretch') {
      c.refuse('keeps the aspect ratio by a policy')
    }
    const rank = c.dims().length
    const axes = intsAttribute(c.node, 'axes', range(0, rank)).map((a) => normaliseAxis(a, rank))
    const scales = c.hasInput(2) ? Array.from(c.requireConstant(2, 'scales')) : []
    const scaleOf = (axis: number): number | null => scales[axes.indexOf(axis)] ?? null
    if (isRepetition(c, scaleOf)) return [sumOfRepeats(c)]
    let g = c.g()
    for (const axis of axes) {
      const scale = scaleOf(axis)
      const unchanged = c.dims()[axis] === c.outputDims()[axis] && (scale === null || scale === 1)
      if (unchanged && stringAttribute(c.node, 'coordinate_transformation_mode', '') !== 'tf_crop_and_resize') continue
      g = matrixAlongAxis(c.emit, g, axis, transposedMatrix(c, axis, axes.indexOf(axis), scale))
    }
    return [g]
  },
}

/** Mᵀ [in, out] of one axis. */
function transposedMatrix(c: NodeContext, axis: number, position: number, scale: number | null): string {
  const { emit } = c
  const size = c.dims()[axis]
  const out = c.outputDims()[axis]
  const identity = new Float32Array(size * size)
  for (let i = 0; i < size; i++) identity[i * size + i] = 1
  const roi = c.hasInput(1) ? Array.from(c.requireConstant(1, 'roi')) : []
  const half = roi.length / 2
  const region = roi.length > 0 ? emit.floats([8], [0, 0, 0, roi[position], 1, 1, 1, roi[half + position]]) : ''
  const amount = scale === null ? ['', emit.ints([1, 1, size, out])] : [emit.floats([4], [1, 1, 1, scale])]
  const { axes: _axes, extrapolation_value: _outside, ...attributes } = c.node.attributes
  const inputs = [emit.floats([1, 1, size, size], identity), region, ...amount]
  return emit.reshape(emit.node('Resize', inputs, [1, 1, size, out], attributes), [size, out])
}

/** Whether every cell is simply repeated a whole number of times, batch and channels excepted. */
function isRepetition(c: NodeContext, scaleOf: (axis: number) => number | null): boolean {
  const [from, to] = [c.dims(), c.outputDims()]
  if (from.length < 3 || from.length > 5 || from[0] !== to[0] || from[1] !== to[1]) return false
  if (stringAttribute(c.node, 'mode', 'nearest') !== 'nearest') return false
  const whole = from.every((d, a) => to[a] % d === 0 && (scaleOf(a) ?? to[a] / d) === to[a] / d)
  const mode = stringAttribute(c.node, 'coordinate_transformation_mode', 'half_pixel')
  const rounding = stringAttribute(c.node, 'nearest_mode', 'round_prefer_floor')
  if (mode === 'asymmetric') return whole && rounding === 'floor'
  return whole && mode === 'half_pixel' && rounding.startsWith('round_prefer')
}

function sumOfRepeats(c: NodeContext): string {
  const times = c
    .dims()
    .slice(2)
    .map((d, i) => c.outputDims()[i + 2] / d)
  const attributes = { kernel_shape: ints(times), strides: ints(times) }
  return c.emit.mul(c.emit.node('AveragePool', [c.g()], c.dims(), attributes), sizeOf(times))
}
