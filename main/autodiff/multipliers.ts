import { GraphBuilder } from '../graph/builder.ts'
import { type Capabilities, EVERYTHING } from '../graph/capabilities.ts'
import type { Node, OnnxModel, Shapes } from '../graph/model.ts'
import { removeDead } from '../graph/passes/remove-dead.ts'
import { type Walk, walkBack } from './backward.ts'
import { NodeContext } from './context.ts'
import { Emit } from './emit.ts'
import { addInput, addSeeds, requireShape, valueInfo } from './gradient.ts'
import { Ledger, type LedgerNames } from './ledger.ts'
import type { Operator } from './operator.ts'
import { operatorOf } from './operators/registry.ts'
import { copyForReference } from './reference-copy.ts'
import { requestIndices } from './request-indices.ts'
import { deepLift } from './rules/deeplift.ts'
import { stepOf } from './rules/deeplift-steps.ts'
import { RevealCancel } from './rules/reveal-cancel.ts'
import { nodesBetween } from './walk.ts'

export interface MultiplierOptions {
  readonly source: string
  readonly scoreTensor: string
  readonly rule: 'rescale' | 'reveal-cancel'
  /** How many scores per item are explained at once; they share both forward passes. Default 1. */
  readonly count?: number
  /** Books the contributions at every node of the walk, see ledger.ts; with one score only. */
  readonly trace?: boolean
  /** What the provider that will run the graph computes itself. Default: everything. */
  readonly capabilities?: Capabilities
}

export interface MultiplierGraph {
  readonly model: OnnxModel
  readonly names: {
    /** Reference inputs, shaped like the input: one per item. */
    readonly reference: string
    /** One-hot rows choose the score per item; one per score asked for. */
    readonly seeds: readonly string[]
    readonly scores: string
    readonly referenceScores: string
    /** Shaped like the input, one per score; contribution = multiplier × (input − reference). */
    readonly multipliers: readonly string[]
    readonly ledgers: readonly LedgerNames[]
  }
}

/** The operator of a node in DeepLIFT's walk, where steps count. */
const operatorIn = (node: Node): Operator | null => stepOf(node) ?? operatorOf(node)

/**
 * DeepLIFT multipliers appended to a prepared model: the network runs on the input and on the reference, and the
 * multipliers of the chosen score travel back.
 *
 * check   Σ multiplier·(x − x₀) = score(x) − score(x₀) for each item
 * errors  as buildGradient; autodiff.unsupported where an operator has no multiplier
 * source  rules/deeplift.ts
 */
export function buildMultipliers(model: OnnxModel, shapes: Shapes, options: MultiplierOptions): MultiplierGraph {
  const { source, scoreTensor, capabilities = EVERYTHING } = options
  const input = requireShape(shapes, source)
  const score = requireShape(shapes, scoreTensor)
  const first = nodesBetween(model.graph, shapes, source, scoreTensor, operatorIn)
  const forward = requestIndices(model, shapes, first.nodes, capabilities)
  const { nodes, active } = nodesBetween(forward.model.graph, forward.shapes, source, scoreTensor, operatorIn)
  const builder = new GraphBuilder(forward.model)
  const emit = new Emit(builder, forward.shapes, model.opsets[''] ?? 17, capabilities)
  const seeds = addSeeds(builder, emit, score.dims, options.count)
  const reference = addInput(builder, emit, 'reference', input.dims)
  const twin = copyForReference(builder, emit, dependents(forward.model, source, nodes), source, reference)
  const isLinear = (node: Node): boolean => operatorOf(node)?.linear?.(new NodeContext(node, emit, [], active)) != null
  const reveal =
    options.rule === 'reveal-cancel' ? new RevealCancel(forward.model.graph, twin, scoreTensor, isLinear) : null
  const choose = deepLift(twin, reveal)
  const walks = seeds.map((seed) => {
    const ledger = new Ledger(emit, score.dims[0], options.trace === true)
    const visit = options.trace === true ? bookContributions(emit, ledger, active, twin, reveal) : undefined
    const found = walkBack({ emit, nodes, active, operatorOf: operatorIn, choose, visit }, scoreTensor, seed, source)
    return {
      multipliers: found === seed ? emit.unary('Identity', seed) : found,
      ledger: { ...ledger.finish(), bias: null },
    }
  })
  const referenceScores = twin(scoreTensor)
  const multipliers = walks.map((w) => w.multipliers)
  const ledgers = walks.map((w) => w.ledger)
  const booked = ledgers.flatMap((l) => [l.arriving, l.leaving, l.kept]).filter((name) => name !== null)
  const outputs = [scoreTensor, referenceScores, ...multipliers, ...booked]
  const finished = removeDead(builder.finish(outputs.map((name) => valueInfo(emit, name))))
  return { model: finished, names: { reference, seeds, scores: scoreTensor, referenceScores, multipliers, ledgers } }
}

/** Books Σ m·Δ above and below each node; a ReLU that its linear node answers for is left out, and that node takes its place. */
function bookContributions(
  emit: Emit,
  ledger: Ledger,
  active: ReadonlySet<string>,
  twin: (name: string) => string,
  reveal: RevealCancel | null,
): Walk['visit'] {
  const contribution = (multiplier: string, name: string): string => emit.mul(multiplier, emit.sub(name, twin(name)))
  return (node, arriving, handed) => {
    if (reveal?.isAnsweredFor(node)) return
    const above = arriving.flatMap((m, i) =>
      m === null ? [] : [contribution(m, reveal?.resultOf(node) ?? node.outputs[i])],
    )
    const below = node.inputs.flatMap((name, i) => {
      const m = handed[i] ?? null
      return m === null || !active.has(name) ? [] : [contribution(m, name)]
    })
    ledger.visit(node, above, below)
  }
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
