import { GraphBuilder } from '../graph/builder.ts'
import { type Capabilities, EVERYTHING } from '../graph/capabilities.ts'
import type { Node, OnnxModel, Shapes, ValueInfo } from '../graph/model.ts'
import { removeDead } from '../graph/passes/remove-dead.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { type RuleChoice, walkBack } from './backward.ts'
import { Emit } from './emit.ts'
import { operatorOf } from './operators/registry.ts'
import { requestIndices } from './request-indices.ts'
import { deconvolution, guided } from './rules/guided.ts'
import { sigmoidGates } from './sigmoid-gates.ts'
import { nodesBetween } from './walk.ts'

export interface GradientOptions {
  /** Tensor whose gradient is wanted: the model's input or a layer. */
  readonly source: string
  /** The score vector [N, …] that is differentiated. */
  readonly scoreTensor: string
  /** How ReLU nodes treat what arrives. */
  readonly rule: 'plain' | 'guided' | 'deconvolution'
  /** How many scores per item are differentiated at once, each with a seed of its own; they share the forward pass. Default 1. */
  readonly count?: number
  /** Tensors between source and score whose gradient for the first score is wanted too. */
  readonly watch?: readonly string[]
  /** What the provider that will run the graph computes itself. Default: everything. */
  readonly capabilities?: Capabilities
}

export interface GradientGraph {
  /** Inputs: the model's own, and the seed. Outputs: scores, gradient and, for a layer, its activation. */
  readonly model: OnnxModel
  readonly names: {
    /** Weights of the scores, shaped like the scores: one-hot rows give the gradient of one score per item. */
    readonly seed: string
    readonly scores: string
    readonly gradient: string
    /** One of each per score that is differentiated; the first are `seed` and `gradient`. */
    readonly seeds: readonly string[]
    readonly gradients: readonly string[]
    /** In the order of `watch`. */
    readonly watched: readonly string[]
    /** The source itself where it is a layer; null where it is an input of the graph. */
    readonly activation: string | null
  }
}

const plain: RuleChoice = () => null

/**
 * Appends the backward pass to a prepared model: ∂(Σ seed·scores)/∂source.
 *
 * model   opset 17 or 18, batch and spatial sizes fixed, constants folded
 * shapes  of every tensor, for the batch size in question
 * errors  autodiff.unknown-tensor, autodiff.no-path, autodiff.no-rule and what the rules throw; each names the node
 */
export function buildGradient(model: OnnxModel, shapes: Shapes, options: GradientOptions): GradientGraph {
  const { source, scoreTensor, rule, capabilities = EVERYTHING } = options
  requireShape(shapes, source)
  const score = requireShape(shapes, scoreTensor)
  const first = nodesBetween(model.graph, shapes, source, scoreTensor, operatorOf)
  const forward = requestIndices(model, shapes, first.nodes, capabilities)
  const { nodes, active } = nodesBetween(forward.model.graph, forward.shapes, source, scoreTensor, operatorOf)
  const builder = new GraphBuilder(forward.model)
  const emit = new Emit(builder, forward.shapes, model.opsets[''] ?? 17, capabilities)
  const seeds = addSeeds(builder, emit, score.dims, options.count)
  const choose = { plain, guided, deconvolution }[rule]
  const walk = { emit, nodes, active, operatorOf, choose, gates: sigmoidGates(nodes) }
  const asked = new Map<string, string | null>((options.watch ?? []).map((name) => [name, null]))
  const gradients = seeds.map((seed, i) => {
    const found = walkBack(i === 0 ? { ...walk, watched: asked } : walk, scoreTensor, seed, source)
    return found === seed ? emit.unary('Identity', seed) : found
  })
  const isInput = model.graph.inputs.some((input) => input.name === source)
  // Nothing arrives where the score does not depend on a tensor.
  const watched = [...asked].map(([name, found]) => emit.unary('Identity', found ?? emit.zeros(emit.dims(name))))
  const outputs = [scoreTensor, ...gradients, ...watched, ...(options.watch ?? []), ...(isInput ? [] : [source])]
  const finished = removeDead(builder.finish(outputs.map((name) => valueInfo(emit, name))))
  const names = { seed: seeds[0], gradient: gradients[0], seeds, gradients, watched, scores: scoreTensor }
  return { model: finished, names: { ...names, activation: isInput ? null : source } }
}

/** Names and operators of the nodes between two tensors for which no rule exists; empty when a gradient can be built. */
export function missingRules(model: OnnxModel, shapes: Shapes, source: string, scoreTensor: string): readonly Node[] {
  const { nodes } = nodesBetween(model.graph, shapes, source, scoreTensor, operatorOf)
  return nodes.filter((node) => operatorOf(node) === null)
}

/** The inputs that choose the scores: `count` of the shape of the score vector. */
export function addSeeds(builder: GraphBuilder, emit: Emit, dims: readonly number[], count = 1): string[] {
  return Array.from({ length: count }, (_, i) => addInput(builder, emit, i === 0 ? 'seed' : `seed-${i}`, dims))
}

/** Adds a float input to the graph and tells the writer its shape; its name is free even in a graph made here before. */
export function addInput(builder: GraphBuilder, emit: Emit, stem: string, dims: readonly number[]): string {
  let name = `saliscope/${stem}`
  while (builder.has(name)) name += '_'
  return emit.record(builder.addInput(name, 'float', dims), 'float', dims)
}

export function valueInfo(emit: Emit, name: string): ValueInfo {
  return { name, type: emit.known(name)?.type ?? 'float', dims: emit.dims(name) }
}

export function requireShape(shapes: Shapes, name: string): { readonly dims: readonly number[] } {
  const found = shapes.get(name)
  if (found) return found
  throw new SaliscopeError(
    'autodiff.unknown-tensor',
    `The tensor "${name}" is not in the model, or its shape is not known; choose one of the tensors the model's page lists.`,
    { tensor: name },
  )
}
