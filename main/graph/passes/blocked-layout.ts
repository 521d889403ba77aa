import { int, ints, string, stringAttribute } from '../attributes.ts'
import { makeConstant } from '../constants.ts'
import { withGraph } from '../edit.ts'
import type { ConstantTensor, Node, OnnxModel } from '../model.ts'
import { UniqueNames } from '../unique-names.ts'
import { BlockedFacts } from './blocked/facts.ts'
import { removeDead } from './remove-dead.ts'

/** Times this, every positive float of 3·10⁻³⁹ and more is at least 1. */
const LARGE = 3.4e38

/**
 * Keeps tensors in the layout in which ONNX Runtime computes convolutions on x64: channels in blocks of 8 or 16. The runtime
 * leaves that layout at every operator it has no blocked form of and copies whole tensors there and back; in a backward pass
 * that happens at every ReLU. Here such operators are written as ones that have a blocked form:
 *
 *   y > 0 as 0 or 1          clip of a depthwise convolution with a large weight, to [0, 1]
 *   c − x, s·x, s[C,1,1]·x   depthwise convolution with weight and bias
 *   gate [N,C,1,1]·x         product with the gate repeated by Resize
 *   Σ over space             average pool and a factor
 *   what enters              depthwise convolution with weight 1, where sums and products meet blocked tensors
 *
 * Values stay as they are but for the order of sums, and for positive numbers below 3·10⁻³⁹, which count in part as zero.
 * Worth it on x64 CPUs at the highest optimisation level; correct everywhere.
 */
export function blockedLayout(model: OnnxModel): OnnxModel {
  const writer = new BlockedWriter(new BlockedFacts(model))
  for (const node of model.graph.nodes) writer.visit(node)
  return writer.finish()
}

class BlockedWriter {
  readonly #facts: BlockedFacts
  readonly #nodes: Node[] = []
  readonly #initializers: Map<string, ConstantTensor>
  readonly #blocked = new Set<string>()
  readonly #entered = new Map<string, string>()
  readonly #repeated = new Map<string, string>()
  readonly #stored = new Map<string, string>()
  readonly #names: UniqueNames
  #changed = false

  constructor(facts: BlockedFacts) {
    this.#facts = facts
    this.#initializers = new Map(facts.model.graph.initializers)
    this.#names = new UniqueNames(facts.model.graph)
  }

  finish(): OnnxModel {
    const { model } = this.#facts
    if (!this.#changed) return model
    return removeDead(withGraph(model, { nodes: this.#nodes, initializers: this.#initializers }))
  }

  visit(node: Node): void {
    const facts = this.#facts
    const [output] = node.outputs
    if (node.domain !== '' || facts.isConstant(output)) {
      this.#nodes.push(node)
    } else if (facts.isPointwise(node)) {
      this.#pointwise(node)
    } else if (facts.isBlockedConv(node) || this.#passes(node)) {
      this.#blocked.add(output)
      this.#nodes.push(node)
    } else if (!this.#rewritten(node)) {
      this.#nodes.push(node)
    }
  }

  /** Operators with a blocked form of their own. */
  #passes(node: Node): boolean {
    if (this.#facts.isChannelConcat(node)) return node.inputs.every((name) => this.#blocked.has(name))
    if (!this.#blocked.has(node.inputs[0])) return false
    const nearest = node.opType === 'Resize' && stringAttribute(node, 'mode', 'nearest') === 'nearest'
    return this.#facts.keepsBlocks(node) || (nearest && this.#facts.fits(node.outputs[0]))
  }

  #rewritten(node: Node): boolean {
    switch (node.opType) {
      case 'Cast':
        return this.#mask(node)
      case 'Sub':
        return this.#difference(node)
      case 'Mul':
        return this.#gated(node) || this.#scaled(node)
      case 'ReduceSum':
        return this.#spatialSum(node)
      case 'Expand':
        return this.#spatialExpand(node)
      case 'MaxPool':
        return this.#poolWithIndices(node)
      default:
        return false
    }
  }

  #pointwise(node: Node): void {
    const some = node.inputs.some((name) => this.#blocked.has(name))
    const all = node.inputs.every((name) => this.#blocked.has(name))
    const worth = some && this.#facts.wanted(node.outputs[0])
    if (all || worth) this.#blocked.add(node.outputs[0])
    this.#nodes.push(worth ? { ...node, inputs: node.inputs.map((name) => this.#enter(name)) } : node)
  }

  #mask(node: Node): boolean {
    const compared = this.#facts.producers.get(node.inputs[0])
    if (compared?.opType !== 'Greater' || compared.domain !== '') return false
    const [y, bound] = compared.inputs
    if (this.#facts.shapes.get(node.outputs[0])?.type !== 'float' || this.#facts.scalar(bound) !== 0) return false
    if (!this.#blocked.has(y) || !this.#meetsBlocked(node.outputs[0])) return false
    const wide = this.#names.of(`${node.outputs[0]}/wide`)
    this.#depthwise(y, wide, LARGE)
    this.#add('Clip', [wide, this.#number(0), this.#number(1)], node.outputs[0])
    return true
  }

  #difference(node: Node): boolean {
    const [from, x] = node.inputs
    const value = this.#facts.scalar(from)
    if (value === null || !this.#blocked.has(x)) return false
    if (!this.#facts.wanted(node.outputs[0]) && !this.#meetsBlocked(node.outputs[0])) return false
    this.#depthwise(x, node.outputs[0], -1, value)
    return true
  }

  #gated(node: Node): boolean {
    const found = this.#facts.gate(node)
    if (found === null || !this.#facts.wanted(node.outputs[0])) return false
    if (!this.#blocked.has(found.wide) && !this.#blocked.has(found.gate)) return false
    const gate = this.#repeat(this.#enter(found.gate), this.#facts.dims(node.outputs[0]))
    this.#add('Mul', [this.#enter(found.wide), gate], node.outputs[0])
    return true
  }

  #scaled(node: Node): boolean {
    const found = this.#facts.scaled(node)
    if (found === null || !this.#blocked.has(found.x)) return false
    if (!this.#facts.wanted(node.outputs[0]) && !this.#meetsBlocked(node.outputs[0])) return false
    const value = this.#facts.scalar(found.factor)
    if (value !== null) {
      this.#depthwise(found.x, node.outputs[0], value)
      return true
    }
    const weights = this.#names.of(`${node.outputs[0]}/weights`)
    const dims = this.#int64s([-1, 1, 1, 1])
    this.#nodes.push({
      name: weights,
      opType: 'Reshape',
      domain: '',
      inputs: [found.factor, dims],
      outputs: [weights],
      attributes: {},
    })
    this.#convolve([found.x, weights], node.outputs[0], this.#facts.dims(found.x)[1])
    return true
  }

  #spatialSum(node: Node): boolean {
    const [x] = node.inputs
    if (!this.#facts.isSpatialSum(node) || !this.#blocked.has(x)) return false
    const [, , height, width] = this.#facts.dims(x)
    const mean = this.#names.of(`${node.outputs[0]}/mean`)
    this.#add('GlobalAveragePool', [x], mean)
    this.#depthwise(mean, node.outputs[0], height * width, 0, this.#facts.dims(x)[1])
    return true
  }

  #spatialExpand(node: Node): boolean {
    const { wanted, isSpatialExpand } = this.#facts
    if (!isSpatialExpand.call(this.#facts, node) || !wanted.call(this.#facts, node.outputs[0])) return false
    this.#resize(this.#enter(node.inputs[0]), node.outputs[0], this.#facts.dims(node.outputs[0]))
    return true
  }

  /** The pool that tells its winners has no blocked form; what follows it may have. */
  #poolWithIndices(node: Node): boolean {
    const [output, ...indices] = node.outputs
    if (indices.length === 0 || !this.#facts.fits(output) || !this.#facts.wanted(output)) return false
    const plain = this.#names.of(`${output}/plain`)
    this.#nodes.push({ ...node, name: plain, outputs: [plain, ...indices] })
    this.#changed = true
    this.#depthwise(plain, output, 1, 0, this.#facts.dims(output)[1])
    return true
  }

  /** Whether all that reads a tensor are sums and products with blocked tensors. */
  #meetsBlocked(name: string): boolean {
    const readers = this.#facts.readers(name)
    return (
      readers.length > 0 &&
      !this.#facts.isOutput(name) &&
      readers.every(
        (reader) =>
          this.#facts.isPointwise(reader) && reader.inputs.every((other) => other === name || this.#blocked.has(other)),
      )
    )
  }

  #enter(name: string): string {
    if (this.#blocked.has(name)) return name
    const known = this.#entered.get(name)
    if (known !== undefined) return known
    const entered = this.#names.of(`${name}/blocked`)
    this.#entered.set(name, entered)
    this.#depthwise(name, entered, 1)
    return entered
  }

  /** [N, C, 1, 1] repeated over space, once for all that need it. */
  #repeat(gate: string, dims: readonly number[]): string {
    const key = `${gate} ${dims.join()}`
    const known = this.#repeated.get(key)
    if (known !== undefined) return known
    const repeated = this.#names.of(`${gate}/repeated`)
    this.#repeated.set(key, repeated)
    this.#resize(gate, repeated, dims)
    return repeated
  }

  #resize(x: string, output: string, dims: readonly number[]): void {
    const scales = this.#constant('float', [4], [1, 1, dims[2], dims[3]])
    const attributes = {
      mode: string('nearest'),
      coordinate_transformation_mode: string('asymmetric'),
      nearest_mode: string('floor'),
    }
    this.#add('Resize', [x, '', scales], output, attributes)
  }

  /** weight·x + bias. */
  #depthwise(x: string, output: string, weight: number, bias = 0, channels = this.#facts.dims(x)[1]): void {
    const fill = (value: number) => new Float32Array(channels).fill(value)
    const inputs = [x, this.#constant('float', [channels, 1, 1, 1], fill(weight))]
    if (bias !== 0) inputs.push(this.#constant('float', [channels], fill(bias)))
    this.#convolve(inputs, output, channels)
  }

  #convolve(inputs: readonly string[], output: string, channels: number): void {
    this.#add('Conv', inputs, output, { group: int(channels), kernel_shape: ints([1, 1]) })
  }

  #add(opType: string, inputs: readonly string[], output: string, attributes: Node['attributes'] = {}): void {
    this.#nodes.push({ name: output, opType, domain: '', inputs, outputs: [output], attributes })
    this.#blocked.add(output)
    this.#changed = true
  }

  #number(value: number): string {
    return this.#constant('float', [], [value])
  }

  #int64s(values: readonly number[]): string {
    return this.#constant('int64', [values.length], values)
  }

  /** A constant of a few distinct numbers, stored once. */
  #constant(type: 'float' | 'int64', dims: readonly number[], values: ArrayLike<number>): string {
    const key = `${type} [${dims.join()}] ${dims.length === 4 || dims[0] > 4 ? values[0] : Array.from(values).join()}`
    const known = this.#stored.get(key)
    if (known !== undefined) return known
    const name = this.#names.of('saliscope/blocked')
    this.#stored.set(key, name)
    this.#initializers.set(name, makeConstant(name, type, dims, values))
    return name
  }
}
