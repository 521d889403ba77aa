import { describeNode, intAttribute, intsAttribute } from '../graph/attributes.ts'
import type { Node } from '../graph/model.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { normaliseAxis } from './dims.ts'
import type { Emit } from './emit.ts'

/** What a rule sees of one node: its tensors with their shapes, what arrives at its outputs, and a pen to write with. */
export class NodeContext {
  readonly node: Node
  readonly emit: Emit
  readonly #arriving: readonly (string | null)[]
  readonly #active: ReadonlySet<string>
  readonly #original: NodeContext | null

  constructor(
    node: Node,
    emit: Emit,
    arriving: readonly (string | null)[],
    active: ReadonlySet<string>,
    original: NodeContext | null = null,
  ) {
    this.node = node
    this.emit = emit
    this.#arriving = arriving
    this.#active = active
    this.#original = original
  }

  /** The same node with other tensors or with something else arriving: for rules that evaluate a derivative elsewhere. */
  with(change: { readonly node?: Node; readonly arriving?: readonly (string | null)[] }): NodeContext {
    return new NodeContext(change.node ?? this.node, this.emit, change.arriving ?? this.#arriving, this.#active, this)
  }

  input(index: number): string {
    return this.node.inputs[index]
  }

  hasInput(index: number): boolean {
    return (this.node.inputs[index] ?? '') !== ''
  }

  output(index = 0): string {
    return this.node.outputs[index]
  }

  /** Shape of an input. */
  dims(index = 0): readonly number[] {
    return this.emit.dims(this.input(index))
  }

  outputDims(index = 0): readonly number[] {
    return this.emit.dims(this.output(index))
  }

  /** Whether the input depends on the source, so that a gradient for it is wanted. */
  needs(index: number): boolean {
    if (this.#original !== null) return this.#original.needs(index)
    return this.hasInput(index) && this.#active.has(this.input(index))
  }

  /** What arrives at an output, or null when nothing does. */
  arriving(index = 0): string | null {
    return this.#arriving[index] ?? null
  }

  /** What arrives at an output; zeros of its shape when nothing does. */
  g(index = 0): string {
    return this.arriving(index) ?? this.emit.zeros(this.outputDims(index))
  }

  axis(name: string, fallback: number, rank = this.dims().length): number {
    return normaliseAxis(intAttribute(this.node, name, fallback), rank)
  }

  /** Values of a constant input; null when it is computed. */
  constant(index: number): ArrayLike<number> | null {
    return this.hasInput(index) ? this.emit.numbersOf(this.input(index)) : null
  }

  /**
   * A list of integers that newer opsets pass as an input and older ones as an attribute; null when neither is there.
   * errors  autodiff.computed-parameter: the input is not a constant
   */
  integers(index: number, attribute: string): readonly number[] | null {
    if (this.hasInput(index)) return Array.from(this.requireConstant(index, attribute))
    return this.node.attributes[attribute] === undefined ? null : intsAttribute(this.node, attribute)
  }

  /** errors  autodiff.computed-parameter: the input is computed while the network runs */
  requireConstant(index: number, what: string): ArrayLike<number> {
    const values = this.constant(index)
    if (values === null) {
      throw new SaliscopeError(
        'autodiff.computed-parameter',
        `The ${describeNode(this.node)} takes its ${what} from another node, so its derivative cannot be written down. ` +
          'Fold the constants of the model, or fix its input size, and try again.',
        { node: this.node.name, operator: this.node.opType, parameter: what },
      )
    }
    return values
  }

  /** errors  autodiff.unsupported: always; the sentence names the node and what it asks for */
  refuse(what: string): never {
    throw new SaliscopeError(
      'autodiff.unsupported',
      `The ${describeNode(this.node)} ${what}, for which no derivative is built. Perturbation methods (occlusion, RISE, LIME) still work with this model.`,
      { node: this.node.name, operator: this.node.opType },
    )
  }
}
