import { SaliscopeError } from '../../shared/errors.ts'
import { sizeOf } from '../../tensor/tensor.ts'
import { describeNode, intAttribute } from '../attributes.ts'
import { makeConstant } from '../constants.ts'
import { withGraph } from '../edit.ts'
import { analyse, Walk } from '../infer/analyse.ts'
import type { ConstantTensor, Node, OnnxModel, Shapes } from '../model.ts'

/** The axis that grew by `ratio` while all others stayed, or null. */
function grownAxis(before: readonly number[], after: readonly number[], ratio: number): number | null {
  const differing = before.flatMap((d, axis) => (after[axis] !== d ? [axis] : []))
  return before.length === after.length &&
    differing.length === 1 &&
    after[differing[0]] === before[differing[0]] * ratio
    ? differing[0]
    : null
}

/** The output axis that holds the batch after a Reshape: as many elements stand before it as stood before it in the input. */
function reshapedAxis(from: readonly number[], axis: number, to: readonly number[]): number | null {
  const before = sizeOf(from.slice(0, axis))
  for (let k = 0; k < to.length; k++) if (sizeOf(to.slice(0, k)) === before) return k
  return null
}

class Lift {
  private readonly model: OnnxModel
  private readonly old: Shapes
  private readonly ratio: number
  private readonly walk: Walk
  private readonly added = new Map<string, ConstantTensor>()
  private readonly nodes: Node[] = []

  constructor(model: OnnxModel, old: Shapes, lifted: OnnxModel, ratio: number) {
    this.model = model
    this.old = old
    this.ratio = ratio
    this.walk = new Walk(lifted, null)
  }

  private push(node: Node): void {
    this.nodes.push(node)
    this.walk.node(node)
  }

  private constant(stem: string, values: readonly number[]): string {
    const name = `${stem}/batch_${this.added.size}`
    const tensor = makeConstant(name, 'int64', [values.length], values)
    this.added.set(name, tensor)
    this.walk.addConstant(tensor)
    return name
  }

  private grown(name: string): number | null {
    const before = this.old.get(name)?.dims
    const after = this.walk.shapes.get(name)?.dims
    return before && after ? grownAxis(before, after, this.ratio) : null
  }

  private reshape(node: Node): Node {
    const from = this.old.get(node.inputs[0])?.dims
    const to = this.old.get(node.outputs[0])?.dims
    const axis = this.grown(node.inputs[0])
    if (axis === null || !from || !to) return node
    const place = reshapedAxis(from, axis, to)
    if (place === null) throw this.failure(node)
    const dims = to.map((d, i) => (i === place ? d * this.ratio : d))
    return {
      ...node,
      opType: 'Reshape',
      inputs: [node.inputs[0], this.constant(node.outputs[0], dims)],
      attributes: {},
    }
  }

  /** Constants joined to activations (class tokens) are repeated along the batch. */
  private concat(node: Node): Node {
    const axes = node.inputs.map((name) => this.grown(name))
    const axis = axes.find((a) => a !== null)
    if (axis === undefined || axis === null) return node
    const rank = this.old.get(node.outputs[0])?.dims.length ?? 0
    const along = intAttribute(node, 'axis')
    if ((along < 0 ? along + rank : along) === axis) throw this.failure(node)
    const inputs = node.inputs.map((name, i) => {
      const dims = this.walk.shapes.get(name)?.dims
      if (axes[i] !== null || !dims) return name
      if (dims[axis] !== 1) throw this.failure(node)
      const target = dims.map((d, k) => (k === axis ? d * this.ratio : d))
      const output = `${node.outputs[0]}/repeated_${i}`
      this.push({
        name: output,
        opType: 'Expand',
        domain: '',
        inputs: [name, this.constant(output, target)],
        outputs: [output],
        attributes: {},
      })
      return output
    })
    return { ...node, inputs }
  }

  private failure(node: Node): SaliscopeError {
    return new SaliscopeError(
      'graph.shape',
      `The model was exported for one batch size, and the ${describeNode(node)} ties it to that; images are computed one at a time.`,
      { node: node.name },
    )
  }

  run(): { nodes: readonly Node[]; added: ReadonlyMap<string, ConstantTensor>; shapes: Shapes } {
    for (const node of this.model.graph.nodes) {
      const reshapes = node.opType === 'Reshape' || (node.opType === 'Flatten' && this.grown(node.inputs[0]) !== 0)
      this.push(reshapes ? this.reshape(node) : node.opType === 'Concat' ? this.concat(node) : node)
    }
    return { nodes: this.nodes, added: this.added, shapes: this.walk.shapes }
  }
}

/**
 * Rewrites a folded model with fixed batch to another batch: the inputs' first axis, the targets of Reshape, and
 * constants joined to activations. The caller compares a batch of two with two single runs and falls back to the file's
 * own batch when they differ.
 *
 * errors  graph.shape: the batch cannot be followed through the graph
 */
export function liftBatch(model: OnnxModel, batch: number): OnnxModel {
  const { shapes: old } = analyse(model)
  const first = model.graph.inputs[0].dims?.[0]
  if (typeof first !== 'number') {
    throw new SaliscopeError(
      'graph.shape',
      `The input "${model.graph.inputs[0].name}" has no fixed batch size that could be changed.`,
    )
  }
  if (first === batch) return model
  const ratio = batch / first
  const inputs = model.graph.inputs.map((input) => ({
    ...input,
    dims: input.dims?.map((d, i) => (i === 0 && typeof d === 'number' ? d * ratio : d)) ?? null,
  }))
  const start = withGraph(model, { inputs })
  const { nodes, added, shapes } = new Lift(model, old, start, ratio).run()
  const output = model.graph.outputs[0].name
  const [before, after] = [old.get(output)?.dims, shapes.get(output)?.dims]
  if (!before || !after || grownAxis(before, after, ratio) !== 0) {
    throw new SaliscopeError(
      'graph.shape',
      `The model was exported for a batch of ${first}, and its output does not grow with a larger one; images are computed one at a time.`,
      { output },
    )
  }
  return withGraph(
    start,
    {
      nodes,
      initializers: new Map([...model.graph.initializers, ...added]),
      outputs: model.graph.outputs.map((o) => ({ ...o, dims: shapes.get(o.name)?.dims ?? null })),
    },
    `The model was exported for a batch of ${first}; it was rewritten to other batch sizes.`,
  )
}
