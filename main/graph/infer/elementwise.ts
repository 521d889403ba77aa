import { intAttribute } from '../attributes.ts'
import { broadcastDims } from '../evaluate/value.ts'
import { elementTypes } from '../schema.ts'
import { type Inference, known, one } from './known.ts'

/** Same type and shape as the first input. */
const same: Inference = (_, [x]) => x && [known(x.type, x.dims)]

/** Broadcast of all inputs, type of the first. */
const broadcast: Inference = (_, inputs) => {
  const given = inputs.filter((x) => x !== null)
  if (given.length < inputs.length || given.length === 0) return null
  return one(given[0].type, broadcastDims(...given.map((x) => x.dims)))
}

const compare: Inference = (_, [a, b]) => (a && b ? one('bool', broadcastDims(a.dims, b.dims)) : null)
const toBool: Inference = (_, [x]) => x && one('bool', x.dims)
const where: Inference = (_, [c, a, b]) => (c && a && b ? one(a.type, broadcastDims(c.dims, a.dims, b.dims)) : null)
const cast: Inference = (node, [x]) => {
  const type = elementTypes[intAttribute(node, 'to')]
  return x && type ? one(type, x.dims) : null
}
const castLike: Inference = (_, [x, like]) => (x && like ? one(like.type, x.dims) : null)
/** Dropout has a mask beside its result. */
const dropout: Inference = (_, [x]) => x && [known(x.type, x.dims), known('bool', x.dims)]
/** The first output only: extra ones (batch statistics, inverse deviations) are read by no inference graph. */
const firstOutput: Inference = (_, [x]) => x && [known(x.type, x.dims)]
const quantize: Inference = (_, [x, , zero]) => x && one(zero?.type ?? 'uint8', x.dims)
const dequantize: Inference = (_, [x, scale]) => (x && scale ? one(scale.type, x.dims) : null)
const dynamicQuantize: Inference = (_, [x]) => x && [known('uint8', x.dims), known('float', []), known('uint8', [])]

const sameOperators =
  'Identity Relu LeakyRelu PRelu ThresholdedRelu Elu Selu Celu Sigmoid HardSigmoid HardSwish Tanh Softplus Softsign Mish Gelu Shrink ' +
  'Clip Exp Log Sqrt Reciprocal Abs Neg Erf Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Floor Ceil Round Sign Not ' +
  'BitwiseNot Softmax LogSoftmax Hardmax LRN InstanceNormalization MeanVarianceNormalization LpNormalization GroupNormalization ' +
  'CumSum Trilu ReverseSequence ScatterElements ScatterND Bernoulli RMSNormalization Swish'
const broadcastOperators =
  'Add Sub Mul Div Pow Mod Max Min Sum Mean And Or Xor BitShift BitwiseAnd BitwiseOr BitwiseXor'
const compareOperators = 'Equal Less LessOrEqual Greater GreaterOrEqual'

const named = (names: string, inference: Inference): [string, Inference][] =>
  names.split(' ').map((name) => [name, inference])

export const elementwiseShapes: Readonly<Record<string, Inference>> = Object.fromEntries([
  ...named(sameOperators, same),
  ...named(broadcastOperators, broadcast),
  ...named(compareOperators, compare),
  ...named('IsNaN IsInf', toBool),
  ...named('BatchNormalization LayerNormalization', firstOutput),
  ['Where', where] as const,
  ['Cast', cast] as const,
  ['CastLike', castLike] as const,
  ['Dropout', dropout] as const,
  ['QuantizeLinear', quantize] as const,
  ['DequantizeLinear', dequantize] as const,
  ['DynamicQuantizeLinear', dynamicQuantize] as const,
])
