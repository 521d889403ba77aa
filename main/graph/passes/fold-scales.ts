import { makeConstant } from '../constants.ts'
import { consumersOf, producersOf, removeAliases, withGraph } from '../edit.ts'
import { analyse } from '../infer/analyse.ts'
import type { Graph, Node, OnnxModel, Shapes } from '../model.ts'
import { UniqueNames } from '../unique-names.ts'
import { removeDead } from './remove-dead.ts'

/** A product with one number per channel that moves into the weights of the convolution before it. */
interface Fold {
  readonly conv: Node
  readonly factor: string
  /** What the product read; it stands for its result afterwards. */
  readonly remains: string
  readonly rank: number
}

/** Shapes are told without computing weights. */
const SMALL = { each: 4096, total: 2 ** 20 }

/**
 * Moves factors per channel, s [C, 1, …], into the weights of the convolution they follow: s·(W ⋆ x) = (s·W) ⋆ x. Between the
 * two may stand one other product, as the mask of a ReLU does where a gradient goes back through batch normalisation, ReLU and
 * convolution: s·(m·y) = m·(s·y). Where other nodes read a tensor in between, nothing is moved.
 *
 * Rounding moves by units in the last place; the runtime multiplies the weights once, when it loads the graph.
 */
export function foldScales(model: OnnxModel): OnnxModel {
  const folds = findFolds(model.graph, analyse(model, null, SMALL).shapes)
  return folds.size === 0 ? model : applied(model, folds)
}

function constantNames(graph: Graph): ReadonlySet<string> {
  const constants = new Set(graph.initializers.keys())
  for (const { inputs, outputs } of graph.nodes) {
    if (inputs.length > 0 && inputs.every((name) => name === '' || constants.has(name)))
      for (const name of outputs) constants.add(name)
  }
  return constants
}

function findFolds(graph: Graph, shapes: Shapes): ReadonlyMap<Node, Fold> {
  const producers = producersOf(graph)
  const consumers = consumersOf(graph)
  const outputs = new Set(graph.outputs.map((output) => output.name))
  const constants = constantNames(graph)
  const dims = (name: string): readonly number[] => shapes.get(name)?.dims ?? []
  const single = (name: string) => consumers.get(name)?.length === 1 && !outputs.has(name)
  const isProduct = (node: Node | undefined): node is Node => node?.opType === 'Mul' && node.domain === ''
  const convBehind = (name: string): Node | null => {
    const node = producers.get(name)
    const plain = node?.opType === 'Conv' && node.domain === '' && !node.inputs[2] && constants.has(node.inputs[1])
    return plain && single(name) ? node : null
  }
  const folds = new Map<Node, Fold>()
  const taken = new Set<Node>()
  for (const node of graph.nodes) {
    if (!isProduct(node) || outputs.has(node.outputs[0])) continue
    const [, channels, ...space] = dims(node.outputs[0])
    const perChannel = [channels, ...space.map(() => 1)].join()
    const at = node.inputs.findIndex((name) => constants.has(name) && dims(name).join() === perChannel)
    if (at < 0) continue
    const remains = node.inputs[1 - at]
    const between = producers.get(remains)
    const through = isProduct(between) && single(remains) ? between.inputs.map(convBehind) : []
    const conv = convBehind(remains) ?? through.find((found) => found !== null) ?? null
    if (conv === null || taken.has(conv) || dims(conv.outputs[0]).join() !== dims(node.outputs[0]).join()) continue
    taken.add(conv)
    folds.set(node, { conv, factor: node.inputs[at], remains, rank: space.length + 2 })
  }
  return folds
}

function applied(model: OnnxModel, folds: ReadonlyMap<Node, Fold>): OnnxModel {
  const { graph } = model
  const names = new UniqueNames(graph)
  const node = (opType: string, inputs: readonly string[], stem: string): Node => {
    const name = names.of(stem)
    return { name, opType, domain: '', inputs, outputs: [name], attributes: {} }
  }
  const initializers = new Map(graph.initializers)
  const made: Node[] = []
  const weights = new Map<Node, string>()
  for (const { conv, factor, rank } of folds.values()) {
    const dims = names.of('saliscope/factor dims')
    const ones = new Array<number>(rank - 1).fill(1)
    initializers.set(dims, makeConstant(dims, 'int64', [rank], [-1, ...ones]))
    const shaped = node('Reshape', [factor, dims], `${conv.outputs[0]}/factor`)
    const product = node('Mul', [conv.inputs[1], shaped.outputs[0]], `${conv.outputs[0]}/weights`)
    made.push(shaped, product)
    weights.set(conv, product.outputs[0])
  }
  const aliases = new Map([...folds].map(([product, { remains }]) => [product.outputs[0], remains]))
  const rest = graph.nodes.map((one) => {
    const product = weights.get(one)
    return product === undefined ? one : { ...one, inputs: [one.inputs[0], product] }
  })
  // What is computed from constants alone may stand first; the factors are often made later than the convolution.
  const constants = constantNames(graph)
  const isConstant = (one: Node) => one.outputs.every((name) => name === '' || constants.has(name))
  const nodes = [...rest.filter(isConstant), ...made, ...rest.filter((one) => !isConstant(one))]
  return removeDead(withGraph(model, removeAliases({ ...graph, nodes, initializers }, aliases)))
}
