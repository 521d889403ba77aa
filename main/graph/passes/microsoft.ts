import { float, floatAttribute, floatsAttribute, int, intAttribute, ints, stringAttribute } from '../attributes.ts'
import { withGraph } from '../edit.ts'
import type { Attribute, Node, OnnxModel } from '../model.ts'
import { type Emit, type Rule, rewriteNodes } from '../rewrite.ts'
import { fusedAttention, multiHeadAttention } from './microsoft-attention.ts'
import { int64s, joined, sizesOf } from './opset/heads.ts'
import { rootMeanSquare } from './opset/newer-operators.ts'
import { refuseOperator } from './opset/refuse.ts'
import { microsoftRotaryEmbedding } from './opset/rotary-embedding.ts'

function without(node: Node, ...names: readonly string[]): Record<string, Attribute> {
  return Object.fromEntries(Object.entries(node.attributes).filter(([name]) => !names.includes(name)))
}

const number = (emit: Emit, value: number): string => emit.constant('float', [], [value])

/** The activation behind a fused convolution or product, its numbers in the order of `activation_params`. */
function activation(node: Node, name: string, x: string, parameters: readonly number[], emit: Emit): void {
  const [p, q] = parameters
  switch (name) {
    case 'Relu':
    case 'Sigmoid':
    case 'Tanh':
      emit.add(name, [x], {}, node.outputs)
      return
    case 'LeakyRelu':
      emit.add(name, [x], { alpha: float(p ?? 0.01) }, node.outputs)
      return
    case 'HardSigmoid':
      emit.add(name, [x], { alpha: float(p ?? 0.2), beta: float(q ?? 0.5) }, node.outputs)
      return
    case 'Clip':
      emit.add(name, [x, number(emit, p), number(emit, q)], {}, node.outputs)
      return
    default:
      refuseOperator(node, `has the fused activation "${name}"`)
  }
}

/** FusedConv: activation(Conv(x, w, b) + z). */
const fusedConv: Rule = (node, emit) => {
  const [x, w, bias, added] = node.inputs
  let y = emit.add('Conv', bias ? [x, w, bias] : [x, w], without(node, 'activation', 'activation_params'))[0]
  if (added) y = emit.add('Add', [y, added])[0]
  activation(node, stringAttribute(node, 'activation', 'Relu'), y, floatsAttribute(node, 'activation_params', []), emit)
  return true
}

const fusedGemm: Rule = (node, emit) => {
  const names = ['activation', 'activation_alpha', 'activation_beta', 'activation_gamma']
  const y = emit.add('Gemm', node.inputs, without(node, ...names))[0]
  const parameters = ['activation_alpha', 'activation_beta'].flatMap((n) =>
    node.attributes[n] ? [floatAttribute(node, n)] : [],
  )
  activation(node, stringAttribute(node, 'activation', 'Relu'), y, parameters, emit)
  return true
}

/** x with its last two axes swapped, whatever its rank; where that is not known, as one stack of matrices. */
function swappedLast(x: string, emit: Emit): string {
  const rank = emit.constantOf(x)?.dims.length
  if (rank !== undefined) {
    if (rank < 2) return x
    const kept = Array.from({ length: rank - 2 }, (_, i) => i)
    return emit.add('Transpose', [x], { perm: ints([...kept, rank - 1, rank - 2]) })[0]
  }
  const stack = emit.add('Reshape', [x, joined(emit, int64s(emit, -1), sizesOf(emit, x, -2))])[0]
  const swapped = emit.add('Transpose', [stack], { perm: ints([0, 2, 1]) })[0]
  const target = joined(emit, sizesOf(emit, x, 0, -2), sizesOf(emit, x, -1), sizesOf(emit, x, -2, -1))
  return emit.add('Reshape', [swapped, target])[0]
}

/** FusedMatMul: alpha · op(A) · op(B), the last two axes swapped where asked. */
const fusedMatMul: Rule = (node, emit) => {
  if (intAttribute(node, 'transBatchA', 0) !== 0 || intAttribute(node, 'transBatchB', 0) !== 0) {
    refuseOperator(node, 'transposes its batch axes')
  }
  const operand = (at: number, flag: string): string =>
    intAttribute(node, flag, 0) === 0 ? node.inputs[at] : swappedLast(node.inputs[at], emit)
  const product = emit.add('MatMul', [operand(0, 'transA'), operand(1, 'transB')])[0]
  emit.add('Mul', [product, number(emit, floatAttribute(node, 'alpha', 1))], {}, node.outputs)
  return true
}

function exactGelu(x: string, emit: Emit, outputs: readonly string[]): void {
  const erf = emit.add('Erf', [emit.add('Div', [x, number(emit, Math.SQRT2)])[0]])[0]
  const gated = emit.add('Mul', [x, emit.add('Add', [erf, number(emit, 1)])[0]])[0]
  emit.add('Mul', [gated, number(emit, 0.5)], {}, outputs)
}

/** Gelu and BiasGelu: x·Φ(x) of x, or of x + bias. */
const gelu: Rule = (node, emit) => {
  const x = node.inputs[1] ? emit.add('Add', [node.inputs[0], node.inputs[1]])[0] : node.inputs[0]
  exactGelu(x, emit, node.outputs)
  return true
}

/** FastGelu: 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))). */
const fastGelu: Rule = (node, emit) => {
  const x = node.inputs[1] ? emit.add('Add', [node.inputs[0], node.inputs[1]])[0] : node.inputs[0]
  const cube = emit.add('Mul', [emit.add('Mul', [x, x])[0], x])[0]
  const inner = emit.add('Add', [x, emit.add('Mul', [cube, number(emit, 0.044715)])[0]])[0]
  const tanh = emit.add('Tanh', [emit.add('Mul', [inner, number(emit, Math.sqrt(2 / Math.PI))])[0]])[0]
  const gated = emit.add('Mul', [x, emit.add('Add', [tanh, number(emit, 1)])[0]])[0]
  emit.add('Mul', [gated, number(emit, 0.5)], {}, node.outputs)
  return true
}

/** QuickGelu: x·σ(αx). */
const quickGelu: Rule = (node, emit) => {
  const scaled = emit.add('Mul', [node.inputs[0], number(emit, floatAttribute(node, 'alpha', 1.702))])[0]
  emit.add('Mul', [node.inputs[0], emit.add('Sigmoid', [scaled])[0]], {}, node.outputs)
  return true
}

/** SkipLayerNormalization: LayerNorm(input + skip + bias); its fourth output is the sum. */
const skipLayerNormalization: Rule = (node, emit) => {
  const [x, skip, gamma, beta, bias] = node.inputs
  if (node.outputs[1] || node.outputs[2]) refuseOperator(node, 'hands on the mean or deviation')
  const pair = emit.add('Add', [x, skip], {}, !bias && node.outputs[3] ? [node.outputs[3]] : 1)[0]
  const sum = bias ? emit.add('Add', [pair, bias], {}, node.outputs[3] ? [node.outputs[3]] : 1)[0] : pair
  const attributes = { axis: int(-1), epsilon: float(floatAttribute(node, 'epsilon', 1e-12)) }
  emit.add('LayerNormalization', beta ? [sum, gamma, beta] : [sum, gamma], attributes, node.outputs.slice(0, 1))
  return true
}

/** SkipSimplifiedLayerNormalization: (input + skip + bias) over its root mean square; the fourth output is the sum. */
const skipSimplified: Rule = (node, emit) => {
  const [x, skip, gamma, bias] = node.inputs
  if (node.outputs[1] || node.outputs[2]) refuseOperator(node, 'hands on the mean or deviation')
  const pair = emit.add('Add', [x, skip], {}, !bias && node.outputs[3] ? [node.outputs[3]] : 1)[0]
  const sum = bias ? emit.add('Add', [pair, bias], {}, node.outputs[3] ? [node.outputs[3]] : 1)[0] : pair
  rootMeanSquare(emit, sum, gamma, { axis: -1, epsilon: floatAttribute(node, 'epsilon', 1e-12) }, node.outputs)
  return true
}

const rules: Readonly<Record<string, Rule>> = {
  FusedConv: fusedConv,
  FusedGemm: fusedGemm,
  FusedMatMul: fusedMatMul,
  Gelu: gelu,
  BiasGelu: gelu,
  FastGelu: fastGelu,
  QuickGelu: quickGelu,
  SkipLayerNormalization: skipLayerNormalization,
  SkipSimplifiedLayerNormalization: skipSimplified,
  RotaryEmbedding: microsoftRotaryEmbedding,
  Attention: fusedAttention,
  MultiHeadAttention: multiHeadAttention,
}

/**
 * Decomposes the fused operators that ONNX Runtime writes when it saves an optimised graph. Others of com.microsoft stay:
 * they run, and have no derivative.
 * errors  graph.operator: a fused form that cannot be decomposed
 */
export function decomposeMicrosoft(model: OnnxModel): OnnxModel {
  let count = 0
  const rewritten = rewriteNodes(model, (node, emit) => {
    const done = node.domain === 'com.microsoft' && Object.hasOwn(rules, node.opType) && rules[node.opType](node, emit)
    if (done) count += 1
    return done
  })
  if (count === 0) return model
  return withGraph(
    rewritten,
    {},
    `${count} fused operators of a runtime-optimised file were written as standard operators.`,
  )
}
