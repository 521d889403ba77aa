import { int, ints } from '../attributes.ts'
import { namesIn } from '../builder.ts'
import { makeConstant } from '../constants.ts'
import { withGraph } from '../edit.ts'
import type { ConstantTensor, Node, OnnxModel } from '../model.ts'
import { UniqueNames } from '../unique-names.ts'
import { removeDead } from './remove-dead.ts'
import { type SlicedConv, SlicedFacts } from './sliced/facts.ts'

export interface SlicedOptions {
  /** Products that one flat convolution must hold, or its overhead would outweigh it. */
  readonly leastProducts?: number
  /** Nodes that may be made; a graph that would need more stays as it is. */
  readonly mostNodes?: number
}

/**
 * Computes 3-D convolutions slice by slice, as sums of 2-D ones:
 *
 *   y[:, :, o] = Σ_t W[:, :, t] ⋆ x[:, :, o·stride + t·dilation − pad]
 *
 * ONNX Runtime computes flat convolutions in blocks of channels and adds the sum on the way; its 3-D convolution copies every
 * window first and is 1.7 times slower (64 channels, 16 × 56 × 56). Between two such convolutions everything that works element
 * by element, or along the channels, stays in slices; whatever else reads a tensor gets it put together again. Values stay as
 * they are but for the order of sums.
 */
export function slicedConvolutions(model: OnnxModel, options: SlicedOptions = {}): OnnxModel {
  const { leastProducts = 2 ** 20, mostNodes = 20_000 } = options
  const facts = new SlicedFacts(model)
  const plans = new Map<Node, SlicedConv>()
  let nodes = 0
  for (const node of model.graph.nodes) {
    const plan = facts.conv(node, leastProducts)
    if (plan === null) continue
    plans.set(node, plan)
    nodes += plan.taps.reduce((sum, own) => sum + 2 * own.length, 0)
  }
  if (plans.size === 0 || nodes > mostNodes) return model
  const writer = new SlicedWriter(facts)
  for (const node of model.graph.nodes) writer.visit(node, plans.get(node) ?? null)
  return writer.finish()
}

class SlicedWriter {
  readonly #facts: SlicedFacts
  readonly #nodes: Node[] = []
  readonly #initializers: Map<string, ConstantTensor>
  readonly #names: UniqueNames
  /** Tensors that exist slice by slice, [N, C, H, W] each. */
  readonly #slices = new Map<string, readonly string[]>()
  readonly #whole = new Set<string>()
  readonly #flatConstants = new Map<string, string>()
  readonly #indices = new Map<string, string>()

  constructor(facts: SlicedFacts) {
    this.#facts = facts
    const { graph } = facts.model
    this.#initializers = new Map(graph.initializers)
    this.#names = new UniqueNames(graph)
    for (const { name } of graph.inputs) this.#whole.add(name)
    for (const name of graph.initializers.keys()) this.#whole.add(name)
  }

  visit(node: Node, plan: SlicedConv | null): void {
    if (plan !== null) this.#convolve(node, plan)
    else if (node.inputs.some((name) => this.#slices.has(name)) && this.#facts.actsOnSlices(node)) this.#apply(node)
    else {
      for (const name of node.inputs) this.#join(name)
      for (const attribute of Object.values(node.attributes))
        if (attribute.kind === 'graph') for (const name of namesIn(attribute.value)) this.#join(name)
      for (const name of node.outputs) this.#whole.add(name)
      this.#nodes.push(node)
    }
  }

  finish(): OnnxModel {
    const { model } = this.#facts
    for (const { name } of model.graph.outputs) this.#join(name)
    return removeDead(withGraph(model, { nodes: this.#nodes, initializers: this.#initializers }))
  }

  #convolve(node: Node, plan: SlicedConv): void {
    const [x, weights, bias = ''] = node.inputs
    const [y] = node.outputs
    const from = this.#cut(x)
    const flat = plan.kernel.map((_, axis) => axis).slice(1)
    const attributes = {
      kernel_shape: ints(flat.map((axis) => plan.kernel[axis])),
      strides: ints(flat.map((axis) => plan.strides[axis])),
      dilations: ints(flat.map((axis) => plan.dilations[axis])),
      pads: ints([...flat.map((axis) => plan.pads[axis]), ...flat.map((axis) => plan.pads[axis + 3])]),
    }
    const made = plan.taps.map((taps, o) => {
      let sum = ''
      for (const [n, { tap, slice }] of taps.entries()) {
        const inputs = [from[slice], this.#pick(weights, tap, 2, plan.kernel[0])]
        if (n === 0 && bias !== '') inputs.push(bias)
        const part = this.#add('Conv', inputs, `${y}/slice ${o} tap ${tap}`, attributes)
        // The runtime adds the sum within the convolution when it stands second.
        sum = sum === '' ? part : this.#add('Add', [part, sum], `${y}/slice ${o} sum ${tap}`)
      }
      return sum
    })
    this.#slices.set(y, made)
  }

  #apply(node: Node): void {
    const [y] = node.outputs
    const inputs = node.inputs.map((name) => {
      if (name === '') return null
      return this.#facts.isConstant(name) ? [this.#flat(name)] : this.#cut(name)
    })
    const made = Array.from({ length: this.#facts.slices(y) }, (_, s) =>
      this.#add(
        node.opType,
        inputs.map((slices) => (slices === null ? '' : slices.length === 1 ? slices[0] : slices[s])),
        `${y}/slice ${s}`,
        node.attributes,
      ),
    )
    this.#slices.set(y, made)
  }

  /** The slices of a tensor, cut when first asked for. */
  #cut(name: string): readonly string[] {
    const known = this.#slices.get(name)
    if (known !== undefined) return known
    const count = this.#facts.slices(name)
    const made = Array.from({ length: count }, (_, s) => this.#pick(name, s, 2, count))
    this.#slices.set(name, made)
    return made
  }

  /** Element `index` along an axis, which goes; each is made once. */
  #pick(name: string, index: number, axis: number, count: number): string {
    const key = `${name}[${index} of ${count}]`
    const known = this.#flatConstants.get(key)
    if (known !== undefined) return known
    const made = this.#add('Gather', [name, this.#index(index)], `${name}/part ${index}`, { axis: int(axis) })
    if (this.#facts.isConstant(name)) this.#flatConstants.set(key, made)
    return made
  }

  /** A constant without the axis of the slices. */
  #flat(name: string): string {
    const rank = this.#facts.dims(name).length
    return rank < 3 ? name : this.#pick(name, 0, rank - 3, 1)
  }

  /** Puts a tensor together under its own name where only its slices exist. */
  #join(name: string): void {
    const slices = this.#slices.get(name)
    if (slices === undefined || this.#whole.has(name)) return
    this.#whole.add(name)
    const axes = this.#index(2, [1])
    const apart = slices.map((slice, s) => this.#add('Unsqueeze', [slice, axes], `${name}/apart ${s}`))
    this.#nodes.push({
      name: this.#names.of(`${name}/whole`),
      opType: 'Concat',
      domain: '',
      inputs: apart,
      outputs: [name],
      attributes: { axis: int(2) },
    })
  }

  #index(value: number, dims: readonly number[] = []): string {
    const key = `${value} [${dims.join()}]`
    const known = this.#indices.get(key)
    if (known !== undefined) return known
    const name = this.#names.of('saliscope/slice index')
    this.#indices.set(key, name)
    this.#initializers.set(name, makeConstant(name, 'int64', dims, [value]))
    return name
  }

  #add(opType: string, inputs: readonly string[], stem: string, attributes: Node['attributes'] = {}): string {
    const name = this.#names.of(stem)
    this.#nodes.push({ name, opType, domain: '', inputs, outputs: [name], attributes })
    return name
  }
}
