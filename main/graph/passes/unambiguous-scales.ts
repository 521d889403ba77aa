import { intsAttribute } from '../attributes.ts'
import { withGraph } from '../edit.ts'
import { axisFromFront } from '../evaluate/value.ts'
import type { Node, OnnxModel, Shapes } from '../model.ts'
import { rewriteNodes } from '../rewrite.ts'

/** The next larger number of single precision; for positive numbers. */
function nextUp(value: number): number {
  const bits = new Uint32Array(new Float32Array([value]).buffer)
  bits[0] += 1
  return new Float32Array(bits.buffer)[0]
}

/** The scale moved up by its last digit until single and double precision agree on ⌊size · scale⌋. */
function agreed(size: number, scale: number): number {
  let s = Math.fround(scale)
  while (Math.floor(Math.fround(s * size)) !== Math.floor(s * size)) s = nextUp(s)
  return s
}

function agreedScales(node: Node, dims: readonly number[], scales: ArrayLike<number>): number[] {
  const axes = node.attributes['axes'] ? intsAttribute(node, 'axes') : dims.map((_, axis) => axis)
  return Array.from(scales, (scale, i) => agreed(dims[axisFromFront(axes[i], dims.length) ?? 0], scale))
}

/**
 * Moves scales of Resize by one unit of their last digit where the size they make depends on the precision of the product.
 * 36 · 0.58333331 is 21 in single precision, which the kernel of ONNX Runtime takes, and 20.99… in double, which its check
 * of shapes takes: a file with fixed sizes is refused for the contradiction. TensorFlow exports hold such scales.
 *
 * source  seen with ONNX Runtime 1.30; onnx/defs/tensor/utils.cc, resizeShapeInferenceHelper
 */
export function unambiguousScales(model: OnnxModel, shapes: Shapes): OnnxModel {
  let count = 0
  const rewritten = rewriteNodes(model, (node, emit) => {
    if (node.opType !== 'Resize' || node.domain !== '' || !node.inputs[2]) return false
    const scales = emit.numbersOf(node.inputs[2])
    const dims = shapes.get(node.inputs[0])?.dims
    if (scales === null || !dims || scales.length === 0) return false
    const moved = agreedScales(node, dims, scales)
    if (moved.every((s, i) => s === Math.fround(scales[i]))) return false
    const [x, roi, , ...sizes] = node.inputs
    emit.add('Resize', [x, roi, emit.constant('float', [moved.length], moved), ...sizes], node.attributes, node.outputs)
    count += 1
    return true
  })
  if (count === 0) return model
  return withGraph(
    rewritten,
    {},
    `The scales of ${count} Resize nodes were moved by their last digit to fit their sizes.`,
  )
}
