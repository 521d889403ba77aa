import { floatsOf, makeConstant } from '../../graph/constants.ts'
import { consumersOf, producersOf, removeAliases, withGraph } from '../../graph/edit.ts'
import type { ConstantTensor, Node, OnnxModel, Shapes } from '../../graph/model.ts'
import { movedBias, normConstants } from './canonise.ts'

/** A product with constant weights [K, C] whose rows, after an added constant or none, a norm takes channel by channel. */
interface Rows {
  readonly product: Node
  readonly addition: Node | null
  readonly weights: ConstantTensor
  /** One value per channel. */
  readonly bias: ArrayLike<number>
}

interface Wiring {
  readonly model: OnnxModel
  readonly shapes: Shapes
  readonly keep: ReadonlySet<string>
  readonly producers: ReadonlyMap<string, Node>
  readonly consumers: ReadonlyMap<string, readonly Node[]>
}

/** The node that produces a tensor which nothing else reads and whose last axis holds the channels. */
function onlyFor(name: string, channels: number, { shapes, keep, producers, consumers }: Wiring): Node | null {
  if (keep.has(name) || consumers.get(name)?.length !== 1 || shapes.get(name)?.dims.at(-1) !== channels) return null
  const producer = producers.get(name)
  return producer?.domain === '' ? producer : null
}

/** What a norm of rows [N, C] takes: through reshapes that leave the channels where they are. */
function rowsBefore(norm: Node, channels: number, wiring: Wiring): Rows | null {
  const { initializers } = wiring.model.graph
  let node = onlyFor(norm.inputs[0], channels, wiring)
  while (node?.opType === 'Flatten' || node?.opType === 'Reshape') node = onlyFor(node.inputs[0], channels, wiring)
  let addition: Node | null = null
  let bias: ArrayLike<number> = new Float32Array(channels)
  if (node?.opType === 'Add') {
    addition = node
    const at = addition.inputs.findIndex((name) => initializers.has(name))
    const constant = at < 0 ? undefined : initializers.get(addition.inputs[at])
    if (constant === undefined) return null
    bias = floatsOf(constant, wiring.model.directory)
    if (bias.length !== channels || constant.dims.at(-1) !== channels) return null
    node = onlyFor(addition.inputs[1 - at], channels, wiring)
  }
  const weights = node?.opType === 'MatMul' ? initializers.get(node.inputs[1]) : undefined
  return node && weights?.dims.length === 2 && weights.dims[1] === channels
    ? { product: node, addition, weights, bias }
    : null
}

/**
 * Folds every BatchNormalization of rows into the MatMul before it, as dense layers on tokens have it:
 *
 *   W ← W·γ/√(σ² + ε),  then  + (b − µ)·γ/√(σ² + ε) + β
 *
 * Flatten and Reshape may stand between that leave the channels last, and an added bias. Left apart, relevance would be
 * divided by sums that the norm has still to move away from zero.
 *
 * returns  the model, and shapes that also hold the new tensors
 * source   as canonise.ts
 */
export function foldRowNorms(
  model: OnnxModel,
  shapes: Shapes,
  keep: ReadonlySet<string>,
): { readonly model: OnnxModel; readonly shapes: Shapes } {
  const { graph } = model
  const wiring = { model, shapes, keep, producers: producersOf(graph), consumers: consumersOf(graph) }
  const initializers = new Map(graph.initializers)
  const known = new Map(shapes)
  const replaced = new Map<Node, readonly Node[]>()
  const aliases = new Map<string, string>()
  for (const norm of graph.nodes) {
    const dims = shapes.get(norm.inputs[0])?.dims
    if (norm.opType !== 'BatchNormalization' || norm.domain !== '' || dims?.length !== 2) continue
    const constants = normConstants(model, norm)
    const rows = constants === null || keep.has(norm.outputs[0]) ? null : rowsBefore(norm, dims[1], wiring)
    if (constants === null || rows === null) continue
    const { product, addition, weights } = rows
    const name = norm.outputs[0]
    const scaled = floatsOf(weights, model.directory).map((w, i) => w * constants.factor[i % dims[1]])
    const w = makeConstant(`saliscope/folded-weights/${name}`, 'float', weights.dims, scaled)
    const b = makeConstant(`saliscope/folded-bias/${name}`, 'float', [dims[1]], movedBias(rows.bias, constants))
    for (const constant of [w, b]) initializers.set(constant.name, constant)
    const result = `saliscope/folded-product/${name}`
    const shape = shapes.get(product.outputs[0])
    if (shape) known.set(result, shape)
    const sum = (addition ?? product).outputs[0]
    const moved: Node[] = [
      { ...product, inputs: [product.inputs[0], w.name], outputs: [result] },
      { name: `${norm.name}/Add`, opType: 'Add', domain: '', inputs: [result, b.name], outputs: [sum], attributes: {} },
    ]
    replaced.set(product, moved)
    if (addition !== null) replaced.set(addition, [])
    aliases.set(name, norm.inputs[0])
  }
  if (replaced.size === 0) return { model, shapes }
  const nodes = graph.nodes.flatMap((node) => replaced.get(node) ?? [node])
  return { model: withGraph(model, removeAliases({ ...graph, nodes, initializers }, aliases)), shapes: known }
}
