import { floatAttribute, int, intAttribute } from '../attributes.ts'
import { bitsPerElement } from '../constants.ts'
import { withGraph } from '../edit.ts'
import type { Node, OnnxModel } from '../model.ts'
import { type Emit, type Rule, rewriteNodes } from '../rewrite.ts'
import { matMulNBits } from './block-weights.ts'
import { refuseOperator } from './opset/refuse.ts'

/** The one number of a per-tensor scale or zero point. */
function single(node: Node, name: string, emit: Emit): number {
  const numbers = emit.numbersOf(name)
  if (numbers === null || numbers.length !== 1)
    refuseOperator(node, 'has a scale or zero point that is computed or differs along an axis of an activation')
  return numbers[0]
}

/** Least and greatest real value that the quantised form could hold. */
function range(node: Node, scaleName: string, zeroName: string | undefined, emit: Emit): [number, number] {
  const scale = single(node, scaleName, emit)
  const zero = zeroName ? single(node, zeroName, emit) : 0
  const type = (zeroName ? emit.constantOf(zeroName)?.type : undefined) ?? 'uint8'
  const bits = bitsPerElement[type]
  const [low, high] = type.startsWith('u') ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1]
  return [(low - zero) * scale, (high - zero) * scale]
}

/** The quantiser's clipping stays: in many files it is the ReLU. Its rounding goes. */
function clip(node: Node, x: string, scale: string, zero: string | undefined, emit: Emit): void {
  const [low, high] = range(node, scale, zero, emit)
  emit.add(
    'Clip',
    [x, emit.constant('float', [], [low]), emit.constant('float', [], [high])],
    {},
    node.outputs.slice(0, 1),
  )
}

/** Real weights (w − zero)·scale as DequantizeLinear, which folding computes; per output channel along `axis`. */
function weights(node: Node, w: string, scale: string, zero: string | undefined, axis: number, emit: Emit): string {
  if (emit.constantOf(w) === null) refuseOperator(node, 'has computed weights')
  return emit.add('DequantizeLinear', zero ? [w, scale, zero] : [w, scale], { axis: int(axis) })[0]
}

const quantizeLinear: Rule = (node, emit) => {
  if (intAttribute(node, 'block_size', 0) !== 0) refuseOperator(node, 'quantises in blocks')
  clip(node, node.inputs[0], node.inputs[1], node.inputs[2], emit)
  return true
}

const dequantizeLinear: Rule = (node, emit) => {
  if (intAttribute(node, 'block_size', 0) !== 0) refuseOperator(node, 'quantises in blocks')
  if (emit.constantOf(node.inputs[0]) !== null) return false
  emit.add('Identity', [node.inputs[0]], {}, node.outputs)
  return true
}

/** The activations themselves with scale 1 and zero point 0: what follows then computes in real values. */
const dynamicQuantizeLinear: Rule = (node, emit) => {
  const [y, scale, zero] = node.outputs
  emit.add('Identity', [node.inputs[0]], {}, [y])
  if (scale) emit.add('Identity', [emit.constant('float', [], [1])], {}, [scale])
  if (zero) emit.add('Identity', [emit.constant('float', [], [0])], {}, [zero])
  return true
}

/** Integer product of a dynamically quantised activation: the float product with (w − zero point). */
const integerProduct: Rule = (node, emit) => {
  const [x, w, , wZero] = node.inputs
  if (emit.producerOf(x)?.opType !== 'DynamicQuantizeLinear') {
    refuseOperator(node, 'multiplies integers that no DynamicQuantizeLinear made')
  }
  const constant = emit.constantOf(w)
  if (constant === null) refuseOperator(node, 'has computed weights')
  const scales = wZero ? (emit.constantOf(wZero)?.dims[0] ?? 1) : 1
  const ones = emit.constant('float', scales > 1 ? [scales] : [], new Float32Array(scales).fill(1))
  const axis = node.opType === 'ConvInteger' ? 0 : constant.dims.length - 1
  const real = weights(node, w, ones, wZero, axis, emit)
  emit.add(node.opType === 'ConvInteger' ? 'Conv' : 'MatMul', [x, real], node.attributes, node.outputs)
  return true
}

/** Bias of QLinearConv: int32 in units of x scale · w scale, per output channel. */
function realBias(node: Node, bias: string, xScale: string, wScale: string, emit: Emit): string {
  const ints = emit.numbersOf(bias)
  const scales = emit.numbersOf(wScale)
  if (ints === null || scales === null) return refuseOperator(node, 'has a computed bias')
  const unit = single(node, xScale, emit)
  return emit.constant(
    'float',
    [ints.length],
    Float32Array.from(ints, (b, i) => b * unit * scales[scales.length > 1 ? i : 0]),
  )
}

const qLinearConv: Rule = (node, emit) => {
  const [x, xScale, , w, wScale, wZero, yScale, yZero, bias] = node.inputs
  const inputs = [x, weights(node, w, wScale, wZero, 0, emit)]
  if (bias) inputs.push(realBias(node, bias, xScale, wScale, emit))
  clip(node, emit.add('Conv', inputs, node.attributes)[0], yScale, yZero, emit)
  return true
}

const qLinearMatMul: Rule = (node, emit) => {
  const [a, , , b, bScale, bZero, yScale, yZero] = node.inputs
  const constant = emit.constantOf(b)
  const real = constant ? weights(node, b, bScale, bZero, constant.dims.length - 1, emit) : b
  clip(node, emit.add('MatMul', [a, real])[0], yScale, yZero, emit)
  return true
}

/** com.microsoft QLinearAdd and QLinearMul: (a, scale, zero, b, scale, zero, y scale, y zero). */
const qLinearBinary =
  (operator: string): Rule =>
  (node, emit) => {
    const real = (at: number): string =>
      emit.constantOf(node.inputs[at])
        ? weights(node, node.inputs[at], node.inputs[at + 1], node.inputs[at + 2] || undefined, 0, emit)
        : node.inputs[at]
    clip(node, emit.add(operator, [real(0), real(3)])[0], node.inputs[6], node.inputs[7], emit)
    return true
  }

/** com.microsoft operators of one quantised tensor: (x, scale, zero, y scale, y zero). */
const qLinearUnary =
  (operator: string): Rule =>
  (node, emit) => {
    if (intAttribute(node, 'channels_last', 0) !== 0)
      refuseOperator(node, 'has its channels last, a form of runtime-optimised files')
    const { channels_last: _, opset: __, ...attributes } = node.attributes
    clip(node, emit.add(operator, [node.inputs[0]], attributes)[0], node.inputs[3], node.inputs[4], emit)
    return true
  }

/** com.microsoft QLinearConcat: (y scale, y zero, then x, scale, zero of each part). */
const qLinearConcat: Rule = (node, emit) => {
  const parts = node.inputs.slice(2).filter((_, i) => i % 3 === 0)
  clip(node, emit.add('Concat', parts, node.attributes)[0], node.inputs[0], node.inputs[1], emit)
  return true
}

/** com.microsoft QGemm: (a, scale, zero, b, scale, zero, bias, y scale, y zero); without y scale the result is float. */
const qGemm: Rule = (node, emit) => {
  const [a, aScale, , b, bScale, bZero, bias, yScale, yZero] = node.inputs
  const axis = intAttribute(node, 'transB', 0) === 1 ? 0 : 1
  const inputs = [a, weights(node, b, bScale, bZero || undefined, axis, emit)]
  if (bias) inputs.push(realBias(node, bias, aScale, bScale, emit))
  const attributes = { ...node.attributes, alpha: { kind: 'float' as const, value: floatAttribute(node, 'alpha', 1) } }
  if (!yScale) emit.add('Gemm', inputs, attributes, node.outputs)
  else clip(node, emit.add('Gemm', inputs, attributes)[0], yScale, yZero || undefined, emit)
  return true
}

/** com.microsoft MatMulIntegerToFloat (a, b, scales, zeros, bias) and DynamicQuantizeMatMul (a, b, scale, zero, bias). */
const toFloatProduct: Rule = (node, emit) => {
  const dynamic = node.opType === 'DynamicQuantizeMatMul'
  const [a, b] = node.inputs
  if (!dynamic && emit.producerOf(a)?.opType !== 'DynamicQuantizeLinear')
    refuseOperator(node, 'multiplies integers that no DynamicQuantizeLinear made')
  const [scale, zero, bias] = dynamic ? node.inputs.slice(2) : [node.inputs[3], node.inputs[5], node.inputs[6]]
  const axis = (emit.constantOf(b)?.dims.length ?? 2) - 1
  const product = emit.add(
    'MatMul',
    [a, weights(node, b, scale, zero || undefined, axis, emit)],
    {},
    bias ? 1 : node.outputs,
  )
  if (bias) emit.add('Add', [product[0], bias], {}, node.outputs)
  return true
}

const standard: Readonly<Record<string, Rule>> = {
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
  DynamicQuantizeLinear: dynamicQuantizeLinear,
  ConvInteger: integerProduct,
  MatMulInteger: integerProduct,
  QLinearConv: qLinearConv,
  QLinearMatMul: qLinearMatMul,
}
const microsoft: Readonly<Record<string, Rule>> = {
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
  QLinearAdd: qLinearBinary('Add'),
  QLinearMul: qLinearBinary('Mul'),
  QLinearSigmoid: qLinearUnary('Sigmoid'),
  QLinearLeakyRelu: qLinearUnary('LeakyRelu'),
  QLinearSoftmax: qLinearUnary('Softmax'),
  QLinearAveragePool: qLinearUnary('AveragePool'),
  QLinearGlobalAveragePool: qLinearUnary('GlobalAveragePool'),
  QLinearConcat: qLinearConcat,
  QGemm: qGemm,
  MatMulIntegerToFloat: toFloatProduct,
  DynamicQuantizeMatMul: toFloatProduct,
  MatMulNBits: matMulNBits,
}

/**
 * Quantised operators → float32: weights dequantised, rounding dropped, the clipping of each quantiser kept as Clip, so
 * that gradients pass straight through inside the range and stop outside. Recorded in `repairs`.
 *
 * errors  graph.operator: a quantised form that cannot be told in real values, by node
 */
export function quantisedToFloat(model: OnnxModel): OnnxModel {
  let count = 0
  const rewritten = rewriteNodes(model, (node, emit) => {
    const table = node.domain === '' ? standard : node.domain === 'com.microsoft' ? microsoft : {}
    const done = Object.hasOwn(table, node.opType) && table[node.opType](node, emit)
    if (done) count += 1
    return done
  })
  if (count === 0) return model
  return withGraph(
    rewritten,
    {},
    'Quantised operators are computed in float32 without their rounding; gradients pass straight through inside the range they can hold.',
  )
}
