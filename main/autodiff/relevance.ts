import { GraphBuilder } from '../graph/builder.ts'
import { type Capabilities, EVERYTHING } from '../graph/capabilities.ts'
import { producersOf } from '../graph/edit.ts'
import type { Node, OnnxModel, Shapes } from '../graph/model.ts'
import { removeDead } from '../graph/passes/remove-dead.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { type Walk, walkBack } from './backward.ts'
import { NodeContext } from './context.ts'
import { Emit } from './emit.ts'
import { addInput, addSeeds, requireShape, valueInfo } from './gradient.ts'
import { Ledger, type LedgerNames } from './ledger.ts'
import type { Gradients } from './operator.ts'
import { operatorOf } from './operators/registry.ts'
import { requestIndices } from './request-indices.ts'
import { foldBatchNorms, separateBiases } from './rules/canonise.ts'
import { foldRowNorms } from './rules/canonise-rows.ts'
import { compositeNamed } from './rules/composites.ts'
import { foldFactors } from './rules/fold-factors.ts'
import { lrp } from './rules/lrp.ts'
import { nonNegativeTensors } from './rules/sign.ts'
import { nodesBetween, nodesFor } from './walk.ts'

export interface RelevanceGraphOptions {
  readonly source: string
  readonly scoreTensor: string
  /** A name of rules/composites.ts. */
  readonly composite: string
  /** Stabiliser of the ε rule alone. */
  readonly epsilon: number
  readonly gamma: number
  /** How many scores per item are explained at once; they share the forward pass. Default 1. */
  readonly count?: number
  /** Books every node of the walk, see ledger.ts; with one score only. */
  readonly trace?: boolean
  /** What the provider that will run the graph computes itself. Default: everything. */
  readonly capabilities?: Capabilities
}

export interface RelevanceGraph {
  readonly model: OnnxModel
  readonly names: {
    /** One-hot rows choose the score per item; relevance starts as that score. Negative entries explain its negative. One per score asked for. */
    readonly seeds: readonly string[]
    readonly scores: string
    readonly relevances: readonly string[]
    /** What biases kept, and with `trace` the sums of every node; one per score. */
    readonly ledgers: readonly LedgerNames[]
    /** Legal bounds of the input, shaped like one item with a batch axis of 1; null unless the composite uses them. */
    readonly low: string | null
    readonly high: string | null
  }
}

/**
 * Layer-wise relevance propagation appended to a prepared model. The graph is canonised first (BatchNormalization folded
 * into the linear node before it), so scores may differ from the plain graph by rounding.
 *
 * check   Σ relevance + what biases kept = score, less what stabilisers and added constants took
 * errors  autodiff.parameter: unknown composite, or a parameter out of range; others as buildGradient
 */
export function buildRelevance(model: OnnxModel, shapes: Shapes, options: RelevanceGraphOptions): RelevanceGraph {
  const { source, scoreTensor, capabilities = EVERYTHING } = options
  const composite = compositeNamed(options.composite)
  checkRange('epsilon', options.epsilon)
  checkRange('gamma', options.gamma)
  requireShape(shapes, source)
  const score = requireShape(shapes, scoreTensor)
  const ends = new Set([source, scoreTensor])
  const normed = foldRowNorms(foldBatchNorms(model, ends), shapes, ends)
  const folded = { ...normed, model: foldFactors(normed.model, normed.shapes, ends) }
  const first = nodesBetween(folded.model.graph, folded.shapes, source, scoreTensor, operatorOf)
  const forward = requestIndices(folded.model, folded.shapes, first.nodes, capabilities)
  const { nodes, active } = nodesBetween(forward.model.graph, forward.shapes, source, scoreTensor, operatorOf)
  const builder = new GraphBuilder(forward.model)
  const emit = new Emit(builder, forward.shapes, model.opsets[''] ?? 17, capabilities)
  const seeds = addSeeds(builder, emit, score.dims, options.count)
  const isLinear = (node: Node): boolean => operatorOf(node)?.linear?.(new NodeContext(node, emit, [], active)) != null
  const firstLinear = firstOnEveryPath(nodes, active, source, isLinear)
  const bounds = composite.first === 'box' ? boundsAt(builder, emit, nodes, firstLinear, source) : null
  const producers = producersOf(forward.model.graph)
  const plan = {
    composite,
    parameters: {
      epsilon: options.epsilon,
      gamma: options.gamma,
      low: bounds?.low ?? null,
      high: bounds?.high ?? null,
    },
    first: firstLinear,
    ...separateBiases(forward.model, forward.shapes, active, isLinear),
    producers,
    active,
    operatorOf,
    nonNegative: nonNegativeTensors(producers, (name) => builder.numbersOf(name)),
  }
  const walks = seeds.map((seed) => {
    const ledger = new Ledger(emit, score.dims[0], options.trace === true)
    const visit: Walk['visit'] = (node, arriving, handed) =>
      ledger.visit(node, arriving.filter(isPresent), handedOn(node, active, handed))
    const walk = { emit, nodes, active, operatorOf, choose: lrp({ ...plan, ledger }), visit }
    const relevance = walkBack(walk, scoreTensor, emit.mul(seed, scoreTensor), source)
    return { relevance, ledger: ledger.finish() }
  })
  const relevances = walks.map((w) => w.relevance)
  const ledgers = walks.map((w) => w.ledger)
  const booked = ledgers.flatMap((l) => [l.bias, l.arriving, l.leaving, l.kept]).filter(isPresent)
  const outputs = [scoreTensor, ...relevances, ...booked]
  const finished = removeDead(builder.finish(outputs.map((name) => valueInfo(emit, name))))
  const limits = { low: bounds?.lowInput ?? null, high: bounds?.highInput ?? null }
  return { model: finished, names: { seeds, scores: scoreTensor, relevances, ledgers, ...limits } }
}

const isPresent = (name: string | null): name is string => name !== null

/** What a node handed to inputs that depend on the model's input; the rest is dropped by the walk. */
function handedOn(node: Node, active: ReadonlySet<string>, handed: Gradients): string[] {
  return node.inputs.flatMap((name, i) => (active.has(name) && handed[i] ? [handed[i]] : []))
}

function checkRange(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return
  throw new SaliscopeError('autodiff.parameter', `${name} must be zero or more, not ${value}.`, { [name]: value })
}

/** Linear nodes that the input reaches without passing another linear node, on any of several parallel stems. */
function firstOnEveryPath(
  nodes: readonly Node[],
  active: ReadonlySet<string>,
  source: string,
  isLinear: (node: Node) => boolean,
): Set<Node> {
  const untouched = new Set([source])
  const found = new Set<Node>()
  for (const node of nodes) {
    const moving = node.inputs.filter((name) => active.has(name))
    if (!moving.every((name) => untouched.has(name))) continue
    if (isLinear(node)) found.add(node)
    else for (const output of node.outputs) untouched.add(output)
  }
  return found
}

/**
 * The bounds where the first linear node reads: what stands before it (transposition, normalisation, padding) is applied
 * to them as to the input. Several stems with different steps before them have bounds only if those steps are the same.
 */
function boundsAt(
  builder: GraphBuilder,
  emit: Emit,
  nodes: readonly Node[],
  first: ReadonlySet<Node>,
  source: string,
): { low: string; high: string; lowInput: string; highInput: string } {
  const readers = new Set([...first].map((node) => node.inputs[0]))
  if (readers.size > 1) {
    throw new SaliscopeError(
      'autodiff.unsupported',
      'The first layers of this model read the input in different forms, so one pair of bounds does not fit all; choose a composite without a box.',
      { tensors: [...readers] },
    )
  }
  const dims = emit.dims(source)
  const item = [1, ...dims.slice(1)]
  const carry = (stem: string): { input: string; at: string } => {
    const input = addInput(builder, emit, stem, item)
    const names = new Map([[source, emit.expand(input, dims)]])
    const before = nodesFor(nodes, [...readers])
    for (const node of before) {
      const inputs = node.inputs.map((name) => names.get(name) ?? name)
      names.set(node.outputs[0], emit.node(node.opType, inputs, emit.dims(node.outputs[0]), node.attributes))
    }
    const [reader] = readers
    return { input, at: names.get(reader ?? source) ?? names.get(source)! }
  }
  const low = carry('low')
  const high = carry('high')
  // A negative scale before the first layer turns the bounds round.
  return { low: emit.min(low.at, high.at), high: emit.max(low.at, high.at), lowInput: low.input, highInput: high.input }
}
