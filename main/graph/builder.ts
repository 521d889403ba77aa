import { SaliscopeError } from '../shared/errors.ts'
import { makeConstant, numbersOf } from './constants.ts'
import type { Attribute, ConstantTensor, ElementType, Graph, Node, OnnxModel, ValueInfo } from './model.ts'

/** Every tensor name that a graph uses, sub-graphs included. */
export function namesIn(graph: Graph, into: Set<string> = new Set()): Set<string> {
  for (const value of graph.inputs) into.add(value.name)
  for (const value of graph.outputs) into.add(value.name)
  for (const name of graph.initializers.keys()) into.add(name)
  for (const node of graph.nodes) {
    for (const name of node.inputs) into.add(name)
    for (const name of node.outputs) into.add(name)
    for (const attribute of Object.values(node.attributes))
      if (attribute.kind === 'graph') namesIn(attribute.value, into)
  }
  return into
}

/**
 * Appends nodes, constants, inputs and outputs to a model without changing it. Names it makes are unique within the
 * graph; equal constants are stored once. `finish` yields a new model that shares the constants' bytes with the old.
 *
 * errors  graph.structure: an input of a new node is not in the graph; graph.constant as makeConstant
 */
export class GraphBuilder {
  readonly model: OnnxModel
  private readonly prefix: string
  private readonly names: Set<string>
  private readonly nodes: Node[]
  private readonly inputs: ValueInfo[]
  private readonly initializers: Map<string, ConstantTensor>
  private readonly pool = new Map<string, string>()
  private counter = 0

  /** @param prefix stands before every name made here, so that appended nodes are told from the file's own */
  constructor(model: OnnxModel, prefix = 'saliscope/') {
    this.model = model
    this.prefix = prefix
    this.names = namesIn(model.graph)
    this.nodes = [...model.graph.nodes]
    this.inputs = [...model.graph.inputs]
    this.initializers = new Map(model.graph.initializers)
  }

  /** A tensor name nobody uses yet, `stem` in it; taken from now on. */
  uniqueName(stem: string): string {
    let name: string
    do {
      name = `${this.prefix}${stem}_${this.counter}`
      this.counter += 1
    } while (this.names.has(name))
    this.names.add(name)
    return name
  }

  /** Appends a node with one output (named `output` when given) and returns that output's name. '' = absent input. */
  add(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    output?: string,
  ): string {
    return this.addMany(opType, inputs, attributes, output === undefined ? 1 : [output])[0]
  }

  /** Appends a node with several outputs: a count, or their names ('' = absent). */
  addMany(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
    outputs: number | readonly string[],
    domain = '',
  ): readonly string[] {
    for (const input of inputs) {
      if (input !== '' && !this.names.has(input)) {
        throw new SaliscopeError(
          'graph.structure',
          `A ${opType} node was given the tensor "${input}", which is not in the graph.`,
          {
            tensor: input,
            operator: opType,
          },
        )
      }
    }
    const names =
      typeof outputs === 'number'
        ? Array.from({ length: outputs }, () => this.uniqueName(opType))
        : this.claim(opType, outputs)
    const name = names.find((n) => n !== '') ?? this.uniqueName(opType)
    this.nodes.push({ name, opType, domain, inputs: [...inputs], outputs: names, attributes })
    return names
  }

  private claim(opType: string, names: readonly string[]): readonly string[] {
    for (const name of names) {
      if (name !== '' && this.names.has(name)) {
        throw new SaliscopeError(
          'graph.structure',
          `A ${opType} node was to produce "${name}", a name already in the graph.`,
          {
            tensor: name,
            operator: opType,
          },
        )
      }
      if (name !== '') this.names.add(name)
    }
    return [...names]
  }

  /** A constant from numbers; an equal one (type, shape, bytes) made before is used again. */
  constant(type: ElementType, dims: readonly number[], values: ArrayLike<number>): string {
    const made = makeConstant('', type, dims, values)
    // Weights are hardly ever equal, so only small constants are compared.
    if (made.source.kind !== 'bytes' || made.source.bytes.byteLength > 4096) return this.addConstant(made)
    const key = `${type}[${dims.join(',')}]${Buffer.from(made.source.bytes).toString('base64')}`
    const known = this.pool.get(key)
    if (known !== undefined) return known
    const name = this.addConstant(made)
    this.pool.set(key, name)
    return name
  }

  /** Adds a constant tensor (its bytes shared) under a new name, or under `name`. */
  addConstant(tensor: ConstantTensor, name?: string): string {
    const final = name === undefined ? this.uniqueName('constant') : this.claim('Constant', [name])[0]
    this.initializers.set(final, { ...tensor, name: final })
    return final
  }

  /** One float32 number as a rank-0 constant. */
  scalar(value: number): string {
    return this.constant('float', [], [value])
  }

  /** A one-dimensional int64 constant: axes, shapes, pads, starts. */
  int64s(values: readonly number[]): string {
    return this.constant('int64', [values.length], values)
  }

  /** A one-dimensional float32 constant. */
  floats(values: ArrayLike<number>): string {
    return this.constant('float', [values.length], values)
  }

  addInput(name: string, type: ElementType, dims: ValueInfo['dims']): string {
    this.claim('Input', [name])
    this.inputs.push({ name, type, dims })
    return name
  }

  /** The constant behind a tensor name, or null when the tensor is computed. */
  constantOf(name: string): ConstantTensor | null {
    return this.initializers.get(name) ?? null
  }

  /** The numbers of a constant, or null when the tensor is computed. */
  numbersOf(name: string): ArrayLike<number> | null {
    const constant = this.constantOf(name)
    return constant === null ? null : numbersOf(constant, this.model.directory)
  }

  has(name: string): boolean {
    return this.names.has(name)
  }

  /** The model with everything appended and these outputs (the file's own when left out). */
  finish(outputs: readonly ValueInfo[] = this.model.graph.outputs): OnnxModel {
    for (const output of outputs) {
      if (!this.names.has(output.name)) {
        throw new SaliscopeError(
          'graph.tensor-unknown',
          `The tensor "${output.name}" was asked for as an output and is not in the graph.`,
          {
            tensor: output.name,
          },
        )
      }
    }
    const graph: Graph = {
      name: this.model.graph.name,
      inputs: [...this.inputs],
      outputs: [...outputs],
      nodes: [...this.nodes],
      initializers: new Map(this.initializers),
    }
    return { ...this.model, graph }
  }
}
