import { floatAttribute, intAttribute } from '../../graph/attributes.ts'
import { floatsOf, makeConstant } from '../../graph/constants.ts'
import { consumersOf, producersOf, withGraph } from '../../graph/edit.ts'
import type { ConstantTensor, Node, OnnxModel, Shapes } from '../../graph/model.ts'
import { sizeOf } from '../dims.ts'

/**
 * Folds every BatchNormalization into the Conv, ConvTranspose or Gemm right before it:
 *
 *   W ← W·γ/√(σ² + ε),  b ← (b − µ)·γ/√(σ² + ε) + β
 *
 * Only where the linear node's result is read by nothing else. The scores stay the same up to rounding, which may flip a
 * ReLU that sits on its kink: for rule-based methods only.
 * source  Guillemot et al. 2020, arXiv:2009.11805
 */
export function foldBatchNorms(model: OnnxModel, keep: ReadonlySet<string>): OnnxModel {
  const producers = producersOf(model.graph)
  const consumers = consumersOf(model.graph)
  const initializers = new Map(model.graph.initializers)
  const replaced = new Map<Node, Node | null>()
  for (const norm of model.graph.nodes) {
    if (norm.opType !== 'BatchNormalization' || norm.domain !== '') continue
    const linear = producers.get(norm.inputs[0])
    if (!linear || !['Conv', 'ConvTranspose', 'Gemm'].includes(linear.opType) || linear.domain !== '') continue
    if (keep.has(norm.inputs[0]) || consumers.get(norm.inputs[0])?.length !== 1) continue
    const folded = fold(model, linear, norm)
    if (!folded) continue
    for (const constant of folded.constants) initializers.set(constant.name, constant)
    replaced.set(linear, null)
    replaced.set(norm, folded.node)
  }
  if (replaced.size === 0) return model
  const nodes = model.graph.nodes.flatMap((node) => {
    const other = replaced.get(node)
    return other === undefined ? [node] : other === null ? [] : [other]
  })
  return withGraph(model, { nodes, initializers })
}

interface Folded {
  readonly node: Node
  readonly constants: readonly ConstantTensor[]
}

/** γ/√(σ² + ε), µ and β of every channel of a BatchNormalization; null where one is computed. */
export interface NormConstants {
  readonly factor: Float64Array
  readonly mean: Float32Array
  readonly shift: Float32Array
}

export function normConstants(model: OnnxModel, norm: Node): NormConstants | null {
  const constants = norm.inputs.slice(1, 5).map((name) => model.graph.initializers.get(name))
  if (!constants.every((c) => c !== undefined)) return null
  const [scale, shift, mean, variance] = constants.map((c) => floatsOf(c, model.directory))
  const epsilon = floatAttribute(norm, 'epsilon', 1e-5)
  return { factor: Float64Array.from(scale, (s, i) => s / Math.sqrt(variance[i] + epsilon)), mean, shift }
}

/** b ← (b − µ)·γ/√(σ² + ε) + β; `old` has one value per channel or one for all. */
export function movedBias(old: ArrayLike<number>, { factor, mean, shift }: NormConstants): Float32Array {
  return Float32Array.from(factor, (f, i) => (old[old.length === 1 ? 0 : i] - mean[i]) * f + shift[i])
}

function fold(model: OnnxModel, linear: Node, norm: Node): Folded | null {
  const weights = model.graph.initializers.get(linear.inputs[1])
  const bias = linear.inputs[2] ? model.graph.initializers.get(linear.inputs[2]) : null
  const constants = normConstants(model, norm)
  if (weights === undefined || bias === undefined || constants === null) return null
  if (
    linear.opType === 'Gemm' &&
    (floatAttribute(linear, 'beta', 1) !== 1 || floatAttribute(linear, 'alpha', 1) !== 1)
  ) {
    return null
  }
  const { factor } = constants
  const scaled = scaleOutputs(floatsOf(weights, model.directory), weights.dims, factor, linear)
  const old = bias ? floatsOf(bias, model.directory) : new Float32Array(factor.length)
  if (old.length !== factor.length && old.length !== 1) return null
  const name = norm.outputs[0]
  const w = makeConstant(`saliscope/folded-weights/${name}`, 'float', weights.dims, scaled)
  const b = makeConstant(`saliscope/folded-bias/${name}`, 'float', [factor.length], movedBias(old, constants))
  const node = { ...linear, inputs: [linear.inputs[0], w.name, b.name], outputs: [name] }
  return { node, constants: [w, b] }
}

/** Multiplies the weights that lead to output channel o by factor[o]. */
export function scaleOutputs(
  weights: Float32Array,
  dims: readonly number[],
  factor: Float64Array,
  linear: Node,
): Float32Array {
  const scaled = new Float32Array(weights.length)
  if (linear.opType === 'MatMul' || (linear.opType === 'Gemm' && intAttribute(linear, 'transB', 0) === 0)) {
    for (let i = 0; i < scaled.length; i++) scaled[i] = weights[i] * factor[i % factor.length]
    return scaled
  }
  if (linear.opType !== 'ConvTranspose') {
    const block = sizeOf(dims.slice(1))
    for (let i = 0; i < scaled.length; i++) scaled[i] = weights[i] * factor[Math.floor(i / block)]
    return scaled
  }
  // [C, M/group, …]: the channel of the output is the second axis within the group that the first axis lies in.
  const perGroup = dims[0] / intAttribute(linear, 'group', 1)
  const cells = sizeOf(dims.slice(2))
  for (let i = 0; i < scaled.length; i++) {
    const row = Math.floor(i / cells)
    const group = Math.floor(Math.floor(row / dims[1]) / perGroup)
    scaled[i] = weights[i] * factor[group * dims[1] + (row % dims[1])]
  }
  return scaled
}

/** Bias additions written as a node of their own: a linear node's output → the constant that its only reader adds. */
export function separateBiases(
  model: OnnxModel,
  shapes: Shapes,
  active: ReadonlySet<string>,
  isLinear: (node: Node) => boolean,
): { readonly biases: ReadonlyMap<string, string>; readonly additions: ReadonlySet<Node> } {
  const consumers = consumersOf(model.graph)
  const producers = producersOf(model.graph)
  const biases = new Map<string, string>()
  const additions = new Set<Node>()
  for (const node of model.graph.nodes) {
    if (node.opType !== 'Add' || node.domain !== '') continue
    const at = node.inputs.findIndex((name) => active.has(name))
    const other = node.inputs[1 - at]
    if (at < 0 || active.has(other) || node.inputs[0] === node.inputs[1]) continue
    const producer = producers.get(node.inputs[at])
    if (!producer || !isLinear(producer) || consumers.get(node.inputs[at])?.length !== 1) continue
    const [own, sum] = [shapes.get(node.inputs[at])?.dims, shapes.get(node.outputs[0])?.dims]
    if (!own || !sum || own.join() !== sum.join()) continue
    biases.set(node.inputs[at], other)
    additions.add(node)
  }
  return { biases, additions }
}
