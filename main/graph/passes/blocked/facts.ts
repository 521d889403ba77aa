import { intAttribute } from '../../attributes.ts'
import { numbersOf } from '../../constants.ts'
import { consumersOf, producersOf } from '../../edit.ts'
import { analyse } from '../../infer/analyse.ts'
import type { Node, OnnxModel, Shapes } from '../../model.ts'

/** The widest block of channels on x64 (AVX-512); narrower ones divide it. */
export const BLOCK = 16

const unary = new Set(['Relu', 'Sigmoid', 'Tanh'])
const pools = new Set(['MaxPool', 'AveragePool', 'GlobalAveragePool'])
/** Weights and their rearrangements are not computed to learn shapes. */
const SMALL = { each: 4096, total: 2 ** 20 }

/** What the rewriting asks about a graph: shapes, constants, readers, and which tensors convolutions wait for. */
export class BlockedFacts {
  readonly model: OnnxModel
  readonly shapes: Shapes
  readonly producers: ReadonlyMap<string, Node>
  readonly #consumers: ReadonlyMap<string, readonly Node[]>
  readonly #constants: Set<string>
  readonly #outputs: ReadonlySet<string>
  readonly #wanted = new Set<string>()

  constructor(model: OnnxModel) {
    this.model = model
    this.shapes = analyse(model, null, SMALL).shapes
    this.producers = producersOf(model.graph)
    this.#consumers = consumersOf(model.graph)
    this.#outputs = new Set(model.graph.outputs.map((output) => output.name))
    this.#constants = new Set(model.graph.initializers.keys())
    for (const node of model.graph.nodes) {
      const fixed = node.inputs.length > 0 && node.inputs.every((name) => name === '' || this.#constants.has(name))
      if (fixed) for (const name of node.outputs) this.#constants.add(name)
    }
    for (const node of [...model.graph.nodes].reverse()) for (const name of this.#wants(node)) this.#wanted.add(name)
  }

  dims(name: string): readonly number[] {
    return this.shapes.get(name)?.dims ?? []
  }

  /** Batch, whole blocks of channels, two axes of space. */
  fits(name: string): boolean {
    const dims = this.dims(name)
    return dims.length === 4 && dims[1] % BLOCK === 0
  }

  same(a: string, b: string): boolean {
    const [p, q] = [this.dims(a), this.dims(b)]
    return p.length === q.length && p.every((size, axis) => size === q[axis])
  }

  isConstant(name: string): boolean {
    return this.#constants.has(name)
  }

  /** The number behind a constant of one element; null for everything else. */
  scalar(name: string): number | null {
    const constant = this.model.graph.initializers.get(name)
    if (constant === undefined || constant.dims.some((size) => size !== 1) || constant.type !== 'float') return null
    return numbersOf(constant, this.model.directory)[0]
  }

  readers(name: string): readonly Node[] {
    return this.#consumers.get(name) ?? []
  }

  isOutput(name: string): boolean {
    return this.#outputs.has(name)
  }

  /** Whether a convolution reads the tensor, directly or through operators that keep the layout. */
  wanted(name: string): boolean {
    return this.#wanted.has(name)
  }

  /**
   * A convolution that the runtime computes in blocks, with constant weights: depthwise, grouped by whole blocks, or plain; a plain
   * one takes few channels as they lie and fills up others, if they are a multiple of 4.
   */
  isBlockedConv(node: Node): boolean {
    if (node.opType !== 'Conv' || !this.fits(node.outputs[0]) || !this.isConstant(node.inputs[1])) return false
    const [from, to] = [this.dims(node.inputs[0])[1], this.dims(node.outputs[0])[1]]
    const group = intAttribute(node, 'group', 1)
    if (group === 1) return from < BLOCK / 2 || from % 4 === 0
    if (group === from && from === to) return true
    return (from / group) % BLOCK === 0 && (to / group) % BLOCK === 0
  }

  /** Add, Sum or Mul of tensors of one shape. */
  isPointwise(node: Node): boolean {
    const [result] = node.outputs
    const kind = node.opType === 'Add' || node.opType === 'Sum' || node.opType === 'Mul'
    return (
      kind &&
      this.fits(result) &&
      !this.isFusedGate(node) &&
      node.inputs.every((name) => !this.isConstant(name) && this.same(name, result))
    )
  }

  /** x·σ(x) whose sigmoid nothing else reads: the runtime fuses it into an operator without a blocked form. */
  isFusedGate(node: Node): boolean {
    return (
      node.opType === 'Mul' &&
      node.inputs.some((name, at) => {
        const sigmoid = this.producers.get(name)
        const gates = sigmoid?.opType === 'Sigmoid' && sigmoid.inputs[0] === node.inputs[1 - at]
        return gates && this.readers(name).length === 1 && !this.isOutput(name)
      })
    )
  }

  /** One input, one output, blocks in and out. */
  keepsBlocks(node: Node): boolean {
    if (node.outputs.length !== 1 || !this.fits(node.inputs[0]) || !this.fits(node.outputs[0])) return false
    if (node.opType === 'BatchNormalization') return node.inputs.slice(1).every((name) => this.isConstant(name))
    return unary.has(node.opType) || pools.has(node.opType)
  }

  isChannelConcat(node: Node): boolean {
    return (
      node.opType === 'Concat' &&
      intAttribute(node, 'axis') === 1 &&
      [...node.inputs, ...node.outputs].every((name) => this.fits(name))
    )
  }

  /** The inputs of a product [N, C, H, W]·[N, C, 1, 1], wide one first; null for other nodes. */
  gate(node: Node): { readonly wide: string; readonly gate: string } | null {
    if (node.opType !== 'Mul' || !this.fits(node.outputs[0])) return null
    const [n, c] = this.dims(node.outputs[0])
    const at = node.inputs.findIndex((name) => this.dims(name).join() === `${n},${c},1,1`)
    if (at < 0 || !this.same(node.inputs[1 - at], node.outputs[0]) || this.isConstant(node.inputs[at])) return null
    return { wide: node.inputs[1 - at], gate: node.inputs[at] }
  }

  /** The computed factor of a product with one number, or with one number per channel [C, 1, 1]; null for other nodes. */
  scaled(node: Node): { readonly x: string; readonly factor: string } | null {
    if (node.opType !== 'Mul' || !this.fits(node.outputs[0])) return null
    const at = node.inputs.findIndex((name) => this.isConstant(name))
    if (at < 0 || !this.same(node.inputs[1 - at], node.outputs[0])) return null
    const dims = this.dims(node.inputs[at])
    const perChannel =
      dims.length >= 3 && dims.join() === [...dims.slice(0, -3).fill(1), this.dims(node.outputs[0])[1], 1, 1].join()
    return perChannel || this.scalar(node.inputs[at]) !== null
      ? { x: node.inputs[1 - at], factor: node.inputs[at] }
      : null
  }

  /** A sum over both axes of space that keeps them. */
  isSpatialSum(node: Node): boolean {
    const [x] = node.inputs
    if (node.opType !== 'ReduceSum' || !this.fits(x) || intAttribute(node, 'keepdims', 1) !== 1) return false
    const axes = this.model.graph.initializers.get(node.inputs[1] ?? '')
    if (axes === undefined) return false
    const sorted = Array.from(numbersOf(axes, this.model.directory), (a) => (a < 0 ? a + 4 : a)).sort()
    return sorted.join() === '2,3'
  }

  /** One value per channel repeated over space. */
  isSpatialExpand(node: Node): boolean {
    const [n, c] = this.dims(node.outputs[0])
    return (
      node.opType === 'Expand' && this.fits(node.outputs[0]) && this.dims(node.inputs[0]).join() === `${n},${c},1,1`
    )
  }

  #wants(node: Node): readonly string[] {
    if (node.domain !== '') return []
    if (this.isBlockedConv(node)) return this.fits(node.inputs[0]) ? [node.inputs[0]] : []
    if (!this.#wanted.has(node.outputs[0])) return []
    if (this.isPointwise(node) || this.gate(node) !== null || this.isChannelConcat(node)) return node.inputs
    const scaled = this.scaled(node)
    if (scaled !== null) return [scaled.x]
    if (node.opType === 'Sub' && this.scalar(node.inputs[0]) !== null) return [node.inputs[1]]
    if (this.isSpatialSum(node) || this.isSpatialExpand(node)) return [node.inputs[0]]
    return this.keepsBlocks(node) || node.opType === 'MaxPool' || node.opType === 'Resize' ? [node.inputs[0]] : []
  }
}
