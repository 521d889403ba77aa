import { sizeOf } from '../../tensor/tensor.ts'
import { intAttribute } from '../attributes.ts'
import { removeAliases, withGraph } from '../edit.ts'
import { constantOfValue } from '../evaluate/value.ts'
import { type Analysis, analyse, defaultLimits, type FoldLimits } from '../infer/analyse.ts'
import type { Node, OnnxModel, Shapes } from '../model.ts'
import { elementTypes } from '../schema.ts'
import { dropIdentity } from './drop-identity.ts'
import { inlineIf } from './inline-if.ts'
import { removeDead } from './remove-dead.ts'

/** Computed tensors become initialisers; their nodes go. */
function replaced(model: OnnxModel, { values }: Analysis): OnnxModel {
  const initializers = new Map(model.graph.initializers)
  const nodes = model.graph.nodes.filter((node) => {
    if (!node.outputs.every((o) => o === '' || values.has(o))) return true
    for (const output of node.outputs) {
      const value = values.get(output)
      if (value) initializers.set(output, constantOfValue(output, value))
    }
    return false
  })
  return withGraph(model, { nodes, initializers })
}

const equalDims = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((d, i) => d === b[i])

/** Whether a node surely returns its first input unchanged. */
function changesNothing(node: Node, { shapes, values }: Analysis): boolean {
  const x = shapes.get(node.inputs[0])
  const y = shapes.get(node.outputs[0])
  if (!x || !y || node.domain !== '' || node.outputs.length > 1) return false
  const same = x.type === y.type && equalDims(x.dims, y.dims)
  switch (node.opType) {
    case 'Cast':
      return elementTypes[intAttribute(node, 'to')] === x.type
    case 'Reshape':
    case 'Flatten':
    case 'Squeeze':
    case 'Unsqueeze':
    case 'Expand':
    case 'Tile':
      return same
    case 'Concat':
      return node.inputs.length === 1
    case 'Pad':
      return same && Array.from(values.get(node.inputs[1])?.data ?? [1]).every((p) => p === 0)
    case 'Gather': {
      // Every place along the axis, in order.
      const indices = values.get(node.inputs[1])
      return same && indices?.dims.length === 1 && Array.from(indices.data, Number).every((at, i) => at === i)
    }
    case 'Slice': {
      // A full slice backwards has the same shape: only step 1 changes nothing.
      const steps = node.inputs[4] ? values.get(node.inputs[4]) : null
      return same && sizeOf(x.dims) > 0 && (steps === null || Array.from(steps?.data ?? [0]).every((s) => s === 1))
    }
    default:
      return false
  }
}

function withoutUnchanging(model: OnnxModel, analysis: Analysis): OnnxModel {
  const aliases = new Map<string, string>()
  for (const node of model.graph.nodes) if (changesNothing(node, analysis)) aliases.set(node.outputs[0], node.inputs[0])
  return aliases.size === 0 ? model : withGraph(model, removeAliases(model.graph, aliases))
}

export interface Folded {
  readonly model: OnnxModel
  readonly shapes: Shapes
  /** Nodes whose shapes need the probe run. */
  readonly unknown: readonly Node[]
}

/**
 * Folds what does not depend on the inputs: constants, shape arithmetic, If with a then-known condition; drops nodes
 * that hand their input on unchanged, Identity and Dropout, and everything nothing reads. Inputs must have fixed sizes.
 *
 * probe   shapes of a run with all tensors exposed, for operators the static rules do not know; may be left out
 * errors  graph.operator: Dropout in training mode
 */
export function fold(model: OnnxModel, probe: Shapes | null = null, limits: FoldLimits = defaultLimits): Folded {
  let current = model
  for (;;) {
    const before = current.graph.nodes.length
    const ifs = current.graph.nodes.filter((n) => n.opType === 'If').length
    const analysis = analyse(current, probe, limits)
    current = inlineIf(replaced(current, analysis))
    const inlinedSome = ifs > current.graph.nodes.filter((n) => n.opType === 'If').length
    current = removeDead(dropIdentity(withoutUnchanging(current, analysis)))
    if (!inlinedSome && current.graph.nodes.length === before)
      return { model: current, shapes: analysis.shapes, unknown: analysis.unknown }
  }
}
