import { floatAttribute, int, intAttribute, stringAttribute } from '../../attributes.ts'
import type { Emit, Rule } from '../../rewrite.ts'
import { attention } from './attention.ts'
import { affineGrid, centerCropPad, col2Im, cumProd } from './placing.ts'
import { refuseOperator } from './refuse.ts'
import { rotaryEmbedding } from './rotary-embedding.ts'

/** Gelu 20: x·Φ(x), or its tanh form 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))). */
const gelu: Rule = (node, emit) => {
  const x = node.inputs[0]
  const number = (value: number): string => emit.constant('float', [], [value])
  const one = (op: string, ...inputs: readonly string[]): string => emit.add(op, inputs)[0]
  const tanh = stringAttribute(node, 'approximate', 'none') === 'tanh'
  const cubic = tanh ? one('Mul', one('Mul', one('Mul', x, x), x), number(0.044715)) : ''
  const bent = tanh
    ? one('Tanh', one('Mul', one('Add', x, cubic), number(Math.sqrt(2 / Math.PI))))
    : one('Erf', one('Div', x, number(Math.SQRT2)))
  const gated = one('Mul', x, one('Add', bent, number(1)))
  emit.add('Mul', [gated, number(0.5)], {}, node.outputs)
  return true
}

/** Swish 24: x·σ(αx). */
const swish: Rule = (node, emit) => {
  const alpha = floatAttribute(node, 'alpha', 1)
  const x = node.inputs[0]
  const scaled = alpha === 1 ? x : emit.add('Mul', [x, emit.constant('float', [], [alpha])])[0]
  emit.add('Mul', [x, emit.add('Sigmoid', [scaled])[0]], {}, node.outputs)
  return true
}

/** The axes from one to the last; counted from the front they wait for the rank, which folding knows. */
function axesFrom(axis: number, x: string, emit: Emit): string {
  if (axis < 0) {
    const axes = Array.from({ length: -axis }, (_, i) => axis + i)
    return emit.constant('int64', [axes.length], axes)
  }
  const shape = emit.add('Shape', [x])[0]
  const [start, one] = [axis, 1].map((value) => emit.constant('int64', [], [value]))
  return emit.add('Range', [start, emit.add('Size', [shape])[0], one])[0]
}

/** x / √(mean(x²) + ε) · scale over the axes from `axis` on. */
export function rootMeanSquare(
  emit: Emit,
  x: string,
  scale: string,
  { axis, epsilon }: { readonly axis: number; readonly epsilon: number },
  outputs: readonly string[],
): void {
  const square = emit.add('Mul', [x, x])[0]
  const mean = emit.add('ReduceMean', [square, axesFrom(axis, x, emit)], { keepdims: int(1) })[0]
  const biased = emit.add('Add', [mean, emit.constant('float', [], [epsilon])])[0]
  const normal = emit.add('Div', [x, emit.add('Sqrt', [biased])[0]])[0]
  emit.add('Mul', [normal, scale], {}, outputs.slice(0, 1))
}

/** RMSNormalization 23, and the name ONNX Runtime gives it in optimised files. */
const rmsNormalization: Rule = (node, emit) => {
  if (node.outputs[1]) refuseOperator(node, 'hands on its deviation')
  const [x, scale] = node.inputs
  const form = { axis: intAttribute(node, 'axis', -1), epsilon: floatAttribute(node, 'epsilon', 1e-5) }
  rootMeanSquare(emit, x, scale, form, node.outputs)
  return true
}

/**
 * GroupNormalization: Reshape to [N, groups, rest], InstanceNormalization with ones and zeros, Reshape back, scale and
 * bias per channel. Version 18 gives scale and bias per group, version 21 per channel.
 */
const groupNormalization: Rule = (node, emit) => {
  const groups = intAttribute(node, 'num_groups')
  const [x, scale, bias] = node.inputs
  const ones = emit.constant('float', [groups], new Float32Array(groups).fill(1))
  const zeros = emit.constant('float', [groups], new Float32Array(groups))
  const shape = emit.add('Shape', [x])[0]
  const rows = emit.add('Reshape', [x, emit.constant('int64', [3], [0, groups, -1])])[0]
  const normal = emit.add('InstanceNormalization', [rows, ones, zeros], {
    epsilon: { kind: 'float', value: floatAttribute(node, 'epsilon', 1e-5) },
  })[0]
  if (emit.opset < 21) {
    const column = (name: string): string => emit.add('Unsqueeze', [name, emit.constant('int64', [1], [1])])[0]
    const moved = emit.add('Add', [emit.add('Mul', [normal, column(scale)])[0], column(bias)])[0]
    emit.add('Reshape', [moved, shape], {}, node.outputs)
    return true
  }
  const whole = emit.add('Reshape', [normal, shape])[0]
  // [C] → [1, C, 1, …, 1]: the shape of x with every size but the channels' replaced by 1.
  const rank = emit.add('Shape', [shape])[0]
  const tail = emit.add('Sub', [rank, emit.constant('int64', [1], [2])])[0]
  const fill = emit.add('ConstantOfShape', [tail], {
    value: {
      kind: 'tensor',
      value: { name: '', type: 'int64', dims: [1], source: { kind: 'bytes', bytes: oneInt64 } },
    },
  })[0]
  const target = emit.add('Concat', [emit.constant('int64', [2], [1, -1]), fill], { axis: int(0) })[0]
  const perChannel = (name: string): string => emit.add('Reshape', [name, target])[0]
  emit.add('Add', [emit.add('Mul', [whole, perChannel(scale)])[0], perChannel(bias)], {}, node.outputs)
  return true
}
const oneInt64 = new Uint8Array(new BigInt64Array([1n]).buffer)

const tooNew: Rule = (node) => refuseOperator(node, 'has no equivalent in version 18 of the operator set')

const unrunnable: Rule = (node) =>
  refuseOperator(node, 'came with version 28 of the operator set, which ONNX Runtime 1.30 does not run')

/** Operators that version 18 lacks, or that it has in another form. */
export const newerOperators: Readonly<Record<string, Rule>> = {
  Gelu: gelu,
  Swish: swish,
  RMSNormalization: rmsNormalization,
  SimplifiedLayerNormalization: rmsNormalization,
  GroupNormalization: groupNormalization,
  Attention: attention,
  RotaryEmbedding: rotaryEmbedding,
  TensorScatter: tooNew,
  SwiGLU: unrunnable,
  AffineGrid: affineGrid,
  CenterCropPad: centerCropPad,
  Col2Im: col2Im,
  CumProd: cumProd,
  StringConcat: tooNew,
  StringSplit: tooNew,
  RegexFullMatch: tooNew,
  ImageDecoder: tooNew,
}
