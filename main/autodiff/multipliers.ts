import { GraphBuilder } from '../graph/builder.ts'
import type { Node, OnnxModel, Shapes } from '../graph/model.ts'
import { removeDead } from '../graph/passes/remove-dead.ts'
import { walkBack } from './backward.ts'
import { NodeContext } from './context.ts'
import { Emit } from './emit.ts'
import { addInput, requireShape, valueInfo } from './gradient.ts'
import { operatorOf } from './operators/registry.ts'
import { copyForReference } from './reference-copy.ts'
import { requestIndices } from './request-indices.ts'
import { deepLift } from './rules/deeplift.ts'
import { RevealCancel } from './rules/reveal-cancel.ts'
import { nodesBetween } from './walk.ts'

export interface MultiplierOptions {
  readonly source: string
  readonly scoreTensor: string
  readonly rule: 'rescale' | 'reveal-cancel'
}

export interface MultiplierGraph {
  readonly model: OnnxModel
  readonly names: {
    /** Reference inputs, shaped like the input: one per item. */
    readonly reference: string
    /** One-hot rows choose the score per item. */
    readonly seed: string
    readonly scores: string
    readonly referenceScores: string
    /** Shaped like the input; contribution = multiplier × (input − reference). */
    readonly multipliers: string
  }
}

/**
 * DeepLIFT multipliers appended to a prepared model: the network runs on the input and on the reference, and the
 * multipliers of the chosen score travel back.
 *
 * check   Σ multiplier·(x − x₀) = score(x) − score(x₀) for each item
 * errors  as buildGradient; autodiff.unsupported where an operator has no multiplier
 * source  rules/deeplift.ts
 */
export function buildMultipliers(model: OnnxModel, shapes: Shapes, options: MultiplierOptions): MultiplierGraph {
  const { source, scoreTensor } = options
  const input = requireShape(shapes, source)
  const score = requireShape(shapes, scoreTensor)
  const first = nodesBetween(model.graph, shapes, source, scoreTensor, operatorOf)
  const forward = requestIndices(model, shapes, first.nodes)
  const { nodes, active } = nodesBetween(forward.model.graph, forward.shapes, source, scoreTensor, operatorOf)
  const builder = new GraphBuilder(forward.model)
  const emit = new Emit(builder, forward.shapes, model.opsets[''] ?? 17)
  const seed = addInput(builder, emit, 'seed', score.dims)
  const reference = addInput(builder, emit, 'reference', input.dims)
  const twin = copyForReference(builder, emit, dependents(forward.model, source, nodes), source, reference)
  const isLinear = (node: Node): boolean => operatorOf(node)?.linear?.(new NodeContext(node, emit, [], active)) != null
  const reveal =
    options.rule === 'reveal-cancel' ? new RevealCancel(forward.model.graph, twin, scoreTensor, isLinear) : null
  const choose = deepLift(twin, reveal)
  const multipliers = walkBack({ emit, nodes, active, operatorOf, choose }, scoreTensor, seed, source)
  const referenceScores = twin(scoreTensor)
  const outputs = [scoreTensor, referenceScores, multipliers]
  const finished = removeDead(builder.finish(outputs.map((name) => valueInfo(emit, name))))
  return { model: finished, names: { reference, seed, scores: scoreTensor, referenceScores, multipliers } }
}

/** Every node that depends on the source in any way, integers and masks included: the reference has its own of each. */
function dependents(model: OnnxModel, source: string, nodes: readonly Node[]): Node[] {
  const reached = new Set([source])
  const last = model.graph.nodes.indexOf(nodes[nodes.length - 1])
  return model.graph.nodes.slice(0, last + 1).filter((node) => {
    if (!node.inputs.some((name) => reached.has(name))) return false
    for (const output of node.outputs) if (output !== '') reached.add(output)
    return true
  })
}
