import { numbersOf } from '../constants.ts'
import { consumersOf, producersOf, removeAliases, withGraph } from '../edit.ts'
import type { Node, OnnxModel } from '../model.ts'
import { UniqueNames } from '../unique-names.ts'
import { removeDead } from './remove-dead.ts'

/** A mask that moves from the cells of a pool's input to its outputs. */
interface Move {
  /** The node that takes the values [N, C, …out] on their way to the winners, and at which input. */
  readonly taker: Node
  readonly at: number
  /** Greater and Cast that make the mask of the pool's input. */
  readonly compared: Node
  readonly cast: Node
  readonly pooled: string
}

/**
 * Where a gradient goes back through a max pool and the ReLU before it, masks it before the pool: with p the output of the pool
 * and w(o) the cell that won,
 *
 *   unpool(v)·[y > 0] = unpool(v·[p > 0]),   for only winners receive anything and y at w(o) is p(o).
 *
 * The mask then has the size of the pool's output, and the values stay what they are to the bit. Both ways of sending values to
 * winners are known: MaxUnpool, and ScatterElements into zeros between two Reshape.
 */
export function maskWinners(model: OnnxModel): OnnxModel {
  const finder = new Finder(model)
  const moves = new Map<Node, Move>()
  const aliases = new Map<string, string>()
  for (const node of model.graph.nodes) {
    const found = finder.find(node)
    if (found === null || moves.has(found.move.taker)) continue
    moves.set(found.move.taker, found.move)
    aliases.set(node.outputs[0], found.carried)
  }
  if (moves.size === 0) return model
  const names = new UniqueNames(model.graph)
  const nodes = model.graph.nodes.flatMap((node) => {
    const move = moves.get(node)
    return move === undefined ? [node] : masked(move, names)
  })
  return removeDead(withGraph(model, removeAliases({ ...model.graph, nodes }, aliases)))
}

function masked({ taker, at, compared, cast, pooled }: Move, names: UniqueNames): Node[] {
  const bits = names.of(`${pooled}/above`)
  const mask = names.of(`${pooled}/mask`)
  const values = names.of(`${taker.inputs[at]}/masked`)
  return [
    { ...compared, name: bits, inputs: [pooled, compared.inputs[1]], outputs: [bits] },
    { ...cast, name: mask, inputs: [bits], outputs: [mask] },
    { name: values, opType: 'Mul', domain: '', inputs: [taker.inputs[at], mask], outputs: [values], attributes: {} },
    { ...taker, inputs: taker.inputs.map((name, i) => (i === at ? values : name)) },
  ]
}

class Finder {
  readonly #model: OnnxModel
  readonly #producers: ReadonlyMap<string, Node>
  readonly #consumers: ReadonlyMap<string, readonly Node[]>
  readonly #outputs: ReadonlySet<string>

  constructor(model: OnnxModel) {
    this.#model = model
    this.#producers = producersOf(model.graph)
    this.#consumers = consumersOf(model.graph)
    this.#outputs = new Set(model.graph.outputs.map((output) => output.name))
  }

  /** The move that spares this product, and what it leaves in its place. */
  find(product: Node): { readonly move: Move; readonly carried: string } | null {
    if (product.opType !== 'Mul' || product.domain !== '') return null
    for (const at of [0, 1]) {
      const [carried, mask] = [product.inputs[at], product.inputs[1 - at]]
      const sent = this.#sent(carried)
      const cast = this.#made('Cast', mask)
      const compared = cast && this.#made('Greater', cast.inputs[0])
      if (!sent || !cast || !compared || this.#number(compared.inputs[1]) !== 0) continue
      const pool = this.#made('MaxPool', sent.indices)
      if (pool?.outputs[1] !== sent.indices || pool.inputs[0] !== compared.inputs[0]) continue
      return { move: { ...sent, compared, cast, pooled: pool.outputs[0] }, carried }
    }
    return null
  }

  /** Who sends values to the winners that end up in this tensor, if nothing else reads what lies between. */
  #sent(name: string): { readonly taker: Node; readonly at: number; readonly indices: string } | null {
    if (!this.#single(name)) return null
    const unpool = this.#made('MaxUnpool', name)
    if (unpool) return { taker: unpool, at: 0, indices: unpool.inputs[1] }
    const scatter = this.#made('ScatterElements', this.#made('Reshape', name)?.inputs[0])
    if (!scatter || !this.#single(scatter.outputs[0]) || !this.#zero(scatter.inputs[0])) return null
    const indices = this.#made('Reshape', scatter.inputs[1])
    const values = this.#made('Reshape', scatter.inputs[2])
    if (!indices || !values || !this.#single(values.outputs[0])) return null
    return { taker: values, at: 0, indices: indices.inputs[0] }
  }

  #made(opType: string, name: string | undefined): Node | null {
    const node = name === undefined ? undefined : this.#producers.get(name)
    return node?.opType === opType && node.domain === '' ? node : null
  }

  #single(name: string): boolean {
    return this.#consumers.get(name)?.length === 1 && !this.#outputs.has(name)
  }

  #number(name: string): number | null {
    const constant = this.#model.graph.initializers.get(name)
    if (constant === undefined || constant.type !== 'float' || constant.dims.some((size) => size !== 1)) return null
    return numbersOf(constant, this.#model.directory)[0]
  }

  /** Whether a tensor is one zero, reshaped or repeated. */
  #zero(name: string): boolean {
    const spread = this.#made('Expand', name) ?? this.#made('Reshape', name)
    return spread ? this.#zero(spread.inputs[0]) : this.#number(name) === 0
  }
}
