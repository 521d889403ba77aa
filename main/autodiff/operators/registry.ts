import type { Node } from '../../graph/model.ts'
import type { Operator } from '../operator.ts'
import { Abs } from './Abs.ts'
import { Acos } from './Acos.ts'
import { Acosh } from './Acosh.ts'
import { Add } from './Add.ts'
import { And } from './And.ts'
import { ArgMax } from './ArgMax.ts'
import { ArgMin } from './ArgMin.ts'
import { Asin } from './Asin.ts'
import { Asinh } from './Asinh.ts'
import { Atan } from './Atan.ts'
import { Atanh } from './Atanh.ts'
import { AveragePool } from './AveragePool.ts'
import { BatchNormalization } from './BatchNormalization.ts'
import { Bernoulli } from './Bernoulli.ts'
import { BitwiseAnd } from './BitwiseAnd.ts'
import { BitwiseNot } from './BitwiseNot.ts'
import { BitwiseOr } from './BitwiseOr.ts'
import { BitwiseXor } from './BitwiseXor.ts'
import { Cast } from './Cast.ts'
import { CastLike } from './CastLike.ts'
import { Ceil } from './Ceil.ts'
import { Celu } from './Celu.ts'
import { Clip } from './Clip.ts'
import { Compress } from './Compress.ts'
import { Concat } from './Concat.ts'
import { Constant } from './Constant.ts'
import { ConstantOfShape } from './ConstantOfShape.ts'
import { Conv } from './Conv.ts'
import { ConvTranspose } from './ConvTranspose.ts'
import { Cos } from './Cos.ts'
import { Cosh } from './Cosh.ts'
import { CumSum } from './CumSum.ts'
import { DepthToSpace } from './DepthToSpace.ts'
import { Div } from './Div.ts'
import { Dropout } from './Dropout.ts'
import { Einsum } from './Einsum.ts'
import { Elu } from './Elu.ts'
import { Equal } from './Equal.ts'
import { Erf } from './Erf.ts'
import { Exp } from './Exp.ts'
import { Expand } from './Expand.ts'
import { EyeLike } from './EyeLike.ts'
import { Flatten } from './Flatten.ts'
import { Floor } from './Floor.ts'
import { Gather } from './Gather.ts'
import { GatherElements } from './GatherElements.ts'
import { GatherND } from './GatherND.ts'
import { Gelu } from './Gelu.ts'
import { Gemm } from './Gemm.ts'
import { GlobalAveragePool } from './GlobalAveragePool.ts'
import { GlobalLpPool } from './GlobalLpPool.ts'
import { GlobalMaxPool } from './GlobalMaxPool.ts'
import { Greater } from './Greater.ts'
import { GreaterOrEqual } from './GreaterOrEqual.ts'
import { GridSample } from './GridSample.ts'
import { GroupNormalization } from './GroupNormalization.ts'
import { Hardmax } from './Hardmax.ts'
import { HardSigmoid } from './HardSigmoid.ts'
import { HardSwish } from './HardSwish.ts'
import { Identity } from './Identity.ts'
import { InstanceNormalization } from './InstanceNormalization.ts'
import { IsInf } from './IsInf.ts'
import { IsNaN } from './IsNaN.ts'
import { LayerNormalization } from './LayerNormalization.ts'
import { LeakyRelu } from './LeakyRelu.ts'
import { Less } from './Less.ts'
import { LessOrEqual } from './LessOrEqual.ts'
import { Log } from './Log.ts'
import { LogSoftmax } from './LogSoftmax.ts'
import { LpNormalization } from './LpNormalization.ts'
import { LpPool } from './LpPool.ts'
import { LRN } from './LRN.ts'
import { MatMul } from './MatMul.ts'
import { Max } from './Max.ts'
import { MaxPool } from './MaxPool.ts'
import { MaxUnpool } from './MaxUnpool.ts'
import { Mean } from './Mean.ts'
import { MeanVarianceNormalization } from './MeanVarianceNormalization.ts'
import { Min } from './Min.ts'
import { Mish } from './Mish.ts'
import { Mod } from './Mod.ts'
import { Mul } from './Mul.ts'
import { Neg } from './Neg.ts'
import { NonZero } from './NonZero.ts'
import { Not } from './Not.ts'
import { OneHot } from './OneHot.ts'
import { Or } from './Or.ts'
import { Pad } from './Pad.ts'
import { Pow } from './Pow.ts'
import { PRelu } from './PRelu.ts'
import { RandomNormalLike } from './RandomNormalLike.ts'
import { RandomUniformLike } from './RandomUniformLike.ts'
import { Range } from './Range.ts'
import { Reciprocal } from './Reciprocal.ts'
import { ReduceL1 } from './ReduceL1.ts'
import { ReduceL2 } from './ReduceL2.ts'
import { ReduceLogSum } from './ReduceLogSum.ts'
import { ReduceLogSumExp } from './ReduceLogSumExp.ts'
import { ReduceMax } from './ReduceMax.ts'
import { ReduceMean } from './ReduceMean.ts'
import { ReduceMin } from './ReduceMin.ts'
import { ReduceProd } from './ReduceProd.ts'
import { ReduceSum } from './ReduceSum.ts'
import { ReduceSumSquare } from './ReduceSumSquare.ts'
import { Relu } from './Relu.ts'
import { Reshape } from './Reshape.ts'
import { Resize } from './Resize.ts'
import { ReverseSequence } from './ReverseSequence.ts'
import { RMSNormalization } from './RMSNormalization.ts'
import { Round } from './Round.ts'
import { ScatterElements } from './ScatterElements.ts'
import { ScatterND } from './ScatterND.ts'
import { Selu } from './Selu.ts'
import { Shape } from './Shape.ts'
import { Shrink } from './Shrink.ts'
import { Sigmoid } from './Sigmoid.ts'
import { Sign } from './Sign.ts'
import { Sin } from './Sin.ts'
import { Sinh } from './Sinh.ts'
import { Size } from './Size.ts'
import { Slice } from './Slice.ts'
import { Softmax } from './Softmax.ts'
import { Softplus } from './Softplus.ts'
import { Softsign } from './Softsign.ts'
import { SpaceToDepth } from './SpaceToDepth.ts'
import { Split } from './Split.ts'
import { Sqrt } from './Sqrt.ts'
import { Squeeze } from './Squeeze.ts'
import { Sub } from './Sub.ts'
import { Sum } from './Sum.ts'
import { Swish } from './Swish.ts'
import { Tan } from './Tan.ts'
import { Tanh } from './Tanh.ts'
import { ThresholdedRelu } from './ThresholdedRelu.ts'
import { Tile } from './Tile.ts'
import { TopK } from './TopK.ts'
import { Transpose } from './Transpose.ts'
import { Trilu } from './Trilu.ts'
import { Unsqueeze } from './Unsqueeze.ts'
import { Where } from './Where.ts'
import { Xor } from './Xor.ts'

/** Every operator that has a rule. A new one is its file and two lines here. */
export const operators: readonly Operator[] = [
  Abs,
  Acos,
  Acosh,
  Add,
  And,
  ArgMax,
  ArgMin,
  Asin,
  Asinh,
  Atan,
  Atanh,
  AveragePool,
  BatchNormalization,
  Bernoulli,
  BitwiseAnd,
  BitwiseNot,
  BitwiseOr,
  BitwiseXor,
  Cast,
  CastLike,
  Ceil,
  Celu,
  Clip,
  Compress,
  Concat,
  Constant,
  ConstantOfShape,
  Conv,
  ConvTranspose,
  Cos,
  Cosh,
  CumSum,
  DepthToSpace,
  Div,
  Dropout,
  Einsum,
  Elu,
  Equal,
  Erf,
  Exp,
  Expand,
  EyeLike,
  Flatten,
  Floor,
  Gather,
  GatherElements,
  GatherND,
  Gelu,
  Gemm,
  GlobalAveragePool,
  GlobalLpPool,
  GlobalMaxPool,
  Greater,
  GreaterOrEqual,
  GridSample,
  GroupNormalization,
  HardSigmoid,
  HardSwish,
  Hardmax,
  Identity,
  InstanceNormalization,
  IsInf,
  IsNaN,
  LRN,
  LayerNormalization,
  LeakyRelu,
  Less,
  LessOrEqual,
  Log,
  LogSoftmax,
  LpNormalization,
  LpPool,
  MatMul,
  Max,
  MaxPool,
  MaxUnpool,
  Mean,
  MeanVarianceNormalization,
  Min,
  Mish,
  Mod,
  Mul,
  Neg,
  NonZero,
  Not,
  OneHot,
  Or,
  PRelu,
  Pad,
  Pow,
  RMSNormalization,
  RandomNormalLike,
  RandomUniformLike,
  Range,
  Reciprocal,
  ReduceL1,
  ReduceL2,
  ReduceLogSum,
  ReduceLogSumExp,
  ReduceMax,
  ReduceMean,
  ReduceMin,
  ReduceProd,
  ReduceSum,
  ReduceSumSquare,
  Relu,
  Reshape,
  Resize,
  ReverseSequence,
  Round,
  ScatterElements,
  ScatterND,
  Selu,
  Shape,
  Shrink,
  Sigmoid,
  Sign,
  Sin,
  Sinh,
  Size,
  Slice,
  Softmax,
  Softplus,
  Softsign,
  SpaceToDepth,
  Split,
  Sqrt,
  Squeeze,
  Sub,
  Sum,
  Swish,
  Tan,
  Tanh,
  ThresholdedRelu,
  Tile,
  TopK,
  Transpose,
  Trilu,
  Unsqueeze,
  Where,
  Xor,
]

const key = (domain: string, opType: string): string => `${domain === 'ai.onnx' ? '' : domain}:${opType}`
const table = new Map<string, Operator>()
for (const operator of operators) {
  const name = key(operator.domain, operator.opType)
  if (table.has(name)) throw new Error(`The operator ${name} is registered twice.`)
  table.set(name, operator)
}

/** The operator of a node, or null when none is registered. */
export function operatorOf(node: Pick<Node, 'opType' | 'domain'>): Operator | null {
  return table.get(key(node.domain, node.opType)) ?? null
}
