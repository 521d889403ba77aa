import { namesIn } from './builder.ts'
import { makeConstant, numbersOf } from './constants.ts'
import type { Attribute, ConstantTensor, ElementType, Graph, Node, OnnxModel } from './model.ts'

/** What a rewriting rule may do in place of the node it was given. */
export interface Emit {
  /** Version of ai.onnx that the model declares, before the pass. */
  readonly opset: number
  /** Puts a node in the place of the old one; `outputs` are a count or names; returns the names. */
  add(
    opType: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, Attribute>>,
    outputs?: number | readonly string[],
  ): readonly string[]
  constant(type: ElementType, dims: readonly number[], values: ArrayLike<number>): string
  addConstant(tensor: ConstantTensor): string
  constantOf(name: string): ConstantTensor | null
  numbersOf(name: string): ArrayLike<number> | null
  /** The node that produces a tensor (as it stood before the pass), or null. */
  producerOf(name: string): Node | null
}

/** Returns true when the emitted nodes replace the given one, false when it stays as it is. */
export type Rule = (node: Node, emit: Emit) => boolean

class Rewriting implements Emit {
  readonly opset: number
  readonly initializers: Map<string, ConstantTensor>
  private readonly names: Set<string>
  private readonly directory: string | null
  private readonly rule: Rule
  private nodes: Node[] = []
  private scopes: { constants: ReadonlyMap<string, ConstantTensor>; producers: ReadonlyMap<string, Node> }[] = []
  private current = ''
  private counter = 0

  constructor(model: OnnxModel, rule: Rule) {
    this.opset = model.opsets[''] ?? 0
    this.initializers = new Map(model.graph.initializers)
    this.names = namesIn(model.graph)
    this.directory = model.directory
    this.rule = rule
  }

  graph(graph: Graph): Node[] {
    const producers = new Map<string, Node>()
    for (const node of graph.nodes) for (const output of node.outputs) producers.set(output, node)
    this.scopes.push({ constants: graph.initializers, producers })
    const outer = this.nodes
    this.nodes = []
    for (const node of graph.nodes) this.node(node)
    const result = this.nodes
    this.nodes = outer
    this.scopes.pop()
    return result
  }

  private node(node: Node): void {
    this.current = node.name || node.outputs[0] || node.opType
    const entries = Object.entries(node.attributes)
    const whole = entries.some(([, a]) => a.kind === 'graph')
      ? {
          ...node,
          attributes: Object.fromEntries(
            entries.map(([name, a]) => [
              name,
              a.kind === 'graph' ? { kind: a.kind, value: { ...a.value, nodes: this.graph(a.value) } } : a,
            ]),
          ),
        }
      : node
    if (!this.rule(whole, this)) this.nodes.push(whole)
  }

  private unique(stem: string): string {
    let name: string
    do {
      name = `${this.current}/${stem}_${this.counter}`
      this.counter += 1
    } while (this.names.has(name))
    this.names.add(name)
    return name
  }

  add(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    outputs: number | readonly string[] = 1,
  ): readonly string[] {
    const names =
      typeof outputs === 'number' ? Array.from({ length: outputs }, () => this.unique(opType)) : [...outputs]
    this.nodes.push({
      name: this.unique(`${opType}:node`),
      opType,
      domain: '',
      inputs: [...inputs],
      outputs: names,
      attributes,
    })
    return names
  }

  constant(type: ElementType, dims: readonly number[], values: ArrayLike<number>): string {
    return this.addConstant(makeConstant('', type, dims, values))
  }

  addConstant(tensor: ConstantTensor): string {
    const name = this.unique('constant')
    this.initializers.set(name, { ...tensor, name })
    return name
  }

  constantOf(name: string): ConstantTensor | null {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const found = this.scopes[i].constants.get(name)
      if (found) return found
    }
    return this.initializers.get(name) ?? null
  }

  numbersOf(name: string): ArrayLike<number> | null {
    const constant = this.constantOf(name)
    return constant === null ? null : numbersOf(constant, this.directory)
  }

  producerOf(name: string): Node | null {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const found = this.scopes[i].producers.get(name)
      if (found) return found
    }
    return null
  }
}

/**
 * Replaces nodes by a rule, in order, sub-graphs included. Emitted constants become initialisers of the main graph,
 * which sub-graphs see.
 */
export function rewriteNodes(model: OnnxModel, rule: Rule): OnnxModel {
  const rewriting = new Rewriting(model, rule)
  const nodes = rewriting.graph(model.graph)
  return { ...model, graph: { ...model.graph, nodes, initializers: rewriting.initializers } }
}
