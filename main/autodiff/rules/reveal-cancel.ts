import { consumersOf, producersOf } from '../../graph/edit.ts'
import type { Graph, Node } from '../../graph/model.ts'
import type { NodeContext } from '../context.ts'
import type { Emit } from '../emit.ts'
import type { BackwardRule, LinearMap, Operator } from '../operator.ts'
import type { Twin } from './deeplift.ts'

/** Below this a part of a difference counts as none. */
const nothing = 1e-12

/** Multipliers of the positive and the negative part of a difference. */
interface Parts {
  readonly positive: string
  readonly negative: string
}

/**
 * DeepLIFT's reveal-cancel rule for a linear node whose result goes to one ReLU and nowhere else:
 *
 *   1  Δz⁺ = W⁺Δx⁺ + W⁻Δx⁻,  Δz⁻ = W⁺Δx⁻ + W⁻Δx⁺ (the bias left out)
 *   2  Δy⁺ = ½[f(z₀+Δz⁺) − f(z₀) + f(z₀+Δz⁻+Δz⁺) − f(z₀+Δz⁻)], Δy⁻ with the parts changing places; m± = m·Δy±/Δz±
 *   3  Δx > 0: W⁺ᵀm⁺ + W⁻ᵀm⁻;  Δx < 0: W⁻ᵀm⁺ + W⁺ᵀm⁻;  Δx = 0: ½Wᵀ(m⁺ + m⁻)
 *
 * The ReLU hands m on as it is; the linear node, which nothing else reads, does all three steps.
 * source  Shrikumar, Greenside & Kundaje 2017, arXiv:1704.02685, section 3.5.3
 */
export class RevealCancel {
  readonly #twin: Twin
  readonly #pairs: ReadonlyMap<string, Node>
  readonly #results = new Map<Node, string>()

  constructor(graph: Graph, twin: Twin, score: string, isLinear: (node: Node) => boolean) {
    this.#twin = twin
    const producers = producersOf(graph)
    const consumers = consumersOf(graph)
    const pairs = new Map<string, Node>()
    for (const node of graph.nodes) {
      if (node.opType !== 'Relu' || node.domain !== '') continue
      const linear = producers.get(node.inputs[0])
      const alone = consumers.get(node.inputs[0])?.length === 1 && node.inputs[0] !== score
      if (linear && alone && isLinear(linear)) {
        pairs.set(node.inputs[0], linear)
        this.#results.set(linear, node.outputs[0])
      }
    }
    this.#pairs = pairs
  }

  /** Whether the node is a ReLU whose multiplier its linear node works out. */
  isAnsweredFor(node: Node): boolean {
    return node.opType === 'Relu' && node.domain === '' && this.#pairs.has(node.inputs[0])
  }

  /** The activated result of a linear node that works out its ReLU's multiplier; null for any other node. */
  resultOf(node: Node): string | null {
    return this.#results.get(node) ?? null
  }

  ruleFor(context: NodeContext, operator: Operator): BackwardRule | null {
    if (operator.opType === 'Relu' && operator.domain === '' && this.#pairs.has(context.input(0))) {
      return (c) => [c.g()]
    }
    if (this.#pairs.get(context.output()) !== context.node) return null
    const map = operator.linear?.(context)
    if (!map) return null
    return (c) => [...new Array<null>(map.x).fill(null), this.#atLinear(c, map)]
  }

  #atLinear(c: NodeContext, map: LinearMap): string {
    const { emit } = c
    const [x, x0] = [c.input(map.x), this.#twin(c.input(map.x))]
    const delta = emit.sub(x, x0)
    const up = emit.unary('Relu', map.weights)
    const down = emit.min(map.weights, 0)
    const parts = this.#split(emit, c, map, delta, up, down, c.g())
    const back = (m: string, w: string): string => map.transpose(m, w)
    const rising = emit.add(back(parts.positive, up), back(parts.negative, down))
    const falling = emit.add(back(parts.positive, down), back(parts.negative, up))
    const still = emit.mul(emit.add(rising, falling), 0.5)
    return emit.where(emit.greater(delta, 0), rising, emit.where(emit.less(delta, 0), falling, still))
  }

  #split(emit: Emit, c: NodeContext, map: LinearMap, delta: string, up: string, down: string, m: string): Parts {
    const positive = emit.unary('Relu', delta)
    const negative = emit.min(delta, 0)
    const zPlus = emit.add(map.apply(positive, up, null), map.apply(negative, down, null))
    const zMinus = emit.add(map.apply(positive, down, null), map.apply(negative, up, null))
    const z0 = this.#twin(c.output())
    const f = (v: string): string => emit.unary('Relu', v)
    const base = f(z0)
    const withPlus = f(emit.add(z0, zPlus))
    const withMinus = f(emit.add(z0, zMinus))
    const withBoth = f(emit.add(emit.add(z0, zMinus), zPlus))
    const half = (a: string, b: string, d: string, e: string): string =>
      emit.mul(emit.add(emit.sub(a, b), emit.sub(d, e)), 0.5)
    const over = (y: string, z: string): string => {
      const some = emit.greater(emit.unary('Abs', z), nothing)
      return emit.mul(m, emit.where(some, emit.div(y, emit.where(some, z, 1)), 0))
    }
    return {
      positive: over(half(withPlus, base, withBoth, withMinus), zPlus),
      negative: over(half(withMinus, base, withBoth, withPlus), zMinus),
    }
  }
}
