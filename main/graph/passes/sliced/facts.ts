import { intAttribute, intsAttribute, stringAttribute } from '../../attributes.ts'
import { analyse } from '../../infer/analyse.ts'
import type { Node, OnnxModel, Shapes } from '../../model.ts'

/** How a 3-D convolution runs over slices along the first axis of space. */
export interface SlicedConv {
  /** For every output slice: which tap of the kernel reads which input slice. */
  readonly taps: readonly (readonly { readonly tap: number; readonly slice: number }[])[]
  /** Products in one tap of one slice. */
  readonly products: number
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly pads: readonly number[]
}

/** One input and one output of one shape, or several inputs that are broadcast together. */
const pointwise = new Set(
  'Relu LeakyRelu Elu Clip Sigmoid Tanh Neg Abs Exp Sqrt Reciprocal Identity Cast Not Greater GreaterOrEqual Less LessOrEqual Equal Where Add Sub Mul Div Sum Min Max'.split(
    ' ',
  ),
)
/** Weights and their rearrangements are not computed to learn shapes. */
const SMALL = { each: 4096, total: 2 ** 20 }
/** The widest block of channels on x64; the runtime fills up fours of them, and takes fewer than half a block as they lie. */
const BLOCK = 16

/** What the rewriting asks about a graph. */
export class SlicedFacts {
  readonly model: OnnxModel
  readonly #shapes: Shapes
  readonly #constants: Set<string>

  constructor(model: OnnxModel) {
    this.model = model
    this.#shapes = analyse(model, null, SMALL).shapes
    this.#constants = new Set(model.graph.initializers.keys())
    for (const node of model.graph.nodes) {
      const fixed = node.inputs.length > 0 && node.inputs.every((name) => name === '' || this.#constants.has(name))
      if (fixed) for (const name of node.outputs) this.#constants.add(name)
    }
  }

  isConstant(name: string): boolean {
    return this.#constants.has(name)
  }

  dims(name: string): readonly number[] {
    return this.#shapes.get(name)?.dims ?? []
  }

  /** Slices of [N, C, D, H, W]; 0 for tensors of another rank. */
  slices(name: string): number {
    const dims = this.dims(name)
    return dims.length === 5 ? dims[2] : 0
  }

  /** The plan of a 3-D convolution with constant weights that is worth cutting up; null for everything else. */
  conv(node: Node, leastProducts: number): SlicedConv | null {
    const [x, weights, bias] = node.inputs
    const [y] = node.outputs
    if (node.opType !== 'Conv' || node.domain !== '' || this.slices(x) === 0 || this.slices(y) === 0) return null
    if (!this.isConstant(weights) || (bias && !this.isConstant(bias)) || intAttribute(node, 'group', 1) !== 1)
      return null
    if (stringAttribute(node, 'auto_pad', 'NOTSET') !== 'NOTSET') return null
    const [to, from, ...kernel] = this.dims(weights)
    if (kernel.length !== 3 || to % 4 !== 0 || !(from < BLOCK / 2 || from % 4 === 0)) return null
    const strides = intsAttribute(node, 'strides', [1, 1, 1])
    const dilations = intsAttribute(node, 'dilations', [1, 1, 1])
    const pads = intsAttribute(node, 'pads', [0, 0, 0, 0, 0, 0])
    const [, , , height, width] = this.dims(y)
    const products = to * from * kernel[1] * kernel[2] * height * width
    if (products < leastProducts) return null
    const taps = Array.from({ length: this.slices(y) }, (_, o) =>
      Array.from({ length: kernel[0] }, (_unused, tap) => ({
        tap,
        slice: o * strides[0] + tap * dilations[0] - pads[0],
      })).filter(({ slice }) => slice >= 0 && slice < this.slices(x)),
    )
    return taps.some((own) => own.length === 0) ? null : { taps, products, kernel, strides, dilations, pads }
  }

  /** Whether an operator does to every slice what it does to the whole: element by element, or along the channels. */
  actsOnSlices(node: Node): boolean {
    const [y] = node.outputs
    if (node.domain !== '' || this.slices(y) === 0) return false
    if (node.opType === 'Concat')
      return intAttribute(node, 'axis') === 1 && node.inputs.every((name) => !this.isConstant(name))
    return (
      pointwise.has(node.opType) &&
      node.outputs.length === 1 &&
      node.inputs.every((name) => name === '' || (this.isConstant(name) ? this.#spreads(name) : this.#meets(name, y)))
    )
  }

  /** A constant that is the same for every slice. */
  #spreads(name: string): boolean {
    const dims = this.dims(name)
    return dims.length < 3 ? this.#shapes.has(name) : dims.length <= 5 && dims[dims.length - 3] === 1
  }

  #meets(name: string, result: string): boolean {
    const slices = this.slices(name)
    return slices > 0 && (slices === this.slices(result) || slices === 1)
  }
}
