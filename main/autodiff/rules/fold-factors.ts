import { floatsOf, makeConstant } from '../../graph/constants.ts'
import { consumersOf, producersOf, withGraph } from '../../graph/edit.ts'
import type { ConstantTensor, Node, OnnxModel, Shapes } from '../../graph/model.ts'
import { scaleOutputs } from './canonise.ts'

const LINEAR = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul'])

/**
 * Folds a constant factor per output channel, or one for all, into the linear node right before it where a constant is
 * added next:
 *
 *   (W·x + b)·s + c  →  (s·W)·x + s·b + c
 *
 * So batch norms written as product and sum, and the scales of dynamically quantised layers, are shared out by relevance
 * rules as the layer with a bias that they are. Only where nothing else reads what lies between.
 */
export function foldFactors(model: OnnxModel, shapes: Shapes, keep: ReadonlySet<string>): OnnxModel {
  const producers = producersOf(model.graph)
  const consumers = consumersOf(model.graph)
  const constants = model.graph.initializers
  const initializers = new Map(constants)
  const replaced = new Map<Node, Node | null>()
  const onlyReader = (name: string): Node | null => {
    const readers = consumers.get(name) ?? []
    return readers.length === 1 && !keep.has(name) ? readers[0] : null
  }
  for (const product of model.graph.nodes) {
    if (product.opType !== 'Mul' || product.domain !== '') continue
    const at = product.inputs.findIndex((name) => constants.has(name))
    const linear = at < 0 ? undefined : producers.get(product.inputs[1 - at])
    if (!linear || !LINEAR.has(linear.opType) || linear.domain !== '') continue
    const next = onlyReader(product.outputs[0])
    if (onlyReader(linear.outputs[0]) !== product || next?.opType !== 'Add') continue
    if (!next.inputs.some((name) => constants.has(name))) continue
    const folded = fold(model, shapes, linear, product, constants.get(product.inputs[at]) as ConstantTensor)
    if (!folded) continue
    for (const constant of folded.constants) initializers.set(constant.name, constant)
    replaced.set(linear, null)
    replaced.set(product, folded.node)
  }
  if (replaced.size === 0) return model
  const nodes = model.graph.nodes.flatMap((node) => {
    const other = replaced.get(node)
    return other === undefined ? [node] : other === null ? [] : [other]
  })
  return withGraph(model, { nodes, initializers })
}

/** Axis of the result whose places have weights of their own, counted from the end. */
function channelFromEnd(linear: Node, rank: number): number {
  return linear.opType === 'Gemm' || linear.opType === 'MatMul' ? 1 : rank - 1
}

/** One factor for each of `channels`, or null when the constant differs along another axis. */
function perChannel(factor: ConstantTensor, values: Float32Array, fromEnd: number, channels: number) {
  if (values.length === 1) return new Float64Array(channels).fill(values[0])
  const isChannel = (axis: number) => factor.dims.length - axis === fromEnd
  const fits = factor.dims.every((d, axis) => (isChannel(axis) ? d === channels : d === 1))
  return fits && values.length === channels ? Float64Array.from(values) : null
}

function fold(model: OnnxModel, shapes: Shapes, linear: Node, product: Node, factor: ConstantTensor) {
  const weights = model.graph.initializers.get(linear.inputs[1])
  const bias = linear.inputs[2] ? model.graph.initializers.get(linear.inputs[2]) : null
  const [own, result] = [linear, product].map((node) => shapes.get(node.outputs[0])?.dims)
  if (!weights || bias === undefined || !own || !result || own.join() !== result.join()) return null
  const fromEnd = channelFromEnd(linear, own.length)
  const channels = own[own.length - fromEnd]
  const factors = perChannel(factor, floatsOf(factor, model.directory), fromEnd, channels)
  if (factors === null || (linear.opType === 'MatMul' && weights.dims.length < 2)) return null
  const name = product.outputs[0]
  const scaled = scaleOutputs(floatsOf(weights, model.directory), weights.dims, factors, linear)
  const w = makeConstant(`saliscope/folded-weights/${name}`, 'float', weights.dims, scaled)
  const inputs = [linear.inputs[0], w.name]
  if (!bias) return { node: { ...linear, inputs, outputs: [name] }, constants: [w] }
  const old = floatsOf(bias, model.directory)
  if (old.length !== channels && old.length !== 1) return null
  const moved = Float32Array.from(factors, (f, i) => old[old.length === 1 ? 0 : i] * f)
  const b = makeConstant(`saliscope/folded-bias/${name}`, 'float', [channels], moved)
  return { node: { ...linear, inputs: [...inputs, b.name], outputs: [name] }, constants: [w, b] }
}
