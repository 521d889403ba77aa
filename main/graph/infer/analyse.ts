import { sizeOf } from '../../tensor/tensor.ts'
import { canEvaluate, evaluate } from '../evaluate/evaluators.ts'
import { type Value, valueOfConstant } from '../evaluate/value.ts'
import type { ConstantTensor, Graph, Node, OnnxModel, Shapes } from '../model.ts'
import { elementwiseShapes } from './elementwise.ts'
import type { Inference, Known } from './known.ts'
import { layoutShapes } from './layout.ts'
import { linearShapes } from './linear.ts'
import { windowShapes } from './windows.ts'

const inferences: ReadonlyMap<string, Inference> = new Map(
  [elementwiseShapes, windowShapes, layoutShapes, linearShapes].flatMap((table) => Object.entries(table)),
)

/** How much may be computed here; larger constant parts stay nodes and are left to ONNX Runtime. */
export interface FoldLimits {
  /** Elements of one computed constant. */
  readonly each: number
  /** Elements of all computed constants together. */
  readonly total: number
}
export const defaultLimits: FoldLimits = { each: 2 ** 24, total: 2 ** 26 }

export interface Analysis {
  /** Type and shape of every tensor that could be told, constants included. */
  readonly shapes: Shapes
  /** Numbers of the tensors that do not depend on the model's inputs and that were small enough to compute. */
  readonly values: ReadonlyMap<string, Value>
  /** Nodes whose output shapes could not be told: the probe run must. */
  readonly unknown: readonly Node[]
}

/** The state of one walk; passes that rewrite while they go feed it node by node, in order. */
export class Walk {
  readonly shapes = new Map<string, { type: Known['type']; dims: readonly number[] }>()
  readonly values = new Map<string, Value>()
  readonly unknown: Node[] = []
  private readonly constants: Map<string, ConstantTensor>
  private readonly directory: string | null
  private readonly probe: Shapes | null
  private readonly limits: FoldLimits
  private spent = 0

  constructor(model: OnnxModel, probe: Shapes | null, limits: FoldLimits = defaultLimits) {
    this.constants = new Map(model.graph.initializers)
    this.directory = model.directory
    this.probe = probe
    this.limits = limits
    for (const [name, tensor] of this.constants) this.shapes.set(name, { type: tensor.type, dims: tensor.dims })
    for (const input of model.graph.inputs) {
      const dims = input.dims
      if (dims?.every((d): d is number => typeof d === 'number'))
        this.shapes.set(input.name, { type: input.type, dims })
      else if (probe?.has(input.name)) this.shapes.set(input.name, probe.get(input.name)!)
    }
  }

  addConstant(tensor: ConstantTensor): void {
    this.constants.set(tensor.name, tensor)
    this.shapes.set(tensor.name, { type: tensor.type, dims: tensor.dims })
  }

  /** Numbers of a tensor: computed, or a constant's. */
  private valueOf(name: string): Value | null {
    const known = this.values.get(name)
    if (known) return known
    const constant = this.constants.get(name)
    if (!constant) return null
    const value = valueOfConstant(constant, this.directory)
    if (constant.source.kind === 'bytes' || sizeOf(constant.dims) < 4096) this.values.set(name, value)
    return value
  }

  private isConstant(name: string): boolean {
    return this.values.has(name) || this.constants.has(name)
  }

  /** Shape with numbers attached where they are few: what shape arithmetic needs. */
  private knownOf(name: string): Known | null {
    const shape = this.shapes.get(name)
    if (!shape) return null
    const small = sizeOf(shape.dims) <= 4096 && this.isConstant(name)
    return { ...shape, value: small ? this.valueOf(name) : null }
  }

  private infer(node: Node): readonly (Known | null)[] | null {
    if (node.domain !== '') return null
    const inference = inferences.get(node.opType)
    if (!inference) return null
    const inputs = node.inputs.map((name) => (name === '' ? null : this.knownOf(name)))
    if (node.inputs.some((name, i) => name !== '' && inputs[i] === null && i === 0)) return null
    return inference(node, inputs)
  }

  private evaluated(node: Node, inferred: readonly (Known | null)[] | null): readonly Value[] | null {
    if (!canEvaluate(node) || !node.inputs.every((name) => name === '' || this.isConstant(name))) return null
    const inputSize = node.inputs.reduce(
      (sum, name) => sum + (name === '' ? 0 : sizeOf(this.shapes.get(name)?.dims ?? [])),
      0,
    )
    const size = inferred ? inferred.reduce((sum, k) => sum + (k ? sizeOf(k.dims) : 0), 0) : inputSize
    if (size > this.limits.each || this.spent + size > this.limits.total || inputSize > 4 * this.limits.each)
      return null
    const inputs = node.inputs.map((name) => (name === '' ? null : this.valueOf(name)))
    const values = evaluate(node, inputs)
    // What only reads an input's numbers under another shape takes no room.
    if (values && !values.every(({ data }) => inputs.some((input) => input?.data === data))) this.spent += size
    return values
  }

  node(node: Node): void {
    const inferred = this.infer(node)
    const values = this.evaluated(node, inferred)
    let complete = true
    node.outputs.forEach((name, i) => {
      if (name === '') return
      const value = values?.[i] ?? inferred?.[i]?.value
      const shape = value ?? inferred?.[i] ?? this.probe?.get(name)
      if (value) this.values.set(name, value)
      if (shape) this.shapes.set(name, { type: shape.type, dims: shape.dims })
      else complete = false
    })
    if (!complete) this.unknown.push(node)
  }
}

/**
 * Walks the graph once, in order, and tells the shape of every tensor and the numbers of those that do not depend on
 * the inputs: shape arithmetic folds away by itself. Inputs must have fixed sizes (fix-batch.ts); what static rules
 * cannot tell is taken from `probe`, the shapes of a run with every tensor exposed, where it is given.
 *
 */
export function analyse(model: OnnxModel, probe: Shapes | null = null, limits: FoldLimits = defaultLimits): Analysis {
  const walk = new Walk(model, probe, limits)
  for (const node of model.graph.nodes) walk.node(node)
  return walk
}

/** Every name of the graph whose shape is not known. */
export function unknownTensors(graph: Graph, shapes: Shapes): string[] {
  return graph.nodes.flatMap((node) => node.outputs.filter((name) => name !== '' && !shapes.has(name)))
}
